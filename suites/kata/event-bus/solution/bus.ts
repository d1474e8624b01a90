import type { EventBus, Listener } from './types.ts';

interface Addition {
  name: string;
  listener: Listener;
  once: boolean;
}

export class Bus implements EventBus {
  additions = new Set<Addition>();

  on(name: string, listener: Listener): () => void {
    return this.add({ name, listener, once: false });
  }

  once(name: string, listener: Listener): () => void {
    return this.add({ name, listener, once: true });
  }

  emit(name: string, payload: unknown): number {
    if (name === '*') throw new TypeError('* is no event');
    const all = [...this.additions];
    const errors: unknown[] = [];
    let called = 0;
    for (const addition of [...all.filter((one) => one.name === name), ...all.filter((one) => one.name === '*')]) {
      if (!this.additions.has(addition)) continue;
      if (addition.once) this.additions.delete(addition);
      called += 1;
      try {
        addition.listener(payload);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
    return called;
  }

  private add(addition: Addition): () => void {
    this.additions.add(addition);
    return () => {
      this.additions.delete(addition);
    };
  }
}
