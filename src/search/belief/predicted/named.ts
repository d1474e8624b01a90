import type { TaskId } from '../../../model/ids.ts';
import type { Prediction } from '../../../model/memory/prediction.ts';
import { normalCdf } from '../special.ts';

/** Spread, in logits, of what it may mean for a task that a diagnosis named it, before anything is seen. */
const SPREAD = 1;
/** How much it can mean at most. */
const MOST = 4;

/**
 * How much easier a task is for a child whose diagnosis said that it would be fixed, and how much harder one that it said would be
 * broken, in logits: on tasks that a change was made for, a child does not show what it is worth on others. Learned from each such
 * result, before the belief takes it in, by a step of Newton's method on the probit likelihood.
 */
export class Named {
  readonly #on: boolean;
  /** By node. */
  readonly #signs: (ReadonlyMap<number, 1 | -1> | null)[] = [];
  #information = SPREAD ** -2;
  #offset = 0;

  constructor(on: boolean) {
    this.#on = on;
  }

  /** Adds the next node. */
  add(predicted: readonly Prediction[] | undefined, taskIndex: ReadonlyMap<TaskId, number>): void {
    const signs = (predicted ?? []).map(
      ({ task, change }) => [taskIndex.get(task) ?? -1, change === 'fix' ? 1 : -1] as const,
    );
    this.#signs.push(this.#on && signs.length > 0 ? new Map(signs) : null);
  }

  /** How much easier the task is for the node than for one whose diagnosis did not name it. */
  easier(node: number, task: number): number {
    const sign = this.#signs[node]?.get(task);
    return sign === undefined ? 0 : sign * this.#offset;
  }

  /** @param z what is believed of ability less difficulty, the offset included, in deviations of which `scale` logits are one */
  see(node: number, task: number, resolved: boolean, z: number, scale: number): void {
    const sign = this.#signs[node]?.get(task);
    if (sign === undefined) return;
    const density = Math.exp(-0.5 * z * z) * 0.3989422804014327;
    const [up, down] = [Math.max(1e-6, normalCdf(z)), Math.max(1e-6, normalCdf(-z))];
    this.#information += (density * density) / (up * down) / scale ** 2;
    const slope = (resolved ? density / up : -density / down) / scale;
    this.#offset = Math.min(MOST, Math.max(0, this.#offset + (sign * slope) / this.#information));
  }
}
