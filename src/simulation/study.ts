import type { Trial } from './trial.ts';

/** Jobs at once, and tasks in an evaluation job. */
export interface Jobs {
  readonly concurrency: number;
  readonly batch: number;
}

/** As people write them: `8x4`. */
export function jobsText({ concurrency, batch }: Jobs): string {
  return `${concurrency}x${batch}`;
}

/** What a set of simulated runs of one policy at one budget came to; a line of `huxley simulate --json`. */
export interface StudyRow extends Jobs {
  readonly landscape: string;
  readonly policy: string;
  /** Evaluations plus the charge for each expansion. */
  readonly budget: number;
  readonly seeds: number;
  /** True utility of the variant shipped, of the best one in the tree, and of the root. */
  readonly shipped: Estimate;
  readonly best: Estimate;
  readonly root: { readonly mean: number };
  /** Variants made, the root included, on average. */
  readonly variants: number;
  /** The paper's accounting: evaluations used, expansions free. */
  readonly evaluations: number;
  readonly expansions: number;
  /** From the start to the end of the search, on average. */
  readonly hours: number;
  readonly decisionsPerSecond: number;
  /** Shares of runs: promoted by the gate, and shipped something below the root by more than 0.01. */
  readonly promoted: number;
  readonly belowRoot: number;
  /** Share of runs in which the reported interval of the gain (held-out comparison) holds the true one. */
  readonly coverage: number;
  /** The same of the belief the search itself ends with. */
  readonly beliefCoverage: number;
  /** Difference to the row compared with, seed by seed. */
  readonly versus?: { readonly policy: string; readonly budget: number } & Jobs & Estimate;
}

export interface Estimate {
  readonly mean: number;
  /** Standard error of the mean. */
  readonly se: number;
}

/** A utility this far below the root's counts as a loss. */
export const LOSS = 0.01;

export function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  if (n === 0) return { mean: Number.NaN, se: Number.NaN };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, se: n > 1 ? Math.sqrt(square / (n - 1) / n) : Number.NaN };
}

/** Sums up trials in seed order; `seconds` is the time they took on one thread. */
export function summarize(
  labels: { readonly landscape: string; readonly policy: string; readonly budget: number } & Jobs,
  trials: readonly Trial[],
  seconds: number,
): StudyRow {
  const mean = (value: (trial: Trial) => number) => estimate(trials.map(value)).mean;
  return {
    ...labels,
    seeds: trials.length,
    shipped: estimate(trials.map(({ shipped }) => shipped)),
    best: estimate(trials.map(({ best }) => best)),
    root: { mean: mean(({ root }) => root) },
    variants: mean(({ variants }) => variants),
    evaluations: mean(({ evaluations }) => evaluations),
    expansions: mean(({ expansions }) => expansions),
    hours: mean(({ hours }) => hours),
    decisionsPerSecond: Math.round(trials.reduce((sum, { decisions }) => sum + decisions, 0) / seconds),
    promoted: mean(({ promoted }) => Number(promoted)),
    belowRoot: mean(({ shipped, root }) => Number(shipped < root - LOSS)),
    coverage: mean(({ covered }) => Number(covered)),
    beliefCoverage: mean(({ believed }) => Number(believed)),
  };
}

/** What was shipped less what the reference shipped, over the same worlds. */
export function paired(trials: readonly Trial[], reference: readonly Trial[]): Estimate {
  return estimate(trials.map(({ shipped }, seed) => shipped - reference[seed]!.shipped));
}

/** What so many jobs at once come to: hours of the search, and utility gained over the root. */
export interface Speed {
  readonly concurrency: number;
  readonly hours: number;
  readonly gain: number;
}

/** Twice as many jobs are worth having while they save this share of the hours and do not lose this share of the gain. */
const WORTH = 0.2;

/**
 * The point where more jobs stop helping: the fewest jobs at once from which the next number of them given saves less than a fifth of
 * the hours for each doubling, or loses more than a fifth of the gain. `null` where the most jobs given still help.
 */
export function enoughJobs(speeds: readonly Speed[]): number | null {
  const sorted = speeds.toSorted((a, b) => a.concurrency - b.concurrency);
  for (const [index, { concurrency, hours, gain }] of sorted.slice(0, -1).entries()) {
    const next = sorted[index + 1]!;
    const left = (1 - WORTH) ** Math.log2(next.concurrency / concurrency);
    if (next.hours > hours * left || next.gain < gain - Math.abs(gain) * (1 - left)) return concurrency;
  }
  return null;
}

/** The row of a policy, at its largest budget in one landscape, beyond whose concurrency more jobs stop helping. */
export function enoughRow(rows: readonly StudyRow[], policy: string): StudyRow | undefined {
  const own = rows.filter((row) => row.policy === policy);
  const last = own.filter(({ budget }) => budget === Math.max(...own.map((row) => row.budget)));
  const enough = enoughJobs(
    last.map(({ concurrency, hours, shipped, root }) => ({ concurrency, hours, gain: shipped.mean - root.mean })),
  );
  return last.find(({ concurrency }) => concurrency === enough);
}
