import type { Decision } from '../../model/decision.ts';
import type { RunOutcome, Split } from '../../model/event.ts';
import type { GateVerdict, Grant } from '../../model/gate/verdict.ts';
import type { JobId, RunId, Sha, TaskId, VariantId } from '../../model/ids.ts';
import type { Sign } from '../../model/sign.ts';
import type { Outcome } from '../../model/verdict.ts';
import type { RunView, VariantView } from '../../report/view.ts';

/** Of `RunDocument`; a page refuses any other. */
export const DOCUMENT_VERSION = 1;

/**
 * A run as its page reads it: a pure function of the run's journal and of what is known beside it. Nothing of a held-out task is in it
 * before the comparison was opened. Summaries, ideas, titles and reasons were written by models and people: untrusted text.
 */
export interface RunDocument {
  readonly version: typeof DOCUMENT_VERSION;
  /** `owner/name`. */
  readonly repository: string;
  /** Where the repository is on the web, without a slash at the end; null where that is not known. */
  readonly url: string | null;
  readonly run: RunId;
  /** Last entry of the journal that is in it; 0 for none. */
  readonly seq: number;
  /** When the run started and when its last entry was written, ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly updatedAt: string;
  /** The same facts as the dashboard's, without variants and decisions, which are below. */
  readonly view: Omit<RunView, 'variants' | 'decisions'>;
  readonly concurrency: number;
  readonly confidence: number;
  /** Where a transcript of an evaluation, or a variant's diff, can be asked for. */
  readonly has: { readonly transcripts: boolean; readonly diffs: boolean };
  readonly tasks: readonly TaskFacts[];
  /** In the order of their numbers, which may have holes. */
  readonly variants: readonly VariantFacts[];
  readonly evaluations: Evaluations;
  readonly decisions: readonly DecisionFacts[];
  /** In order of time; at most 400 points, the first and the last among them. */
  readonly progress: readonly Progress[];
  /** Held-out comparisons, in the order they were opened; empty before the first. */
  readonly comparisons: readonly Comparison[];
  /** What was left out of a long run, in words; null for nothing. */
  readonly cut: string | null;
}

/** A search task, or a held-out one once it is open. Tasks are named by their place in the list everywhere else. */
export interface TaskFacts {
  readonly task: TaskId;
  readonly split: Split;
  /** Over all variants: attempts with a result, and how many resolved it. */
  readonly n: number;
  readonly resolved: number;
  /** Believed chance, in [0, 1], that the root resolves it; null where the policy has no such belief. */
  readonly ease: number | null;
  /** How well it tells good variants from bad: correlation, in [-1, 1], of its outcome with the variants' rates on the other tasks; null under five variants. */
  readonly telling: number | null;
  /** Pairs of a variant with it that were tried more than once, and those of them that did not always end alike. */
  readonly repeated: number;
  readonly wavered: number;
}

export interface VariantFacts extends VariantView {
  readonly number: number;
  /** Number of its parent; null for the root. */
  readonly from: number | null;
  readonly sha: Sha | null;
  /** Title of the proposal; absent where there is none. Untrusted text, as are `idea` and `failure`. */
  readonly title?: string;
  /** The diagnosis in one sentence. */
  readonly proposed?: string;
  /** What is believed of it now: mean and 90 % interval, in [0, 1]; null without evidence. */
  readonly belief: { readonly mean: number; readonly lower: number; readonly upper: number } | null;
  /** US dollars its making cost. */
  readonly makingUSD: number;
  /** Place in `decisions` of the one that ordered it; null where a person did. */
  readonly decision: number | null;
  /** Tasks (places) whose evidence it was made from, and the variant it learnt from. */
  readonly evidence: readonly number[];
  readonly donor: VariantId | null;
  /** ISO 8601 in UTC: when it was ordered, and when it was made or failed; null where that has not come. */
  readonly orderedAt: string | null;
  readonly madeAt: string | null;
  /** It, or an ancestor, is pruned or barred. */
  readonly out: boolean;
}

/** Every attempt that had an outcome, in order of time: column by column, an element for each. */
export interface Evaluations {
  /** Number of the variant. */
  readonly variant: readonly number[];
  /** Place in `tasks`. */
  readonly task: readonly number[];
  readonly round: readonly number[];
  /** Place in `OUTCOMES`. */
  readonly outcome: readonly number[];
  /** In [0, 1]; null where it is 1 for resolved and 0 otherwise. */
  readonly score: readonly (number | null)[];
  readonly costUSD: readonly number[];
  /** Input and output tokens; null where not known. */
  readonly tokens: readonly (number | null)[];
  /** Wall time. */
  readonly seconds: readonly number[];
  /** Since the run's start, in seconds. */
  readonly at: readonly number[];
  readonly job: readonly JobId[];
  /** By place of an evaluation that has any. */
  readonly signs: Readonly<Record<number, readonly Sign[]>>;
  /** By place, why an evaluation is no measurement: its comparison began again since, or it had no result and counts as failed. */
  readonly aside: Readonly<Record<number, 'begun again' | 'no result'>>;
}

