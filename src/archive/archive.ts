import type { ArchiveEventOf, Comparison, RunOutcome, Split } from '../model/event.ts';
import type { GateVerdict } from '../model/gate/verdict.ts';
import type { JobId, Sha, TaskId, VariantId } from '../model/ids.ts';
import { variantNumber } from '../model/ids.ts';
import type { Birth, Decided } from '../model/memory/birth.ts';
import type { Idea } from '../model/memory/idea.ts';
import type { Prediction, PredictionRecord } from '../model/memory/prediction.ts';
import type { Proposed } from '../model/memory/proposal.ts';
import type { OperatorName } from '../model/operator.ts';
import { SIGNS, type Sign } from '../model/sign.ts';
import { type Outcome, VERDICTS } from '../model/verdict.ts';
import type { HeldOutComparison, HeldOutOrders, HeldOutRound } from './held-out.ts';

/** What a run was started with. */
export type RunSettings = Omit<ArchiveEventOf<'run.started'>, 'type'>;

/**
 * - `running`: the search goes on.
 * - `paused`: nothing new is decided.
 * - `stopping`: no new search work; work in flight is finished.
 * - `judging`: the held-out tasks are open; the search is over.
 * - `ended`.
 */
export type RunStatus = 'running' | 'paused' | 'stopping' | 'judging' | 'ended';

/**
 * - `reserved`: decided, not yet ordered.
 * - `expanding`: its expansion is in flight.
 * - `live`: it exists and can be evaluated and expanded.
 * - `failed`: its expansion made no variant; charged, and held against the parent.
 * - `lost`: infrastructure trouble; neither charged nor held against anybody.
 */
export type VariantState = 'reserved' | 'expanding' | 'live' | 'failed' | 'lost';

/** Counts of evaluations with an outcome. Anything but `resolved` is unresolved. */
export interface Tally {
  readonly resolved: number;
  readonly unresolved: number;
}

export interface Variant {
  readonly id: VariantId;
  readonly number: number;
  /** Number of the parent; -1 for the root. */
  readonly parent: number;
  readonly operator: OperatorName | null;
  readonly state: VariantState;
  /** Pruned itself. */
  readonly pruned: boolean;
  /** Evaluations that ended as `tampered`, held-out ones too. One bars it and its descendants from promotion for good. */
  readonly tampered: number;
  /** Live, and neither it nor an ancestor is pruned or barred: the search may use it. */
  readonly active: boolean;
  readonly sha: Sha | null;
  readonly tree: Sha | null;
  /** What it changes, or why it could not be made where that is all that is known. Untrusted text. */
  readonly summary: string;
  /** Null for the root, and where no diagnosis is known. */
  readonly proposed: (Proposed & { readonly title: string }) | null;
  /** What its diagnosis expected of search tasks; absent for nothing. */
  readonly predicted?: readonly Prediction[];
  /** How its expansion was ordered; null for the root. */
  readonly birth: Birth | null;
  /** Where its expansion failed and why (untrusted text), with the variant whose code it came to; null where it has not. */
  readonly failure: Pick<ArchiveEventOf<'expansion.failed'>, 'stage' | 'reason' | 'twin'> | null;
  /** Its own search evaluations, every attempt at a task. */
  readonly own: Tally;
  /** Sums over its clade, itself included. */
  readonly clade: Tally;
  /** Failed expansions of its clade's members. */
  readonly cladeFailures: number;
  /** Numbers of all children ever ordered, failed ones included. */
  readonly children: readonly number[];
  readonly failedExpansions: number;
  /** Expansions of this variant in flight. */
  readonly expanding: number;
  /** Search evaluations of this variant in flight, every attempt at a task. */
  readonly inFlight: number;
  /** One code for each search task, of the first of its rounds that has an outcome: see `cellOutcome` and `hasSign`. */
  readonly cells: Uint8Array;
  /** By search task, what its cell does not say: see `triesOf`. */
  readonly tries: ReadonlyMap<number, Tries>;
  /** Attempts that ended without a result, one entry each time. */
  readonly misses: readonly Miss[];
  /** Begun attempts at search tasks that gave no result: one for each task, or one for a job that was lost whole. */
  readonly voids: number;
  /** Every job ordered for it. */
  readonly jobs: readonly JobId[];
  /** Spent on making and measuring it, held-out tasks and attempts without a result included. */
  readonly costUSD: number;
  /** Of that, what the job cost that made it, or did not come to make it. */
  readonly makingUSD: number;
  /** Input and output tokens of its own search evaluations; null where not all of them say. */
  readonly tokens: number | null;
  /** By search task, sums over its attempts that had a result; kept for goal `cost` alone. `tokens` is NaN where not known. */
  readonly costs: ReadonlyMap<number, { readonly n: number; readonly costUSD: number; readonly tokens: number }>;
}

/** Every attempt of a variant at a search task. */
export interface Tries {
  readonly resolved: number;
  readonly n: number;
  /** Sum of the attempts' scores, each in [0, 1]. */
  readonly scoreSum: number;
  /** Rounds that have an outcome, and that are in flight: round `r` is bit `r`. */
  readonly done: number;
  readonly inFlight: number;
}

