/** Runs tasks of one key one after another; tasks of different keys run side by side. */
export class Locks {
  readonly #last = new Map<number, Promise<unknown>>();

  run<T>(key: number, task: () => Promise<T> | T): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const result = before.then(task, task);
    const settled = result.catch(() => undefined);
    this.#last.set(key, settled);
    void settled.then(() => {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    });
    return result;
  }
}
