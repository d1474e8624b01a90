import type { EventBus, Listener } from './types.ts';

export class Bus implements EventBus {
  listeners = new Map<string, Listener[]>();

  on(name: string, listener: Listener): () => void {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
    return () => {};
  }

  once(name: string, listener: Listener): () => void {
    return this.on(name, listener);
  }

  emit(name: string, payload: unknown): number {
    for (const listener of this.listeners.get(name) ?? []) listener(payload);
    return 0;
  }
}