interface Miss {
  readonly task: number;
  readonly round: number;
  readonly job: JobId;
  readonly began?: true;
}

/** An attempt at a job that gave no result. */
export interface Retry {
  readonly job: JobId;
  /** From 1. */
  readonly attempt: number;
  readonly reason: string;
  /** Where its log is. */
  readonly log: string | null;
}

/** Work in flight. */
export interface Job {
  readonly job: JobId;
  readonly kind: 'expand' | 'evaluate';
  /** The variant measured, or the child being made. */
  readonly variant: VariantId;
  readonly split: Split;
  /** Which repetition of its pairs it is, from 0; 0 for an expansion. */
  readonly round: number;
  /** Tasks without a result yet; empty for an expansion. */
  readonly tasks: readonly TaskId[];
  /** The last attempt that was charged beside its results; 0 for none. */
  readonly charged: number;
  /** The last attempt that gave no result and is made again. */
  readonly retry: Retry | null;
  /** When it was ordered, ISO 8601; null where the archive was made without times. */
  readonly since: string | null;
}

/** One fact the search learns from, linked to the one before it: beliefs that are kept up to date read only what is new. */
export interface Fact {
  /** Position, from 1. */
  readonly seq: number;
  readonly kind: 'result' | 'made' | 'failed';
  /** The variant evaluated, made, or not made. */
  readonly variant: number;
  /** Index of the search task; -1 where none. */
  readonly task: number;
  readonly job: JobId;
  readonly resolved: boolean;
  /** Of an attempt that did not resolve its task, in [0, 1]; absent where it has none, and in runs from before rules 3. */
  readonly score?: number;
  readonly before: Fact | null;
}

/** What policies and operators may see: no held-out result is reachable from here. */
export interface SearchState {
  readonly tasks: readonly TaskId[];
  readonly taskIndex: ReadonlyMap<TaskId, number>;
  /** By number. A hole is a number whose order has not been seen. */
  readonly variants: readonly (Variant | undefined)[];
  /** Live variants, the root included. */
  readonly live: number;
  readonly expanding: number;
  /** Budgeted evaluations (all but the root's) with an outcome, and in flight. */
  readonly evaluations: number;
  readonly evaluating: number;
  readonly expansionsMade: number;
  readonly expansionsFailed: number;
  readonly lastFact: Fact | null;
  /** What predictions were worth in earlier runs of the repository; absent where nothing is known of that. */
  readonly predictions?: PredictionRecord;
}

export interface Archive {
  readonly settings: RunSettings;
  readonly status: RunStatus;
  readonly search: SearchState;
  readonly jobs: ReadonlyMap<JobId, Job>;
  /** What was found before anything was ordered; null while nobody has looked. */
  readonly preflight: {
    readonly passed: boolean;
    readonly findings: ArchiveEventOf<'preflight.done'>['findings'];
  } | null;
  /** Decisions made; the number of the next one. */
  readonly decisions: number;
  readonly lastDecision: Decided | null;
  /** Over everything, attempts without a result included. */
  readonly spentUSD: number;
  /** Evaluations with an outcome, root and held-out included: what an evaluation costs is spent over these. */
  readonly measured: { readonly evaluations: number; readonly costUSD: number };
  /** The variant the held-out tasks were opened for. */
  readonly opened: VariantId | null;
  /** What stands in for the root and the variant on the held-out tasks since the default branch moved. */
  readonly comparison: Comparison | null;
  /** The commits the held-out tasks were opened for: the variant's, then each merge result in its place. */
  readonly judged: readonly { readonly variant: VariantId; readonly sha: Sha; readonly tree: Sha }[];
  /** Held-out work ordered; tasks since the last comparison was opened. */
  readonly heldOutOrders: HeldOutOrders;
  /** Held-out tasks that were given another attempt although one had begun, by variant; since the last comparison was opened. */
  readonly secondTries: ReadonlyMap<VariantId, number>;
  /** Held-out results by round, for variants that have any. */
  readonly heldOut: ReadonlyMap<VariantId, readonly HeldOutRound[]>;
  /** Comparisons that go in rounds, by variant; none in runs without `gate` rules. */
  readonly comparisons: ReadonlyMap<VariantId, HeldOutComparison>;
  readonly gate: GateVerdict | null;
  /** How often a person has bought more evidence after the run had ended. */
  readonly extensions: number;
  readonly promoted: VariantId | null;
  readonly outcome: { readonly outcome: RunOutcome; readonly shipped: VariantId; readonly reason: string } | null;
  /** The variant a person asked to promote instead of the best one. */
  readonly asked: VariantId | null;
  /** Jobs without any result since the last one that gave some or somebody resumed the run, and why the newest had none. */
  readonly lost: { readonly jobs: ReadonlySet<JobId>; readonly reason: string; readonly log: string | null };
  readonly lastRetry: Retry | null;
  /** When the run started and when the last outcome came, ISO 8601; null where the archive was made without times. */
  readonly startedAt: string | null;
  readonly lastOutcomeAt: string | null;
  /** A rehearsal model answered in place of a real one, at least once. */
  readonly rehearsal: boolean;
  /** Why the run was told to stop or pause, in words. */
  readonly note: string;
  /** By number, from 1: what people said all diagnoses should keep to. */
  readonly guidance: readonly (Idea & { readonly dropped: boolean })[];
  /** One sentence for each event that changed nothing: duplicates and contradictions. */
  readonly ignored: readonly string[];
}

