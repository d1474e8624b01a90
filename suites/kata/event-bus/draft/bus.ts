import type { EventBus, Listener } from './types.ts';

export class Bus implements EventBus {
  listeners = new Map<string, Listener[]>();

  on(name: string, listener: Listener): () => void {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
    return () => {
      this.listeners.set(name, (this.listeners.get(name) ?? []).filter((one) => one !== listener));
    };
  }

  once(name: string, listener: Listener): () => void {
    const off = this.on(name, (payload) => {
      off();
      listener(payload);
    });
    return off;
  }

  emit(name: string, payload: unknown): number {
    const listeners = this.listeners.get(name) ?? [];
    for (const listener of listeners) listener(payload);
    return listeners.length;
  }
}
