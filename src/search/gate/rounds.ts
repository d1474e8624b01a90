import { cellOutcome, RESOLVED } from '../../archive/archive.ts';
import type { HeldOutComparison, HeldOutRound, Look } from '../../archive/held-out.ts';
import type { GateRules, GateStop, GateVerdict } from '../../model/gate/verdict.ts';
import type { Attempt, PairedAttempts } from './cost/cost.ts';
import { costLook, costStop, costVerdict, type JudgedCost } from './cost/looks.ts';
import { gainOf } from './gain.ts';
import { missingAllowed } from './gate.ts';
import {
  allowedBy,
  chanceToPass,
  type Differences,
  intervalShare,
  isFutile,
  isLastLook,
  levelAtEnd,
  type Progress,
  plannedEnd,
  weigh,
} from './sequential.ts';

/** What the complete rounds of a comparison have shown. */
export interface Seen extends Pick<GateVerdict, 'n' | 'root' | 'variant' | 'fixed' | 'broken' | 'means'> {
  readonly rounds: readonly Differences[];
  /** Differences by task. */
  readonly tasks: readonly Differences[];
  /** By round, every task that plays a part. */
  readonly attempts: readonly (readonly PairedAttempts[])[];
  readonly missing: number;
  readonly dropped: number;
  readonly tampered: boolean;
  /** Held-out tasks that play a part. */
  readonly judged: number;
}

const NOTHING: HeldOutRound = {
  codes: new Uint8Array(),
  scores: new Float64Array(),
  costUSD: new Float64Array(),
  tokens: new Float64Array(),
};

/**
 * The first `count` rounds of the root beside the variant's on `tasks` held-out tasks, but those left out. Absence never favours the
 * variant: without a result on it a pair counts as failed, without one on the root it is left out. Compares scores where `metric` says so.
 */
export function seeRounds(
  root: readonly HeldOutRound[],
  variant: readonly HeldOutRound[],
  tasks: number,
  leftOut: ReadonlySet<number>,
  count: number,
  metric?: GateRules['metric'],
): Seen {
  const judged = Array.from({ length: tasks }, (_, task) => task).filter((task) => !leftOut.has(task));
  const seen = { n: 0, root: 0, variant: 0, fixed: 0, broken: 0, missing: 0, dropped: 0, tampered: false };
  const sums = { root: 0, variant: 0 };
  const byTask = judged.map((): number[] => []);
  const attempts = Array.from({ length: count }, (_, round) =>
    judged.map((task) => ({
      root: attemptAt(root[round], task, metric),
      variant: attemptAt(variant[round], task, metric),
    })),
  );
  const rounds = Array.from({ length: count }, (_, round) => {
    const [before, after] = [root[round] ?? NOTHING, variant[round] ?? NOTHING];
    return judged.flatMap((task, place) => {
      const codes = [before.codes[task] ?? 0, after.codes[task] ?? 0] as const;
      if (cellOutcome(codes[1]) === 'tampered') seen.tampered = true;
      if (codes[0] < RESOLVED) {
        seen.dropped++;
        return [];
      }
      const [was, is] = codes.map((code) => code === RESOLVED);
      seen.n++;
      if (codes[1] < RESOLVED) seen.missing++;
      if (was) seen.root++;
      if (is) seen.variant++;
      if (is && !was) seen.fixed++;
      if (was && !is) seen.broken++;
      const pair = attempts[round]![place]!;
      sums.root += pair.root.score;
      sums.variant += pair.variant.score;
      const difference = pair.variant.score - pair.root.score;
      byTask[place]!.push(difference);
      return [difference];
    });
  });
  const mean = (sum: number) => (seen.n === 0 ? 0 : sum / seen.n);
  const means = metric === 'score' ? { means: { root: mean(sums.root), variant: mean(sums.variant) } } : {};
  return { ...seen, ...means, rounds, tasks: byTask, attempts, judged: judged.length };
}

function attemptAt(
  { codes, scores, costUSD, tokens }: HeldOutRound = NOTHING,
  task: number,
  metric: GateRules['metric'],
): Attempt {
  const code = codes[task] ?? 0;
  const spent = { costUSD: costUSD[task] ?? Number.NaN, tokens: tokens[task] ?? Number.NaN };
  if (code < RESOLVED) return { score: 0, ...spent, missing: true };
  return { score: metric === 'score' ? scores[task]! : Number(code === RESOLVED), ...spent };
}

