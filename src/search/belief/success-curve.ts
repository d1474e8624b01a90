const POINTS = 48;
/** Abilities reached to either side, in logits. */
const REACH = 9;
const STEP = (2 * REACH) / (POINTS - 1);

/** Expected success over the tasks as a function of ability: drawn at some points, read off between them. */
export class SuccessCurve {
  readonly #points = new Float64Array(POINTS);

  /** Difficulties come as precisions and precision-weighted means; `link` is the variance of the logistic curve's probit twin. */
  constructor(slip: number, link: number, precisions: Float64Array, shifts: Float64Array) {
    const points = this.#points;
    for (let task = 0; task < precisions.length; task++) {
      const precision = precisions[task]!;
      const difficulty = shifts[task]! / precision;
      const scale = 1 / Math.sqrt(1 + 1 / (precision * link));
      // The points are evenly spaced, so the odds of failure are a geometric series.
      const ratio = Math.exp(-scale * STEP);
      let odds = Math.exp(scale * (REACH + difficulty));
      for (let i = 0; i < POINTS; i++) {
        points[i]! += 1 / (1 + odds);
        odds *= ratio;
      }
    }
    for (let i = 0; i < POINTS; i++) points[i] = slip + (1 - 2 * slip) * (points[i]! / precisions.length);
  }

  at(ability: number): number {
    const place = Math.min(POINTS - 1.0001, Math.max(0, (ability + REACH) / STEP));
    const index = Math.floor(place);
    const left = this.#points[index]!;
    return left + (place - index) * (this.#points[index + 1]! - left);
  }
}
