import type { Fact } from '../../archive/archive.ts';

/** As a share of the search tasks: once so many attempts have resolved theirs, scores count no longer. Found by simulation. */
const ENOUGH = 0.2;

/**
 * How much the scores of unresolved attempts count beside their outcomes, in [0, 1]: outcomes tell next to nothing where next to
 * nothing is resolved. `4 m (1 - m)` while nothing is, `m` being the mean score (one near 0 or 1 leaves scores little room to differ);
 * less in proportion with every attempt that resolves its task, the root's included; never again once they are a fifth of the
 * tasks. Until the first child is made, nobody asks: a root that resolves its usual share leaves no trace of scores.
 */
export class ScoreWeight {
  readonly #enough: number;
  #children = false;
  #resolved = 0;
  #scores = 0;
  #sum = 0;

  constructor(tasks: number) {
    this.#enough = ENOUGH * tasks;
  }

  see({ kind, resolved, score }: Pick<Fact, 'kind' | 'resolved' | 'score'>): void {
    if (kind === 'made') this.#children = true;
    if (resolved) this.#resolved++;
    if (score === undefined) return;
    this.#scores++;
    this.#sum += score;
  }

  get value(): number {
    if (!this.#children || this.#scores === 0) return 0;
    const mean = this.#sum / this.#scores;
    return 4 * mean * (1 - mean) * Math.max(0, 1 - this.#resolved / this.#enough);
  }
}
