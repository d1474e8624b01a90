import type { CostGoal, CostVerdict } from '../../../model/gate/cost.ts';
import { createRng, sample } from '../../../model/rng.ts';
import { missingAllowed } from '../gate.ts';
import { bettingP, lowerBound } from './betting.ts';
import { ratioOfMeans } from './ratio.ts';

export interface Attempt {
  /** In [0, 1]. */
  readonly score: number;
  /** US dollars, 0 also where there was no price; NaN where it is not known. */
  readonly costUSD: number;
  /** Input and output tokens; NaN where they are not known. */
  readonly tokens: number;
  /** It gave no result. One of the root's is left out; one of the variant's scores 0 and costs no less than the root does on that task. */
  readonly missing?: true;
}

/** An attempt of each at one held-out task. */
export interface PairedAttempts {
  readonly root: Attempt;
  readonly variant: Attempt;
}

/** The attempts at one held-out task. No attempt is one that is missing. */
export interface PairedTask {
  readonly root: readonly Attempt[];
  readonly variant: readonly Attempt[];
}

export interface CostRule extends Pick<CostGoal, 'margin' | 'saving'> {
  /** Level of each of the two tests over all looks, in [0, 0.5); at 0 nothing is shown. */
  readonly alpha: number;
  /** How often the verdict is looked at, >= 1, as planned before the first look. */
  readonly looks: number;
}

/**
 * The merge gate of goal `cost`: the variant's mean score is not lower than the root's by `margin` or more, and its mean cost is
 * less than (1 - `saving`) of the root's, over tasks, of which the held-out ones are seen as draws; attempts at a task are averaged.
 *
 * Each test is at level alpha / looks. Merging wrongly takes a wrong rejection of whichever null is true, so alpha is not split
 * between them (intersection-union test: Berger, "Multiparameter hypothesis testing and acceptance sampling", Technometrics 24,
 * 1982); it is among the looks (Bonferroni), whatever is measured in between. Of the same tasks the verdict is always the same.
 *
 * Costs are in dollars where they are known of every attempt: above 0, or 0 with 0 tokens. Else in tokens where those are.
 */
export function judgeCost(tasks: readonly PairedTask[], { alpha, margin, saving, looks }: CostRule): CostVerdict {
  const level = alpha / looks;
  const judged = tasks.flatMap(({ root, variant }) => {
    const known = root.filter((attempt) => !attempt.missing);
    return known.length === 0 ? [] : [{ root: known, variant: variant.length === 0 ? [NONE] : variant }];
  });
  const n = judged.length;
  const missing = judged.filter(({ variant }) => variant.every((attempt) => attempt.missing)).length;
  const dropped = tasks.length - n;

  const score = ({ score, missing }: Attempt) => (missing ? 0 : score);
  // An order of its own, so that one by difficulty or name means nothing.
  const differences = sample(
    judged.map(({ root, variant }) => mean(variant.map(score)) - mean(root.map(score))),
    createRng(1),
  );
  const value = mean(differences);
  const pScore = bettingP(differences, -margin, level);
  const scoreDifference = {
    value,
    lower:
      pScore <= level ? lowerBound(differences, level, -margin, value) : lowerBound(differences, level, -1, -margin),
    upper: -lowerBound(
      differences.map((difference) => -difference),
      level,
      -1,
      -value,
    ),
  };

  const unit = unitOf(
    judged.flatMap(({ root, variant }) => [...root, ...variant.filter((attempt) => !attempt.missing)]),
  );
  const spent = ({ costUSD, tokens }: Attempt) => (unit === 'USD' ? costUSD : tokens);
  const rootCosts = judged.map(({ root }) => mean(root.map(spent)));
  const variantCosts = judged.map(({ variant }, task) =>
    mean(
      variant.map((attempt) => (attempt.missing ? Math.max(rootCosts[task]!, spent(attempt) || 0) : spent(attempt))),
    ),
  );
  const { ratio, p: pCost } =
    unit === null ? { ratio: null, p: 1 } : ratioOfMeans(variantCosts, rootCosts, 1 - saving, level);

  const why =
    n === 0 || missing + dropped > missingAllowed(tasks.length)
      ? 'missing'
      : unit === null
        ? 'cost unknown'
        : WHY[(pScore <= level ? 0 : 1) + (pCost <= level ? 0 : 2)]!;
  const p = { score: pScore, cost: pCost };
  return { passed: why === 'passed', n, missing, dropped, margin, saving, level, scoreDifference, ratio, unit, p, why };
}

const NONE: Attempt = { score: 0, costUSD: Number.NaN, tokens: Number.NaN, missing: true };
const WHY = ['passed', 'score', 'cost', 'score and cost'] as const;

function unitOf(attempts: readonly Attempt[]): CostVerdict['unit'] {
  if (
    attempts.every(
      ({ costUSD, tokens }) => Number.isFinite(costUSD) && (costUSD > 0 || (costUSD === 0 && tokens === 0)),
    )
  )
    return attempts.some(({ costUSD }) => costUSD > 0) ? 'USD' : null;
  return attempts.every(({ tokens }) => Number.isFinite(tokens)) ? 'tokens' : null;
}

/** 0 of nothing. */
function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
