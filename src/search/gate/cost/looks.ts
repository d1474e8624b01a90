import type { HeldOutComparison, Look } from '../../../archive/held-out.ts';
import { MAX_ROUND } from '../../../model/event.ts';
import type { CostGoal, CostVerdict } from '../../../model/gate/cost.ts';
import type { GateStop, Grant } from '../../../model/gate/verdict.ts';
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

/**
 * The round, from 1, after which a grant's one look comes: the last that it pays. `round` is how many evaluations a round takes.
 *
 * One look has all that was granted. Equal parts for a look after each round find much less: 0.35 instead of 0.54 of variants that
 * are 30 % cheaper (docs/evidence-cost.md). With `/huxley prove` a grant's round is counted from those made before it.
 */
export function lastRound({ after, evaluations }: Pick<Grant, 'after' | 'evaluations'>, round: number): number {
  const size = Math.max(1, round);
  return Math.min(MAX_ROUND + 1, Math.floor(after / size) + Math.max(1, Math.floor(evaluations / size)));
}

/**
 * The look that follows a round, once: looked at again it is the same look. `allowed` is what all looks so far could spend; one before
 * a grant's last round adds nothing, so whatever made it stop, all looks of all grants spend no more than was granted.
 */
export function costLook({ comparison: { looks }, seen, progress }: JudgedCost): Look {
  const round = seen.attempts.length - 1;
  const before = looks.at(-1);
  if (before?.round === round) return before;
  const grant = progress.grants.at(-1)!;
  const due = lastRound(grant, 2 * seen.judged) === round + 1;
  return { round, allowed: (before?.allowed ?? 0) + (due ? grant.level : 0) };
}

/** The verdict at the last look that could spend anything. */
export function costVerdict(judged: JudgedCost): CostVerdict {
  const { looks } = judged.comparison;
  const spends = (look: Look, at: number) => look.allowed - (looks[at - 1]?.allowed ?? 0);
  const at = looks.findLastIndex((look, at) => spends(look, at) > 0);
  return at < 0 ? verdictAt(judged, 0) : verdictAt(judged, spends(looks[at]!, at), looks[at]!.round + 1);
}

/** What the first `count` rounds show at a level. */
function verdictAt({ seen, rules: { margin, saving } }: JudgedCost, alpha: number, count?: number): CostVerdict {
  const rounds = seen.attempts.slice(0, count);
  const tasks = Array.from({ length: seen.judged }, (_, task) => ({
    root: rounds.map((round) => round[task]!.root),
    variant: rounds.map((round) => round[task]!.variant),
  }));
  return judgeCost(tasks, { margin, saving, alpha, looks: 1 });
}

/**
 * Why a comparison that was just looked at goes no further; null while it goes on. It is futile where the variant is
 * shown to be worse by the margin, or not to be cheaper by the saving, each at the grant's level, or where costs are not known.
 * Stopping for that costs no error.
 */
export function costStop(judged: JudgedCost): GateStop | null {
  const { progress, rules } = judged;
  if (costVerdict(judged).passed) return 'proof';
  if (isLastLook(progress)) return 'evaluations';
  const { why, scoreDifference, ratio } = verdictAt(judged, progress.grants.at(-1)!.level);
  const shown = scoreDifference.upper < -rules.margin || (ratio?.lower ?? 0) > 1 - rules.saving;
  return why === 'cost unknown' || shown ? 'futile' : null;
}
