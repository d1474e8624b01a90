/** A source of random numbers that repeats itself exactly for the same seed. */
export interface Rng {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, n). */
  below(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** Gamma with scale 1. `shape` > 0. */
  gamma(shape: number): number;
  /** Beta. `a`, `b` > 0. */
  beta(a: number, b: number): number;
}

/** Random numbers of one decision: the same whenever the same decision of the same run is taken again. */
export function decisionRng(seed: number, decision: number): Rng {
  return createRng(seed, decision);
}

/**
 * Sfc32 (C. Doty-Humphrey, PractRand), seeded from two numbers through the finalizer of MurmurHash3.
 * Both are taken modulo 2^32.
 */
export function createRng(seed: number, stream = 0): Rng {
  return new Sfc32(seed, stream);
}

class Sfc32 implements Rng {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spare = Number.NaN;

  constructor(seed: number, stream: number) {
    this.#a = mix(seed ^ 0x9e3779b9);
    this.#b = mix(stream ^ 0x85ebca6b);
    this.#c = mix(this.#a + Math.imul(this.#b, 0xc2b2ae35));
    for (let round = 0; round < 12; round++) this.#step();
  }

  #step(): number {
    const t = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t;
    this.#c |= 0;
    return t >>> 0;
  }

  next(): number {
    return this.#step() * 2 ** -32;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  /** Marsaglia's polar method. */
  normal(): number {
    if (!Number.isNaN(this.#spare)) {
      const spare = this.#spare;
      this.#spare = Number.NaN;
      return spare;
    }
    for (;;) {
      const x = 2 * this.next() - 1;
      const y = 2 * this.next() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = y * factor;
      return x * factor;
    }
  }

  /** Marsaglia and Tsang, ACM TOMS 26 (2000); shapes below 1 by their boosting step. */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * (1 - this.next()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const root = 1 + c * x;
      if (root <= 0) continue;
      const v = root * root * root;
      const u = 1 - this.next();
      const square = x * x;
      if (u < 1 - 0.0331 * square * square) return d * v;
      if (Math.log(u) < 0.5 * square + d * (1 - v + Math.log(v))) return d * v;
    }
  }

  beta(a: number, b: number): number {
    const x = this.gamma(a);
    return x / (x + this.gamma(b));
  }
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

/** A shuffled copy of the first `take` of the items (all by default), Fisher-Yates. */
export function sample<T>(items: readonly T[], rng: Rng, take = items.length): T[] {
  const pool = items.slice();
  const count = Math.min(take, pool.length);
  for (let i = 0; i < count; i++) {
    const j = i + rng.below(pool.length - i);
    const swap = pool[i]!;
    pool[i] = pool[j]!;
    pool[j] = swap;
  }
  pool.length = count;
  return pool;
}

/** The index of a weight, drawn in proportion to it; -1 where there are none. */
export function weightedIndex(weights: readonly number[], rng: Rng): number {
  let left = rng.next() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < weights.length - 1; i++) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return weights.length - 1;
}