/**
 * The rules of the search that new runs begin with. Runs from before have none and go on as they began.
 *
 * 1: a variant that tampered is out of the search with its clade; the last budget measures what was made.
 * 2: a pair may be measured again.
 * 3: nothing is expanded twice by the same operator from the same tasks; scores of unresolved attempts count where the root resolves next to
 * nothing.
 * 4: what an evaluation would tell is asked of a belief that is up to date; children that were lost, adopted or slimmed down are nobody's expansions;
 * `best-of-n` keeps back what its children in flight need, and no more.
 */
export const RULES = 4;

/** Codes in `Variant.cells`: not tried, in flight, then the outcomes; a failure's signs are the bits above. */
export const UNTRIED = 0;
export const IN_FLIGHT = 1;
export const RESOLVED = 2;
/** A pair that ended without a result so often is not tried again. */
const MAX_MISSES = 3;

/** Bits of a code that hold the outcome. */
const OUTCOME_BITS = 3;
const OUTCOME_MASK = (1 << OUTCOME_BITS) - 1;

/** Signs are kept of failures alone. */
export function outcomeCode(outcome: Outcome, signs: readonly Sign[] = []): number {
  const code = RESOLVED + VERDICTS.indexOf(outcome);
  return code === RESOLVED ? code : signs.reduce((marked, sign) => marked | bitOf(sign), code);
}

/** Whether a code is a failure's that showed the sign. */
export function hasSign(code: number, sign: Sign): boolean {
  return (code & bitOf(sign)) !== 0;
}

function bitOf(sign: Sign): number {
  return 1 << (OUTCOME_BITS + SIGNS.indexOf(sign));
}

/** The outcome a code stands for; `undefined` for untried and in flight. */
export function cellOutcome(code: number | undefined): Outcome | undefined {
  return code === undefined || code < RESOLVED ? undefined : (VERDICTS[(code & OUTCOME_MASK) - RESOLVED] as Outcome);
}

export function findVariant(archive: Archive, id: VariantId): Variant | undefined {
  return archive.search.variants[variantNumber(id)];
}

export function rootOf(search: SearchState): Variant {
  return search.variants[0]!;
}

/** A live variant's outcome on a search task. */
export function outcomeOn(archive: Archive, id: VariantId, task: TaskId): Outcome | undefined {
  const index = archive.search.taskIndex.get(task);
  return index === undefined ? undefined : cellOutcome(findVariant(archive, id)?.cells[index]);
}

/** Evaluations used: outcomes, work in flight, and `expansionCost` for every expansion but lost ones. */
export function budgetUsed({ settings, search }: Archive): number {
  const expansions = search.expansionsMade + search.expansionsFailed + search.expanding;
  return search.evaluations + search.evaluating + settings.expansionCost * expansions;
}

export function budgetLeft(archive: Archive): number {
  return archive.settings.budget - budgetUsed(archive);
}

/** Whether a pair may be ordered: no result, none in flight, and not given up on. */
export function isOpen(variant: Variant, task: number): boolean {
  return variant.cells[task] === UNTRIED && !isGivenUp(variant, task);
}

export function isGivenUp(variant: Variant, task: number): boolean {
  if (variant.misses.length < MAX_MISSES) return false;
  let misses = 0;
  for (const miss of variant.misses) if (miss.task === task) misses++;
  return misses >= MAX_MISSES;
}

/** Number of search tasks that may still be ordered for a variant. */
export function openCount(variant: Variant): number {
  if (variant.misses.length >= MAX_MISSES) return openTasks(variant).length;
  let again = 0;
  for (const { done, inFlight } of variant.tries.values()) again += roundsIn(done | inFlight) - 1;
  return variant.cells.length - (variant.own.resolved + variant.own.unresolved + variant.inFlight - again);
}

/** Indices of the search tasks that may still be ordered for a variant. */
export function openTasks(variant: Variant): number[] {
  const open: number[] = [];
  for (let task = 0; task < variant.cells.length; task++) if (isOpen(variant, task)) open.push(task);
  return open;
}

function roundsIn(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}

/** The variant and its ancestors, root last. */
export function lineage(search: SearchState, number: number): Variant[] {
  const found: Variant[] = [];
  for (let at = search.variants[number]; at; at = search.variants[at.parent]) found.push(at);
  return found;
}

/** The variant that bars this one from promotion: itself or its nearest ancestor that tampered. The root bars nobody. */
export function barredBy(search: SearchState, number: number): Variant | undefined {
  return lineage(search, number).find((variant) => variant.number > 0 && variant.tampered > 0);
}
