import { outcomeCode } from '../archive/archive.ts';
import type { HeldOutComparison, HeldOutRound } from '../archive/held-out.ts';
import type { GateRules, GateVerdict, Grant } from '../model/gate/verdict.ts';
import type { Rng } from '../model/rng.ts';
import { NO_HISTORY } from '../search/gate/ledger.ts';
import { type Judged, judgeRounds, lookAfter, seeRounds, stopsFor } from '../search/gate/rounds.ts';

/** Chances of resolving each held-out task in one attempt. */
export interface Chances {
  readonly root: readonly number[];
  readonly variant: readonly number[];
}

export interface ComparisonSettings {
  readonly rules: GateRules;
  /** Chance of a false merge that may be spent. */
  readonly level: number;
  /** Rounds before anything is proof. */
  readonly repeats?: number;
  /** What is bought after a comparison that did not pass: the next grant's level and evaluations; null for no more. */
  readonly prove?: (judged: Judged) => Pick<Grant, 'level' | 'evaluations'> | null;
  /** Told of the evidence after every single pair, as somebody who peeks would see it. */
  readonly peek?: (verdict: GateVerdict) => void;
}

const LOOKS_AT_MOST = 31;

/** One held-out comparison, through the very functions of real runs. */
export function simulateComparison(
  { root, variant }: Chances,
  { rules, level, repeats = 1, prove, peek }: ComparisonSettings,
  rng: Rng,
): GateVerdict {
  const grant: Grant = { after: 0, evaluations: rules.evaluations, level, ...NO_HISTORY };
  let comparison: HeldOutComparison = { grants: [grant], looks: [], leftOut: [] };
  const rounds: { root: HeldOutRound[]; variant: HeldOutRound[] } = { root: [], variant: [] };
  for (let round = 0; ; round++) {
    rounds.root.push(measured(root, rng));
    rounds.variant.push(measured(variant, rng));
    const seen = seeRounds(rounds.root, rounds.variant, root.length, new Set(), round + 1);
    const size = 2 * root.length;
    const progress = {
      grants: comparison.grants,
      done: (round + 1) * size,
      round: round + 1 < LOOKS_AT_MOST ? size : Number.POSITIVE_INFINITY,
    };
    const judged = { comparison, rules, seen, progress, barred: false } satisfies Judged;
    comparison = { ...comparison, looks: [...comparison.looks, lookAfter(judged, repeats)] };
    const now: Judged = { ...judged, comparison };
    peek?.(judgeRounds(now, 'evaluations'));
    const stopped = stopsFor(now);
    if (stopped === null) continue;
    const more = stopped === 'proof' || progress.round === Number.POSITIVE_INFINITY ? null : (prove?.(now) ?? null);
    if (more === null) return judgeRounds(now, stopped);
    const { done: after } = progress;
    comparison = { ...comparison, grants: [...comparison.grants, { ...NO_HISTORY, ...more, after }] };
  }
}

const RESOLVED = outcomeCode('resolved');
const UNRESOLVED = outcomeCode('unresolved');

function measured(chances: readonly number[], rng: Rng): HeldOutRound {
  const codes = Uint8Array.from(chances, (chance) => (rng.next() < chance ? RESOLVED : UNRESOLVED));
  return {
    codes,
    scores: Float64Array.from(codes, (code) => Number(code === RESOLVED)),
    costUSD: new Float64Array(codes.length),
    tokens: new Float64Array(codes.length),
  };
}

/** A held-out set as agents meet it: some tasks they always solve, some never, and some now and then. */
export interface TaskMix {
  readonly tasks: number;
  /** Mean chance of the root, in (0, 1). */
  readonly root: number;
  /** Mean gain of the variant, over all such sets. */
  readonly gain: number;
  /** Spread of difficulties on the logit scale: 3 leaves a quarter of the pairs of equal agents different at a root of .4. */
  readonly spread: number;
  /** Spread of the variant's own strengths by task, on the logit scale. */
  readonly own: number;
}

/** Draws held-out sets of a mix. With `exact`, the variant's mean chance on the very set drawn is shifted to the root's plus the gain. */
export function taskMix(mix: TaskMix): (rng: Rng, exact?: boolean) => Chances {
  const { tasks, spread, own } = mix;
  const ofRoot = levelFor(mix.root, spread);
  const ofVariant = levelFor(mix.root + mix.gain, Math.hypot(spread, own));
  return (rng, exact = false) => {
    const difficulty = Array.from({ length: tasks }, () => spread * rng.normal());
    const strength = Array.from({ length: tasks }, () => own * rng.normal());
    const root = difficulty.map((hard) => logistic(ofRoot - hard));
    const at = (level: number) => difficulty.map((hard, task) => logistic(level - hard + strength[task]!));
    if (!exact) return { root, variant: at(ofVariant) };
    return { root, variant: at(levelWhere((level) => meanOf(at(level)), meanOf(root) + mix.gain)) };
  };
}

const QUANTILES = Array.from({ length: 400 }, (_, i) => (i + 0.5) / 400);

/** The level at which tasks of normal difficulty are solved with this mean chance. */
function levelFor(mean: number, spread: number): number {
  // The logistic distribution of slope 1.702 stands in for the normal one's quantiles.
  const difficulties = QUANTILES.map((q) => (spread * Math.log(q / (1 - q))) / 1.702);
  return levelWhere((level) => meanOf(difficulties.map((hard) => logistic(level - hard))), mean);
}

function levelWhere(meanAt: (level: number) => number, wanted: number): number {
  let [low, high] = [-40, 40];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (meanAt(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
