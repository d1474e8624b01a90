import type { TaskId } from '../../../model/ids.ts';
import type { Prediction } from '../../../model/memory/prediction.ts';
import { normalCdf } from '../special.ts';

/** Spread, in logits, of what it may mean for a task that a diagnosis named it, before anything is seen. */
const SPREAD = 1;
/** How much it can mean at most. */
const MOST = 4;

/**
 * How much easier a task is for a child whose diagnosis said that it would rather be fixed than not, in logits: on tasks that a change was
 * made for, a child does not show what it is worth on others. Never harder, so that nothing a diagnosis says excuses a failure. Learned from each such
 * result, before the belief takes it in, by a step of Newton's method on the probit likelihood.
 */
export class Named {
  readonly #on: boolean;
  /** By node. */
  readonly #fixed: (ReadonlySet<number> | null)[] = [];
  #information = SPREAD ** -2;
  #offset = 0;

  constructor(on: boolean) {
    this.#on = on;
  }

  /** Adds the next node. */
  add(predicted: readonly Prediction[] | undefined, taskIndex: ReadonlyMap<TaskId, number>): void {
    const fixed = (predicted ?? []).filter(({ change, chance }) => change === 'fix' && chance >= 0.5);
    this.#fixed.push(this.#on && fixed.length > 0 ? new Set(fixed.map(({ task }) => taskIndex.get(task) ?? -1)) : null);
  }

  /** How much easier the task is for the node than for one whose diagnosis did not name it. */
  easier(node: number, task: number): number {
    return this.#fixed[node]?.has(task) ? this.#offset : 0;
  }

  /** @param z what is believed of ability less difficulty, the offset included, in deviations of which `scale` logits are one */
  see(node: number, task: number, resolved: boolean, z: number, scale: number): void {
    if (!this.#fixed[node]?.has(task)) return;
    const density = Math.exp(-0.5 * z * z) * 0.3989422804014327;
    const [up, down] = [Math.max(1e-6, normalCdf(z)), Math.max(1e-6, normalCdf(-z))];
    this.#information += (density * density) / (up * down) / scale ** 2;
    const slope = (resolved ? density / up : -density / down) / scale;
    this.#offset = Math.min(MOST, Math.max(0, this.#offset + slope / this.#information));
  }
}
