import type { Fact } from '../../archive/archive.ts';

/** A root that resolved no larger share of its attempts resolves next to nothing. Found by simulation. */
const NEXT_TO_NOTHING = 0.05;

/**
 * How much the scores of unresolved attempts count beside their outcomes, in [0, 1]. They count where the root resolved next to
 * nothing, as outcomes then tell next to nothing: `4 m (1 - m)`, `m` being the mean score (one near 0 or 1 leaves scores little room to
 * differ); less with every attempt resolved, and never again once as many are as there are tasks. Until the first child is made,
 * when the root has been measured, they do not count: another root leaves no trace of them.
 */
export class ScoreWeight {
  readonly #tasks: number;
  /** Whether the root resolved next to nothing; `undefined` until the first child. */
  #hopeless: boolean | undefined;
  #results = 0;
  #resolved = 0;
  #scores = 0;
  #sum = 0;

  constructor(tasks: number) {
    this.#tasks = tasks;
  }

  see({ kind, resolved, score }: Pick<Fact, 'kind' | 'resolved' | 'score'>): void {
    if (kind === 'made') this.#hopeless ??= this.#resolved <= NEXT_TO_NOTHING * this.#results;
    if (kind === 'result') this.#results++;
    if (resolved) this.#resolved++;
    if (score === undefined) return;
    this.#scores++;
    this.#sum += score;
  }

  get value(): number {
    if (!this.#hopeless || this.#scores === 0) return 0;
    const mean = this.#sum / this.#scores;
    return 4 * mean * (1 - mean) * Math.max(0, 1 - this.#resolved / this.#tasks);
  }
}
