import type { Look } from '../../archive/held-out.ts';
import type { Grant } from '../../model/gate/verdict.ts';
import { normalCdf, normalQuantile } from '../belief/special.ts';

/** The variant's score less the root's for every pair of a round that counts, each in [-1, 1]. */
export type Differences = readonly number[];

export interface Evidence {
  readonly passed: boolean;
  /** Chance that a variant without any difference would have passed by now; never above what was allowed. */
  readonly spent: number;
  /** The same for evidence at least as good as this, earlier looks included: valid at whatever look one stops. In (0, 1]. */
  readonly p: number;
}

/** Scores are compared in steps of a twentieth. */
const STEPS = 20;

/** Equal differences of scores may differ in their last digits. */
const LAST_DIGITS = 1e-9;

/**
 * A difference in whole steps. Gains and losses of one size become equally many: `Math.round` alone takes 2.5 to 3 and -2.5 to -2. Any
 * function with f(-d) = -f(d) keeps the sign a fair coin, so rounding takes nothing from the test's exactness.
 */
function stepsOf(difference: number): number {
  return Math.sign(difference) * Math.round(STEPS * Math.abs(difference) + LAST_DIGITS);
}

/**
 * Weights of successive rounds. They differ a little so that few outcomes tie: an exact test on whole numbers cannot spend
 * all it may. Within a round all tasks weigh the same, so a round's expectation is still the mean gain over the tasks.
 */
const ROUND_WEIGHTS: readonly number[] = [11, 10, 12, 13];
const EQUAL_WEIGHTS: readonly number[] = [1];

/**
 * Group-sequential sign-flip test of "the variant gains nothing on these tasks" (exact, one-sided).
 *
 * Were root and variant alike on a task, either could have produced either result: given the size of each difference its sign is a
 * fair coin. The distribution of the weighted sum over all patterns of signs is computed exactly; at each look the largest sums are proof,
 * as far as `allowed` reaches, and are gone from later looks (alpha spending: Lan and DeMets 1983; Jennison and Turnbull 2000). Seen
 * from look to look, the chance of passing is a test martingale. With one round and `equal` weights it is the exact McNemar test.
 */
export function weigh(rounds: readonly Differences[], looks: readonly Look[], equal = false): Evidence {
  const weights = equal ? EQUAL_WEIGHTS : ROUND_WEIGHTS;
  const steps = rounds.map((differences, round) =>
    differences
      .map((difference) => stepsOf(difference) * weights[round % weights.length]!)
      .filter((step) => step !== 0),
  );
  const unit = steps.flat().reduce(greatestCommonDivisor, 0) || 1;
  const sums = new SignedSums(steps.flat().reduce((width, step) => width + Math.abs(step), 0) / unit);
  let evidence: Evidence = { passed: false, spent: 0, p: 1 };
  let sum = 0;
  let next = 0;
  for (const { round, allowed } of looks) {
    for (; next <= round; next++)
      for (const step of steps[next] ?? []) {
        sums.add(Math.abs(step) / unit);
        sum += step / unit;
      }
    const { spent } = evidence;
    const p = Math.min(1, spent + sums.atLeast(sum));
    const { taken, least } = sums.takeTail(allowed - spent);
    evidence = { passed: sum >= least, spent: spent + taken, p };
    if (evidence.passed) break;
  }
  return evidence;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : greatestCommonDivisor(b, a % b);
}

/** The distribution of a sum of steps with random signs, less what was taken from its tail. */
class SignedSums {
  readonly #width: number;
  /** No sum is farther from 0. */
  #reach = 0;
  #chances: Float64Array;
  #spare: Float64Array;

  /** @param width sum of all steps there will be */
  constructor(width: number) {
    this.#width = width;
    this.#chances = new Float64Array(2 * width + 1);
    this.#chances[width] = 1;
    this.#spare = new Float64Array(2 * width + 1);
  }

