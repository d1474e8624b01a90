/** Keeps what was made lately, up to so many characters or bytes in all; what is asked for at once is made once. */
export class Recent<T> {
  readonly #most: number;
  readonly #sizeOf: (value: T) => number;
  readonly #kept = new Map<string, Promise<T>>();
  #sizes = new Map<string, number>();

  constructor(most: number, sizeOf: (value: T) => number) {
    this.#most = most;
    this.#sizeOf = sizeOf;
  }

  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const made = make();
    this.#kept.set(key, made);
    made.then(
      (value) => this.#add(key, this.#sizeOf(value)),
      () => this.#kept.delete(key),
    );
    return made;
  }

  #add(key: string, size: number): void {
    // Others have taken its place while it was made.
    if (!this.#kept.has(key)) return;
    this.#sizes.set(key, size);
    let sum = [...this.#sizes.values()].reduce((total, each) => total + each, 0);
    for (const [oldest] of this.#kept) {
      if (sum <= this.#most || this.#kept.size === 1) return;
      sum -= this.#sizes.get(oldest) ?? 0;
      this.#sizes.delete(oldest);
      this.#kept.delete(oldest);
    }
  }
}
