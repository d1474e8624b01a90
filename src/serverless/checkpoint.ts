import { HuxleyError } from '../model/error.ts';
import type { Store } from '../store/store.ts';

/** What a store has to be saved after. Leases and counts of writes are worth nothing to the next process. */
const CHANGES: ReadonlySet<PropertyKey> = new Set([
  'append',
  'restore',
  'writeDocument',
  'receive',
  'finish',
  'identify',
] satisfies (keyof Store)[]);

/** Saves what a store holds whenever it has changed and somebody is about to rely on it; one saving at a time. */
export class Checkpoint {
  readonly #save: (final: boolean) => Promise<void>;
  #changes = 0;
  #saved = 0;
  #going: Promise<void> | null = null;
  #over = false;

  /** @param save saves what the store holds when it is called, or later */
  constructor(save: (final: boolean) => Promise<void>) {
    this.#save = save;
  }

  /** The store, its changes noted once they are made. */
  watch(store: Store): Store {
    return new Proxy(store, {
      get: (target, name) => {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function') return value;
        if (!CHANGES.has(name)) return value.bind(target);
        return async (...given: unknown[]) => {
          try {
            return await value.apply(target, given);
          } finally {
            this.#changes++;
          }
        };
      },
    });
  }

  /** Resolves once everything that had changed by now is saved. Rejects when it cannot be, and after the last one. */
  async save(): Promise<void> {
    const wanted = this.#changes;
    while (this.#saved < wanted) {
      if (this.#over) throw over();
      this.#going ??= this.#once(false).finally(() => {
        this.#going = null;
      });
      await this.#going;
    }
  }

  /** Saves the last state, whether or not anything has changed. Nobody may rely on a change that comes later. */
  async last(): Promise<void> {
    this.#over = true;
    await this.#going?.catch(() => {});
    await this.#once(true);
  }

  async #once(final: boolean): Promise<void> {
    const changes = this.#changes;
    await this.#save(final);
    this.#saved = changes;
  }
}

function over(): HuxleyError {
  return new HuxleyError('serverless.over', 'The tick has ended.', 'Nothing has to be done: the next tick does it.');
}
