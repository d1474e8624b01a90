import { normalCdf } from './special.ts';
import { SuccessCurve } from './success-curve.ts';

/** Variance of the logistic curve's probit twin: sigmoid(x) is close to Phi(x / 1.7). */
export const LINK = 1.7 * 1.7;
const SQRT3 = Math.sqrt(3);

/** What is believed of the tasks' difficulties, in logits: independent Gaussians around 0 with a spread that is learned. */
export class Difficulties {
  readonly #slip: number;
  readonly #priorVariance: number;
  #variance: number;
  /** By task: precision, and precision times mean. */
  readonly precision: Float64Array;
  readonly shift: Float64Array;
  #now: ((ability: number) => number) | undefined;

  constructor(slip: number, sd: number, tasks: number) {
    this.#slip = slip;
    this.#priorVariance = sd ** 2;
    this.#variance = sd ** 2;
    this.precision = new Float64Array(tasks).fill(1 / this.#variance);
    this.shift = new Float64Array(tasks);
  }

  mean(task: number): number {
    return this.shift[task]! / this.precision[task]!;
  }

  variance(task: number): number {
    return 1 / this.precision[task]!;
  }

  /** Probability that an ability known with this variance resolves a task, or does not. */
  chance(ability: number, variance: number, task: number, resolved: boolean): number {
    const z = this.deviation(ability, variance, task);
    return this.#slip + (1 - 2 * this.#slip) * normalCdf(resolved ? z : -z);
  }

  /** Logits that one deviation of a result is, of an ability known with this variance. */
  scale(variance: number, task: number): number {
    return Math.sqrt(LINK + variance + this.variance(task));
  }

  /** Deviations by which an ability known with this variance lies above the task. */
  deviation(ability: number, variance: number, task: number): number {
    return (ability - this.mean(task)) / this.scale(variance, task);
  }

  /** Information a result at the task that is worth so many gives about an ability known with this variance, up to a factor. */
  information(ability: number, variance: number, task: number, worth: number): number {
    const spread = LINK + this.variance(task);
    const z2 = (ability - this.mean(task)) ** 2 / (spread + variance);
    return (worth * Math.exp(-0.385 * z2)) / spread;
  }

  /** To be called after a change: the next success is another. */
  changed(): void {
    this.#now = undefined;
  }

  /** Expected success as it is believed now, for later: it stays when the belief moves on, and is drawn when somebody asks. */
  snapshot(): (ability: number) => number {
    if (this.#now) return this.#now;
    const [precision, shift] = [this.precision.slice(), this.shift.slice()];
    let curve: SuccessCurve | undefined;
    this.#now = (ability) => {
      curve ??= new SuccessCurve(this.#slip, LINK, precision, shift);
      return curve.at(ability);
    };
    return this.#now;
  }

  /** Expected success over the tasks of an ability known with this standard deviation (three-point Gauss-Hermite). */
  success(ability: number, sd: number): number {
    const at = this.snapshot();
    const middle = at(ability);
    if (sd === 0) return middle;
    return (4 * middle + at(ability - SQRT3 * sd) + at(ability + SQRT3 * sd)) / 6;
  }

  /** Moves the prior spread towards the spread that is seen; the prior's own counts for `weight` tasks. */
  learnSpread(weight: number): void {
    const tasks = this.precision.length;
    let squares = weight * this.#priorVariance;
    for (let task = 0; task < tasks; task++) squares += this.mean(task) ** 2 + this.variance(task);
    const next = squares / (weight + tasks);
    const change = 1 / next - 1 / this.#variance;
    this.#variance = next;
    for (let task = 0; task < tasks; task++) this.precision[task]! += change;
  }
}