export const OUTCOMES = [
  'resolved',
  'unresolved',
  'tampered',
  'timeout',
  'invalid',
] as const satisfies readonly Outcome[];

export interface DecisionFacts {
  readonly n: number;
  /** Since the run's start, in seconds. */
  readonly at: number;
  /** Evaluations (places) and variants that were there when it was taken. */
  readonly evaluations: number;
  /** Without the candidates where `beliefs` are absent and it orders an evaluation. */
  readonly decision: Decision;
  /** In a few words. */
  readonly what: string;
  /** Believed mean of each variant then, by number, in [0, 1]; null where there was none. Absent at most decisions of a long run. */
  readonly beliefs?: readonly (number | null)[];
  /** What other policies would have done here, in a few words, by name; absent where nobody worked it out. */
  readonly others?: Readonly<Record<string, string>>;
}

/** Where the run stood. */
export interface Progress {
  /** Since the run's start, in seconds. */
  readonly at: number;
  /** Budget used, in evaluations. */
  readonly used: number;
  readonly spentUSD: number;
  /** The variant that would have been chosen, what was believed of it and its interval of 90 %, and what was measured. */
  readonly best: number;
  readonly mean: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly resolved: number;
  readonly n: number;
  /** The root's measured rate, in [0, 1]; null before its first result. */
  readonly root: number | null;
}

/** A held-out comparison of a variant with the root. */
export interface Comparison {
  readonly variant: VariantId;
  readonly grants: readonly Grant[];
  /** After each round that was looked at: pairs so far, how they differ, the p-value and what it had to reach, each in [0, 1]. */
  readonly looks: readonly {
    readonly round: number;
    readonly n: number;
    readonly fixed: number;
    readonly broken: number;
    readonly p: number;
    readonly threshold: number;
  }[];
  readonly verdict: GateVerdict | null;
}

/** The runs of a repository, for choosing one and for comparing them. */
export interface RunsDocument {
  readonly version: typeof DOCUMENT_VERSION;
  readonly repository: string;
  readonly url: string | null;
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** Runs whose journals cannot be read, and why: what they used of the held-out tasks is not in the ledger here. */
  readonly unreadable: readonly { readonly run: RunId; readonly why: string }[];
  /** How held-out tasks were used over all runs, oldest first. */
  readonly ledger: readonly {
    readonly run: RunId;
    readonly variant: VariantId;
    readonly at: string;
    /** Chance of a false merge it was granted, and whether it passed; null while that is open. */
    readonly level: number;
    readonly passed: boolean | null;
  }[];
}

export interface RunSummary {
  readonly run: RunId;
  readonly startedAt: string;
  readonly status: RunView['status'];
  readonly outcome: RunOutcome | null;
  readonly policy: string;
  readonly suite: string;
  readonly variants: number;
  readonly used: number;
  readonly budget: number;
  readonly spentUSD: number;
  readonly best: VariantId;
  readonly rehearsal: boolean;
  /** Thinned out to at most 60 points. */
  readonly progress: readonly Progress[];
}

/** A conversation with the model while a task was worked on. Everything in it is untrusted text. */
export interface Transcript {
  readonly messages: readonly TranscriptMessage[];
  /** What was left out because it was too long, in words; null for nothing. */
  readonly cut: string | null;
}

export interface TranscriptMessage {
  /** `system`, `user`, `assistant`, `tool`, or what the provider calls it. */
  readonly role: string;
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly input: string }[];
  /** Of an answer: when, how long it took, what it cost. */
  readonly at?: string;
  readonly seconds?: number;
  readonly costUSD?: number;
}

/** What a single file holds: the document with the transcripts and diffs there is room for. */
export interface ReportDocument {
  readonly document: RunDocument;
  /** By variant: a unified diff against its parent. */
  readonly diffs: Readonly<Record<string, string>>;
  /** By `JOB/TASK`. */
  readonly transcripts: Readonly<Record<string, Transcript>>;
  /** What found no room, in words; null where everything is in it. */
  readonly cut: string | null;
}
