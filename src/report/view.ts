import type { ModelChoice } from '../model/decision.ts';
import type { Calibrate, RunOutcome } from '../model/event.ts';
import type { Measure } from '../model/gate/measure.ts';
import type { GateVerdict } from '../model/gate/verdict.ts';
import { type RunId, type Sha, type VariantId, variantNumber } from '../model/ids.ts';
import type { OperatorName } from '../model/operator.ts';
import type { Plateau } from '../search/plateau/plateau.ts';
import type { Band, Judged, Score } from '../search/predictions/score.ts';
import type { Tally } from './text/figures.ts';
import type { YieldTable } from './yields/yields.ts';

/** How a variant stands, in a word people read. */
export type VariantState =
  | 'root'
  | 'being made'
  | 'could not be made'
  | 'did not pass its own check'
  | 'waits for evidence'
  | 'never measured'
  | 'measured'
  | 'best'
  | 'tampered'
  | 'pruned'
  | 'offered'
  | 'merged';

/** One variant as every surface shows it. */
export interface VariantView {
  readonly variant: VariantId;
  readonly parent: VariantId | null;
  readonly operator: OperatorName | null;
  /** The pull request it was taken from; absent where the search made it. */
  readonly adopted?: { readonly pull: number; readonly author: string };
  /** What a person asked for; absent where none did. Untrusted text. */
  readonly idea?: { readonly by: string; readonly text: string };
  /** The models that made it, of those there was a choice of. */
  readonly models?: ModelChoice;
  /** Whose edits it goes without and who asked for that, and those that could not be taken back; absent for others. */
  readonly slim?: {
    readonly by: string;
    readonly dropped: readonly VariantId[];
    readonly unreverted: readonly VariantId[];
  };
  readonly state: VariantState;
  /** Number of its pull request; `null` while it has none, or where that is not known. */
  readonly pull: number | null;
  readonly own: Tally;
  /** Root and parent on the search tasks this variant was measured on: rates beside each other have to be of the same tasks. */
  readonly same: { readonly root: Tally; readonly parent: Tally };
  readonly clade: Tally;
  readonly heldOut: Tally;
  /** The policy's belief in the clade at the last expansion decision, in [0, 1]; `null` before it was weighed. */
  readonly promise: number | null;
  /** Lower 5 % point of the belief in the variant itself, in [0, 1]; `null` where it takes no part in the final choice. */
  readonly lower: number | null;
  /** Place in the order that the final choice goes by, from 0 for the best; `null` where it takes no part. */
  readonly place: number | null;
  /** Evaluations of its own that ended as `tampered`, and attempts that gave no result; one of the first bars it for good. */
  readonly tampered: number;
  readonly voids: number;
  readonly costUSD: number;
  /** Input and output tokens of its search evaluations for each task it resolved; null where that is not known, or it resolved none. */
  readonly tokensPerSolved: number | null;
  /** What it changes or was to change, else why it could not be made. Untrusted text. */
  readonly summary: string;
  /** Why it could not be made or did not pass its check, where `summary` does not say it; null otherwise. Untrusted text. */
  readonly failure: string | null;
  /** What its diagnosis predicted, and what came of it; absent where it predicted nothing. */
  readonly predictions?: { readonly judged: readonly Judged[]; readonly score: Score };
  /** Every operator has been given all the evidence there is of it, so that it is not expanded again. */
  readonly spent: boolean;
}

/** A job in flight. */
export interface WorkView {
  readonly what: string;
  /** When it was ordered, ISO 8601 in UTC, and seconds since then; `null` where that is not known. */
  readonly since: string | null;
  readonly seconds: number | null;
  /** Where its workflow run is; null where that is not known. */
  readonly url: string | null;
  /** It gave no result and is tried again: the attempt that failed, why (untrusted text), and where its log is. */
  readonly again: { readonly attempt: number; readonly reason: string; readonly log: string | null } | null;
}

/** Why held-out tasks that were never opened gave no result: the reason may name one. */
export const SEALED_REASON = 'sealed, as are the held-out tasks';

/** A run as every surface shows it. */
export interface RunView {
  readonly run: RunId;
  readonly status:
    | 'measuring the root'
    | 'measuring'
    | 'searching'
    | 'waiting for the last results'
    | 'paused'
    | 'stopping'
    | 'held-out'
    | 'ended';
  readonly outcome: { readonly kind: RunOutcome; readonly reason: string } | null;
  readonly policy: string;
  readonly seed: number;
  /** Name of the benchmark's suite. */
  readonly suite: string;
  readonly budget: { readonly used: number; readonly total: number };
  readonly costUSD: { readonly spent: number; readonly limit: number | null };
  /** How far measuring the root has come, outside the budget; `null` once that is over. `secondsLeft` is a guess, `null` before the first result. */
  readonly rootMeasured: { readonly done: number; readonly of: number; readonly secondsLeft: number | null } | null;
  readonly best: VariantId;
  readonly variants: readonly VariantView[];
  readonly inFlight: readonly WorkView[];
  readonly gate: GateVerdict | null;
  readonly heldOutTasks: number;
  /** Held-out evaluations with an outcome, of all variants together, and how many they come to at most. */
  readonly heldOutDone: number;
  readonly heldOutPlanned: number;
  /** What the comparison may spend of what false merges may have, and why; null before it is opened, and in runs without a ledger. */
  readonly level: string | null;
  /** How the root is measured against itself, and its search evaluations with an outcome; `null` in every other run. */
  readonly calibration: (Calibrate & { readonly done: number; readonly of: number }) | null;
  /** The pull request that is measured, and its evaluations with an outcome, of those there may be; `null` in every other run. */
  readonly measure: (Measure & { readonly base: Sha; readonly done: number }) | null;
  /** What people said all diagnoses should keep to, by number; untrusted text. */
  readonly guidance: readonly { readonly n: number; readonly by: string; readonly text: string }[];
  /** How long nothing has got better, and whether the budget left pays an expansion; `null` while that is not long, or it does not search. */
  readonly plateau: (Plateau & { readonly canExpand: boolean }) | null;
  /** All variants' predictions together; absent where there are none. */
  readonly predictions?: {
    readonly variants: number;
    readonly score: Score;
    readonly calibration: readonly Band[];
    /** Whether the search goes by them now; absent where its policy never does. */
    readonly trusted?: boolean;
  };
  /** What expansions have yielded, by how they were made; empty where nothing is chosen by that. */
  readonly yields: readonly YieldTable[];
  /** What the controller itself has used of GitHub Actions, for all runs of the repository; null where a server does its work. */
  readonly ticks: { readonly count: number; readonly minutes: number } | null;
  /** Trouble a person should know of. */
  readonly attention: readonly string[];
  /** Oldest first: number and reason of each decision. */
  readonly decisions: readonly { readonly n: number; readonly what: string; readonly why: string }[];
  /** True when a rehearsal model answers in place of a real one. */
  readonly rehearsal: boolean;
}

export function variantIn(view: Pick<RunView, 'run' | 'variants'>, variant: VariantId): VariantView {
  // They are in the order of their numbers, some of which are missing.
  let at = Math.min(variantNumber(variant), view.variants.length - 1);
  while (at > 0 && variantNumber(view.variants[at]!.variant) > variantNumber(variant)) at--;
  const found = view.variants[at];
  if (found?.variant !== variant) throw new RangeError(`${variant} is not in run ${view.run}`);
  return found;
}

/** The sentence every surface carries while a rehearsal model answers. */
export const REHEARSAL_NOTE =
  'Rehearsal: a scripted model answers in place of a real one. Every score comes from running the edited code in the sandbox, but says nothing about a real model.';
