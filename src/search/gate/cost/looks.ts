import type { HeldOutComparison, Look } from '../../../archive/held-out.ts';
import { type GateStop, type Grant, MAX_ROUND } from '../../../model/event.ts';
import type { CostGoal, CostVerdict } from '../../../model/gate/cost.ts';
import { isLastLook, type Progress } from '../sequential.ts';
import { judgeCost, type PairedAttempts } from './cost.ts';

/** A comparison for goal `cost`. */
export interface JudgedCost {
  readonly comparison: HeldOutComparison;
  readonly rules: CostGoal;
  readonly seen: {
    /** By round, every one of the `judged` tasks. */
    readonly attempts: readonly (readonly PairedAttempts[])[];
    readonly judged: number;
  };
  readonly progress: Progress;
}

/** The looks that a grant pays, as they are planned before the first of them. */
export interface LookPlan {
  /** The rounds after which the verdict is looked at, from 1, both included. */
  readonly first: number;
  readonly last: number;
  /** Chance of a false merge that each look may spend: the grant's in equal parts. */
  readonly level: number;
}

/**
 * One look after each round that the grant pays, but none before `least` rounds (infinite for one look, after the last); `round` is
 * how many evaluations a round takes. A look that the plan does not have may spend nothing, and what a look leaves is not given to
 * others: so all looks of all grants together spend no more than was granted, whatever made them stop and a person buy more
 * (Bonferroni). With `/huxley prove` a grant's plan begins after the rounds made before it.
 */
export function planLooks(
  { after, evaluations, level }: Pick<Grant, 'after' | 'evaluations' | 'level'>,
  round: number,
  least: number,
): LookPlan {
  const size = Math.max(1, round);
  const before = Math.floor(after / size);
  const last = Math.min(MAX_ROUND + 1, before + Math.max(1, Math.floor(evaluations / size)));
  const first = Math.min(last, Math.max(before + 1, least));
  return { first, last, level: level / (last - first + 1) };
}

/** The look that follows a round, once: looked at again it is the same look. `allowed` is what all looks so far could spend. */
export function costLook({ comparison: { looks }, seen, progress }: JudgedCost, least: number): Look {
  const round = seen.attempts.length - 1;
  const before = looks.at(-1);
  if (before?.round === round) return before;
  const { first, last, level } = planLooks(progress.grants.at(-1)!, 2 * seen.judged, least);
  return { round, allowed: (before?.allowed ?? 0) + (first <= round + 1 && round < last ? level : 0) };
}

/** The verdict at the last look that could spend anything. */
export function costVerdict({ comparison: { looks }, seen, rules: { margin, saving } }: JudgedCost): CostVerdict {
  const spends = (look: Look, at: number) => look.allowed - (looks[at - 1]?.allowed ?? 0);
  const at = looks.findLastIndex((look, at) => spends(look, at) > 0);
  const rounds = seen.attempts.slice(0, at < 0 ? seen.attempts.length : looks[at]!.round + 1);
  const tasks = Array.from({ length: seen.judged }, (_, task) => ({
    root: rounds.map((round) => round[task]!.root),
    variant: rounds.map((round) => round[task]!.variant),
  }));
  return judgeCost(tasks, { margin, saving, alpha: at < 0 ? 0 : spends(looks[at]!, at), looks: 1 });
}

/**
 * Why a comparison that was just looked at goes no further; null while it goes on. It is futile where the variant is
 * shown to be worse by the margin, or not to be cheaper by the saving, each at the look's level, or where costs are not known.
 * Stopping for that costs no error.
 */
export function costStop(judged: JudgedCost): GateStop | null {
  const { passed, level, why, scoreDifference, ratio } = costVerdict(judged);
  const { margin, saving } = judged.rules;
  if (passed) return 'proof';
  if (isLastLook(judged.progress)) return 'evaluations';
  const hopeless = why === 'cost unknown' || scoreDifference.upper < -margin || (ratio?.lower ?? 0) > 1 - saving;
  return level > 0 && hopeless ? 'futile' : null;
}
