import { type Archive, barredBy, isGivenUp, rootOf, type Variant } from '../../archive/archive.ts';
import type { HeldOutRound, Look } from '../../archive/held-out.ts';
import { withResult } from '../../archive/reduce-judging.ts';
import { isDone, isInFlight } from '../../archive/tries.ts';
import { type JournalEntry, MAX_ROUND } from '../../model/event.ts';
import type { GateStop, GateVerdict } from '../../model/gate/verdict.ts';
import type { TaskId, VariantId } from '../../model/ids.ts';
import { NO_HISTORY } from '../../search/gate/ledger.ts';
import { type Judged, judgeRounds, seeRounds, stopsFor } from '../../search/gate/rounds.ts';
import { allowedBy, isFutile, weigh } from '../../search/gate/sequential.ts';

/** The head of the pull request that is measured. */
export const HEAD: VariantId = 'v1';

/**
 * What a measurement came to. `cheaper`: for goal `cost`, and not worse; `missing`: too many results are, to judge; `tampered`: the head did, with
 * what grades it; `nothing`: not one round was complete.
 */
export type MeasureKind = 'better' | 'cheaper' | 'worse' | 'no difference' | 'missing' | 'tampered' | 'nothing';

export interface MeasureVerdict {
  readonly kind: MeasureKind;
  /** Head beside base, as the merge gate counts. */
  readonly gate: GateVerdict;
  /** One-sided p-value, of the direction seen where both were looked for, and what it had to stay at or below. */
  readonly p: number;
  readonly alpha: number;
}

/** Whether there were results enough for any verdict. */
export function isJudged({ kind }: Pick<MeasureVerdict, 'kind'>): boolean {
  return kind !== 'missing' && kind !== 'nothing';
}

/** The batch that is due next: of the first round that is not complete, base and head by turns. */
export interface Batch {
  readonly variant: VariantId;
  readonly tasks: readonly TaskId[];
  readonly round: number;
}

/** What the gate said of a sealed measurement. Worse is what its interval shows: the gate itself asks for better alone. */
export function sealedVerdict(gate: GateVerdict): MeasureVerdict {
  const { p, alpha, refused, passed, evidence } = gate;
  const worse = evidence !== undefined && evidence.here.upper < 0;
  const shown = passed ? (evidence?.cost ? 'cheaper' : 'better') : worse ? 'worse' : 'no difference';
  const kind = refused ?? (evidence?.rounds === 0 ? 'nothing' : shown);
  return { kind, gate, p, alpha };
}

/**
 * The verdict on the search tasks, from the journal; null while it goes on. After each complete round both directions are tested, each
 * with half of what the configured confidence leaves, spent as the merge gate spends it (`weigh`): whatever look it ends with,
 * a difference where there is none is told in at most so many of all measurements.
 *
 * @param over nothing more is measured: what there is has to do
 */
export function searchVerdict(
  archive: Archive,
  entries: readonly JournalEntry[],
  over: boolean,
): MeasureVerdict | null {
  const { settings, search } = archive;
  const { evaluations } = settings.measure!;
  const tasks = settings.tasks.length;
  const size = 2 * tasks;
  const alpha = (1 - settings.confidence) / 2;
  const grants = [{ after: 0, evaluations, level: alpha, ...NO_HISTORY }];
  const complete = completeRounds(archive);
  const [root, head] = [rootOf(search).id, HEAD].map((variant) => roundsOf(entries, variant, archive));
  const looks: Look[] = [];
  for (let rounds = 1; ; rounds++) {
    const last = rounds >= Math.max(1, complete);
    if (last && rounds > complete && !over) return null;
    const progress = { grants, done: rounds * size, round: rounds > MAX_ROUND ? Number.POSITIVE_INFINITY : size };
    looks.push({ round: rounds - 1, allowed: allowedBy(progress) });
    const judged: Judged = {
      comparison: { grants, looks, leftOut: [] },
      rules: { test: 'sequential', evaluations, promise: 'share' },
      seen: seeRounds(root!, head!, tasks, new Set(), rounds),
      progress,
      barred: barredBy(search, 1) !== undefined,
    };
    const against = judged.seen.rounds.map((round) => round.map((difference) => -difference));
    const worse = weigh(against, looks);
    const gateStop = stopsFor(judged);
    const goesOn = gateStop === 'futile' && !worse.passed && !isFutile(against, progress);
    const stopped: GateStop | null = goesOn ? null : worse.passed ? 'proof' : gateStop;
    if (stopped === null && !(over && last)) continue;
    const gate = judgeRounds(judged, stopped ?? 'money');
    const kind = gate.refused ?? (gate.passed ? 'better' : worse.passed ? 'worse' : 'no difference');
    return { kind, gate, p: Math.min(gate.p, worse.p), alpha: gate.alpha };
  }
}

/** The tasks that are due next, as many as one job takes; null while all that is due is in flight. */
export function nextBatch(archive: Archive): Batch | null {
  const { settings, search } = archive;
  const round = completeRounds(archive);
  const [base, head] = [search.variants[0]!, search.variants[1]!].map((variant) => ({
    variant: variant.id,
    round,
    tasks: settings.tasks.filter((_, task) => !isOver(variant, task, round) && !isInFlight(variant, task, round)),
  }));
  const next = base!.tasks.length >= head!.tasks.length ? base! : head!;
  return next.tasks.length === 0 ? null : { ...next, tasks: next.tasks.slice(0, settings.batch) };
}

/** Rounds, from the first, in which nothing more will be measured. */
function completeRounds({ settings, search }: Archive): number {
  for (let round = 0; round <= MAX_ROUND; round++)
    for (const variant of search.variants)
      if (!settings.tasks.every((_, task) => isOver(variant!, task, round) && !isInFlight(variant!, task, round)))
        return round;
  return MAX_ROUND + 1;
}

function isOver(variant: Variant, task: number, round: number): boolean {
  return isDone(variant, task, round) || isGivenUp(variant, task);
}

/** A variant's results on the search tasks by round. */
function roundsOf(entries: readonly JournalEntry[], variant: VariantId, { search }: Archive): readonly HeldOutRound[] {
  let rounds: readonly HeldOutRound[] = [];
  for (const { event } of entries) {
    if (event.type !== 'evaluation.done' || event.split !== 'search' || event.variant !== variant) continue;
    rounds = withResult(rounds, search.tasks.length, search.taskIndex.get(event.task)!, event) ?? rounds;
  }
  return rounds;
}