/** Where a comparison stands and what it has seen by then. */
export interface Judged {
  readonly comparison: HeldOutComparison;
  readonly rules: GateRules;
  readonly seen: Seen;
  readonly progress: Progress;
  /** Has tampered at any time, or descends from a variant that has. */
  readonly barred: boolean;
}

/** The look that follows a complete round; nothing is proof before `least` rounds, nor before the last look of a McNemar test. */
export function lookAfter(judged: Judged, least: number): Look {
  const { rules, seen, progress } = judged;
  if (isForCost(judged)) return costLook(judged);
  const round = seen.rounds.length - 1;
  const early = rules.test === 'mcnemar' || seen.rounds.length < least;
  return { round, allowed: early && !isLastLook(progress) ? 0 : allowedBy(progress) };
}

/** Why a comparison that was just looked at goes no further; null while it goes on. */
export function stopsFor(judged: Judged): GateStop | null {
  const { comparison, rules, seen, progress } = judged;
  if (refusalOf(judged) !== undefined) return 'refused';
  if (levelAtEnd(progress) <= 0) return 'futile';
  if (isForCost(judged)) return costStop(judged);
  if (weigh(seen.rounds, comparison.looks, rules.test === 'mcnemar').passed) return 'proof';
  if (isLastLook(progress)) return 'evaluations';
  return rules.test === 'sequential' && comparison.looks.at(-1)!.allowed > 0 && isFutile(seen.rounds, progress)
    ? 'futile'
    : null;
}

function isForCost(judged: Judged): judged is Judged & JudgedCost {
  return judged.rules.goal === 'cost';
}

/** Why a comparison can pass no more, whatever follows. */
export function refusalOf({ seen, barred }: Pick<Judged, 'seen' | 'barred'>): GateVerdict['refused'] {
  if (seen.tampered || barred) return 'tampered';
  const missing = seen.missing + seen.dropped;
  return missing > missingAllowed(seen.judged * seen.rounds.length) ? 'missing' : undefined;
}

/** The verdict on a comparison that has stopped. */
export function judgeRounds(judged: Judged, stopped: GateStop): GateVerdict {
  const { comparison, rules, seen, progress } = judged;
  const { looks, grants } = comparison;
  const { n, root, variant, fixed, broken, means, missing, dropped } = seen;
  const cost = isForCost(judged) ? costVerdict(judged) : null;
  const { passed, spent, p, alpha } =
    cost === null
      ? { ...weigh(seen.rounds, looks, rules.test === 'mcnemar'), alpha: looks.at(-1)?.allowed ?? levelAtEnd(progress) }
      : {
          passed: cost.passed,
          spent: looks.at(-1)?.allowed ?? 0,
          p: Math.max(cost.p.score, cost.p.cost),
          alpha: cost.level,
        };
  const refused = refusalOf(judged);
  const each = seen.rounds.length === 0 ? 0 : progress.done / seen.rounds.length;
  // The last look may be the second at its round, with more to spend as no more can be paid.
  const earlier = looks.findLast(({ round }) => round < seen.rounds.length - 1);
  const lookedBefore = ((earlier?.round ?? -1) + 1) * each;
  const { mean, here, alike } = gainOf(seen.tasks, intervalShare(progress, lookedBefore));
  const more = grants.at(-1)!.evaluations;
  const end = Math.max(progress.done, plannedEnd(progress)) + more;
  return {
    passed: passed && refused === undefined,
    n,
    root,
    variant,
    fixed,
    broken,
    ...(means === undefined ? {} : { means }),
    p,
    alpha,
    ...(missing > 0 ? { missing } : {}),
    ...(dropped > 0 ? { dropped } : {}),
    ...(refused === undefined ? {} : { refused }),
    evidence: {
      stopped,
      rounds: seen.rounds.length,
      evaluations: progress.done,
      tasks: seen.tasks.filter((pairs) => pairs.length > 0).length,
      spent,
      gain: mean,
      here,
      alike,
      ...(cost !== null ? { cost } : {}),
      ...(cost !== null || passed || refused === 'tampered'
        ? {}
        : {
            more: {
              evaluations: more,
              chance: chanceToPass(seen.rounds, progress.done, end, levelAtEnd(progress, end)),
            },
          }),
    },
  };
}
