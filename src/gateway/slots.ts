/** Lets a few through at a time, and only so many bytes; the others wait their turn, in order. */
export class Slots {
  #free: number;
  #bytes: number;
  readonly #most: number;
  readonly #waiting: { readonly bytes: number; readonly go: () => void }[] = [];

  constructor(count: number, bytes: number) {
    this.#free = count;
    this.#bytes = bytes;
    this.#most = bytes;
  }

  /** @param bytes what the work may hold in memory; more than there is counts as all of it */
  async use<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const taken = Math.min(bytes, this.#most);
    await new Promise<void>((go) => {
      this.#waiting.push({ bytes: taken, go });
      this.#next();
    });
    try {
      return await work();
    } finally {
      this.#free += 1;
      this.#bytes += taken;
      this.#next();
    }
  }

  #next(): void {
    for (
      let first = this.#waiting[0];
      first && this.#free > 0 && first.bytes <= this.#bytes;
      first = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#free -= 1;
      this.#bytes -= first.bytes;
      first.go();
    }
  }
}

/** While somebody holds it, nobody else passes. */
export class Gate {
  #holders = 0;
  #waiting: (() => void)[] = [];

  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.#holders += 1;
    try {
      return await work();
    } finally {
      this.#holders -= 1;
      if (this.#holders === 0) for (const go of this.#waiting.splice(0)) go();
    }
  }

  async passed(): Promise<void> {
    while (this.#holders > 0) await new Promise<void>((go) => this.#waiting.push(go));
  }
}