  add(step: number): void {
    const [now, next] = [this.#chances, this.#spare];
    const [from, to] = [this.#width - this.#reach, this.#width + this.#reach];
    next.fill(0, from - step, to + step + 1);
    for (let at = from; at <= to; at++) {
      const half = now[at]! / 2;
      next[at + step]! += half;
      next[at - step]! += half;
    }
    this.#chances = next;
    this.#spare = now;
    this.#reach += step;
  }

  atLeast(sum: number): number {
    let chance = 0;
    for (let at = this.#chances.length - 1; at >= this.#width + sum; at--) chance += this.#chances[at]!;
    return chance;
  }

  /** Takes away the largest sums, as many as have a chance of `most` together; `least` is the smallest of them. */
  takeTail(most: number): { readonly taken: number; readonly least: number } {
    let taken = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let at = this.#chances.length - 1; at >= 0; at--) {
      const chance = this.#chances[at]!;
      if (chance === 0) continue;
      if (taken + chance > most + 1e-12) break;
      taken += chance;
      this.#chances[at] = 0;
      least = at - this.#width;
    }
    return { taken, least };
  }
}

/** Where a comparison stands between its looks. */
export interface Progress {
  readonly grants: readonly Grant[];
  /** Evaluations of its complete rounds, of root and variant together. */
  readonly done: number;
  /** Evaluations that another round takes; infinite where none can be made. */
  readonly round: number;
}

/** The evaluations by which all granted error is spent. */
export function plannedEnd({ grants }: Pick<Progress, 'grants'>): number {
  const { after, evaluations } = grants.at(-1)!;
  return after + evaluations;
}

/** Whether no further round is paid. */
export function isLastLook(progress: Progress): boolean {
  return progress.done + progress.round > plannedEnd(progress);
}

/**
 * Chance of a false merge that may be spent by a look: of each grant what its own plan has for that time, and all of the last
 * where that look is its last. What an earlier grant has left keeps to its plan: else whoever stops a comparison at a good moment and
 * buys a little more could have all of it spent there.
 */
export function allowedBy(progress: Progress, last = isLastLook(progress)): number {
  return levelBy(progress.grants, progress.done, last);
}

function levelBy(grants: readonly Grant[], done: number, last: boolean): number {
  const latest = grants.length - 1;
  return grants.reduce((sum, grant, i) => sum + grant.level * (last && i === latest ? 1 : spendable(grant, done)), 0);
}

/** Error that may be spent by the planned end. */
export function levelAtEnd({ grants }: Pick<Progress, 'grants'>, end = plannedEnd({ grants })): number {
  return levelBy(grants, end, true);
}

/** Share of a grant that may be spent: little at first, for a better last look. */
function spendable({ after, evaluations }: Pick<Grant, 'after' | 'evaluations'>, done: number): number {
  return Math.min(1, Math.max(0, (done - after) / evaluations)) ** 3;
}

/** Share of the chance of missing the gain that the intervals of the first grant may use; of what is left, the next, and so on. */
const INTERVAL_SHARE = 0.8;

/**
 * Share of the intervals' chance of missing the gain that a round may use, in (0, 1]; all rounds of a comparison add up to 1 at most.
 * What has been granted since adds nothing: looked at again, the same results have the same interval.
 * @param before evaluations at the last look at an earlier round
 */
export function intervalShare({ grants, done, round }: Progress, before: number): number {
  const then = grants.filter(({ after }, i) => i === 0 || after < done);
  const grant = then.at(-1)!;
  const now = isLastLook({ grants: then, done, round }) ? 1 : spendable(grant, done);
  return INTERVAL_SHARE * (1 - INTERVAL_SHARE) ** (then.length - 1) * (now - spendable(grant, before));
}

/** A comparison whose chance of passing lies below this, by a hopeful reading of what it has seen, is stopped. */
const HOPELESS = 0.1;
/** Standard errors by which that reading is better than what was seen. */
const HOPE = 1.5;

/** Whether going on to the planned end is as good as futile. It only ever ends a comparison earlier, so it costs no error. */
export function isFutile(rounds: readonly Differences[], progress: Progress): boolean {
  return chanceToPass(rounds, progress.done, plannedEnd(progress), levelAtEnd(progress), HOPE) < HOPELESS;
}

/**
 * Chance of passing by `end` evaluations with `level` of error in all, after `done` of them, if the gain is what was seen, plus `hope`
 * standard errors: conditional power of the final look in the normal approximation (Jennison and Turnbull 2000, ch. 10).
 */
export function chanceToPass(
  rounds: readonly Differences[],
  done: number,
  end: number,
  level: number,
  hope = 0,
): number {
  const seen = rounds.flat();
  const sum = seen.reduce((a, b) => a + b, 0);
  // As if one more pair had differed: where none has, not everything is known.
  const variance = seen.reduce((a, b) => a + b * b, 1);
  const left = end / done - 1;
  if (!(done > 0 && left > 0) || level <= 0) return 0;
  const needed = normalQuantile(1 - level) * Math.sqrt(variance * (1 + left)) - sum;
  const expected = (sum + hope * Math.sqrt(variance)) * left;
  return normalCdf((expected - needed) / Math.sqrt(variance * left));
}
