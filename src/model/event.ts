import type { Decision, ModelChoice } from './decision.ts';
import type { FindingAbout } from './finding.ts';
import type { Adoption, Measure } from './gate/measure.ts';
import type { GateRules, GateVerdict, Grant } from './gate/verdict.ts';
import type { JobId, RunId, Sha, TaskId, VariantId } from './ids.ts';
import type { Idea } from './memory/idea.ts';
import type { Prediction, PredictionRecord } from './memory/prediction.ts';
import type { Proposed } from './memory/proposal.ts';
import type { Slim } from './memory/slim.ts';
import type { OperatorName } from './operator.ts';
import type { Sign } from './sign.ts';
import type { Outcome } from './verdict.ts';

/** Search tasks steer the run; held-out tasks are sealed until the end. */
export type Split = 'search' | 'heldout';

/** A policy and every parameter it runs with, defaults included, so that a journal replays without the code's defaults. */
export interface PolicySpec {
  readonly name: string;
  readonly params: Readonly<Record<string, number>>;
}

/** Where an expansion that made no variant came to its end. */
export type ExpansionStage = 'diagnose' | 'modify' | 'validate' | 'check';

/** How a run ended. `offered`: ready for a person to merge. `calibrated`: the root was measured against itself, `measured`: a pull request. */
export const RUN_OUTCOMES = ['merged', 'offered', 'nothing', 'stopped', 'failed', 'calibrated', 'measured'] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/** Two commits that are compared on the held-out tasks. */
export interface Comparison {
  /** The default branch as it had become. */
  readonly base: { readonly sha: Sha; readonly tree: Sha };
  /** The variant merged with it. */
  readonly merged: { readonly sha: Sha; readonly tree: Sha };
}

/** Models that there is a choice of. */
export type ModelLists = { readonly [Of in keyof ModelChoice]?: readonly string[] };

/** How a root is measured against itself. */
export interface Calibrate {
  /** At every task, search and held-out; even, and at least 2. */
  readonly attempts: number;
  /** Of each attempt's files; at least 1. */
  readonly gradings: number;
}

/** What started a run that no comment did: a time or a push that the configuration names, or a label on an issue. */
export const OCCASIONS = ['cron', 'push', 'label'] as const;
export type Occasion = (typeof OCCASIONS)[number];

interface Measured {
  readonly costUSD: number;
  /** Wall time in seconds. */
  readonly seconds: number;
  /** A rehearsal model answered in place of a real one. */
  readonly rehearsal?: true;
}

/** Whether a search saves dollars or hours where jobs run side by side: see `docs/search-experiments.md`. */
export const PREFERENCES = ['cost', 'balance', 'time'] as const;
export type Prefer = (typeof PREFERENCES)[number];

/** The last repetition of a pair of a variant and a task; the first is 0. */
export const MAX_ROUND = 30;

export type ArchiveEvent =
  | {
      readonly type: 'run.started';
      readonly run: RunId;
      /** Unsigned 32-bit; with a decision's number it seeds that decision's random numbers. */
      readonly seed: number;
      readonly policy: PolicySpec;
      /** Evaluations plus `expansionCost` for each expansion; the root's own evaluations are outside of it. */
      readonly budget: number;
      /** Charge for one expansion, in evaluations, >= 0. */
      readonly expansionCost: number;
      /** Jobs in flight at most, >= 1. */
      readonly concurrency: number;
      /** Absent in runs from before it: they fill every slot, as `time` does. */
      readonly prefer?: Prefer;
      /** Tasks in one evaluation job at most, >= 1. */
      readonly batch: number;
      /** Spending limit in US dollars over everything, held-out included; `null` for none. */
      readonly costUSD: number | null;
      /** What one task may cost at most; absent in runs from before it, which keep nothing back for that. */
      readonly taskCostUSD?: number;
      readonly suite: { readonly name: string; readonly digest: string };
      readonly tasks: readonly TaskId[];
      readonly heldOut: readonly TaskId[];
      readonly root: { readonly sha: Sha; readonly tree: Sha };
      /** Confidence the merge gate asks for, in (0.5, 1). */
      readonly confidence: number;
      /** Absent in runs from before there was a choice: one McNemar test at the confidence, whatever other runs did. */
      readonly gate?: GateRules;
      /** Rules of the search the run began with (`RULES`); absent in runs from before there were any. */
      readonly rules?: number;
      /** Models that each expansion takes one of, by name, two or more each; absent where there is one, and in runs from before there was a choice. */
      readonly models?: ModelLists;
      /** Attempts at each search task by the root, and rounds of the held-out comparison before it may end, >= 1; absent for 1. */
      readonly repeats?: number;
      /** The root is measured against itself, and nothing else is done; absent in every other run. */
      readonly calibrate?: Calibrate;
      /** A pull request is measured against what it came from, and nothing else is done; absent in every other run. */
      readonly measure?: Measure;
      /** Absent where a comment started it. */
      readonly occasion?: Occasion;
      /** What predictions were worth in the repository's earlier runs; absent where none was scored. */
      readonly predictions?: PredictionRecord;
    }
  | { readonly type: 'run.paused'; readonly by: string }
  | { readonly type: 'run.resumed'; readonly by: string }
  /** No new search work; work in flight is finished. */
  | {
      readonly type: 'run.stopping';
      readonly by: string;
      readonly reason: string;
      /** The variant a person asked to promote. May come again with another one. */
      readonly promote?: VariantId;
    }
  /** Guidance for all diagnoses from here on; they are numbered from 1 as they come. */
  | (Idea & { readonly type: 'run.steered' })
  | { readonly type: 'run.unsteered'; readonly by: string; readonly n: number }
  | { readonly type: 'run.ended'; readonly outcome: RunOutcome; readonly shipped: VariantId; readonly reason: string }
  /** `n` counts from 0 without gaps. A `wait` is not recorded: it changes nothing and draws nothing that matters. */
  | { readonly type: 'decision.made'; readonly n: number; readonly decision: Decision }
  | {
      readonly type: 'expansion.ordered';
      readonly job: JobId;
      /** The decision that ordered it; `null` when a person did. */
      readonly decision: number | null;
      readonly variant: VariantId;
      readonly parent: VariantId;
      readonly operator: OperatorName;
      /** Search tasks whose evidence goes into it, the donor and the models, where a person ordered it; a decision has them itself. */
      readonly tasks?: readonly TaskId[];
      readonly donor?: VariantId;
      readonly models?: ModelChoice;
      /** What a person asked for. */
      readonly idea?: Idea;
    }
  /** A person has a pull request made a child of the root; how that ends is told as of an expansion. */
  | (Adoption & {
      readonly type: 'adoption.ordered';
      readonly job: JobId;
      readonly variant: VariantId;
      readonly by: string;
    })
  /** A person has a child made of a variant without some of the edits in it; how that ends is told as of an expansion. */
  | (Slim & {
      readonly type: 'slim.ordered';
      readonly job: JobId;
      readonly variant: VariantId;
      readonly parent: VariantId;
    })
  | (Measured &
      Proposed & {
        readonly type: 'expansion.made';
        readonly job: JobId;
        readonly variant: VariantId;
        readonly sha: Sha;
        readonly tree: Sha;
        /** One line: what the self-modification changes. Written by a model: untrusted text. */
        readonly summary: string;
        /** What its diagnosis expects of search tasks it was shown; absent for nothing, and in journals from before it was asked. */
        readonly predicted?: readonly Prediction[];
        /** Of a slim variant: edits that were to go and could not be taken back; absent for none. */
        readonly unreverted?: readonly VariantId[];
      })
  | (Measured &
      Proposed & {
        readonly type: 'expansion.failed';
        readonly job: JobId;
        readonly variant: VariantId;
        readonly stage: ExpansionStage;
        readonly reason: string;
        /** As `summary` of `expansion.made`; absent where no diagnosis came about, and in journals from before it was kept. */
        readonly title?: string;
        /** The variant whose very code it came to. */
        readonly twin?: VariantId;
      })
  /** Infrastructure trouble: says nothing about the parent, counts as no expansion. */
  | { readonly type: 'expansion.lost'; readonly job: JobId; readonly variant: VariantId; readonly reason: string }
  | {
      readonly type: 'evaluation.ordered';
      readonly job: JobId;
      readonly decision: number | null;
      readonly variant: VariantId;
      readonly tasks: readonly TaskId[];
      readonly split: Split;
      /** Which repetition of the pairs this is, from 0 to `MAX_ROUND`; absent for 0. */
      readonly round?: number;
    }
  | (Measured & {
      readonly type: 'evaluation.done';
      readonly job: JobId;
      readonly variant: VariantId;
      readonly task: TaskId;
      readonly split: Split;
      readonly round?: number;
      readonly outcome: Outcome;
      /** How well, in [0, 1], where the suite grades by degree; absent: 1 for resolved, 0 otherwise. */
      readonly score?: number;
      /** Of a search task that was not resolved; absent where nothing was noticed, and in journals from before there were any. */
      readonly signs?: readonly Sign[];
      /** Input and output tokens; absent in journals from before they were kept. */
      readonly tokens?: number;
      /** Its files were graded more than once, and not alike: the grader wavers on this task. */
      readonly wavers?: true;
      /** There was no result, and the variant had used up its allowance of those: counted as a failure. */
      readonly voided?: true;
    })
  /** Infrastructure trouble: the pair may be ordered again. */
  | {
      readonly type: 'evaluation.noResult';
      readonly job: JobId;
      readonly variant: VariantId;
      readonly task: TaskId;
      readonly split: Split;
      readonly round?: number;
      readonly reason: string;
      /** The attempt had begun, so what was measured may itself have kept the result from coming. */
      readonly began?: true;
    }
  /** An attempt at a job gave no result (on the tasks named, of an evaluation), and another will be made. */
  | {
      readonly type: 'job.retried';
      readonly job: JobId;
      readonly variant: VariantId;
      readonly split: Split;
      readonly round?: number;
      /** Empty for an expansion. */
      readonly tasks: readonly TaskId[];
      /** The attempt that gave no result, from 1. */
      readonly attempt: number;
      readonly reason: string;
      /** Where the log of that attempt is. */
      readonly log?: string;
      /** As on `evaluation.noResult`. */
      readonly began?: true;
      /** It gave no result on anything it was ordered to do. */
      readonly whole?: true;
    }
  /** A worker has looked whether the run can do its work at all. Absent in journals from before it did. */
  | (Measured & {
      readonly type: 'preflight.done';
      readonly job: JobId;
      /** Everything that was found; with one that is fatal the run ends. Untrusted text. */
      readonly findings: readonly { readonly about: FindingAbout; readonly fatal: boolean; readonly text: string }[];
    })
  /**
   * What an attempt at a job cost besides what its results say: on tasks that gave none, or all of it. Comes before them,
   * at most once for an attempt.
   */
  | {
      readonly type: 'job.charged';
      readonly job: JobId;
      readonly variant: VariantId;
      /** From 1; later ones are charged after earlier ones. */
      readonly attempt: number;
      readonly costUSD: number;
      /** Nobody could report it: `costUSD` is the most the order allowed. */
      readonly assumed?: true;
      readonly reason: string;
    }
  /** Takes the variant's whole clade out of the search; its evidence stays on record. */
  | { readonly type: 'variant.pruned'; readonly variant: VariantId; readonly by: string }
  | { readonly type: 'variant.restored'; readonly variant: VariantId; readonly by: string }
  /** The held-out tasks are unsealed for this variant and the root. Search is over from here on. */
  | {
      readonly type: 'heldout.opened';
      readonly variant: VariantId;
      /** Absent in runs without `gate` rules. */
      readonly grant?: Grant;
      /** Held-out tasks that play no part, because the grader is known to waver on them. */
      readonly leftOut?: readonly TaskId[];
    }
  /** A person buys more evidence for a variant of a run that has ended. */
  | {
      readonly type: 'heldout.extended';
      readonly variant: VariantId;
      readonly by: string;
      readonly grant: Grant;
      /** Of a variant that is compared for the first time: as on `heldout.opened`. */
      readonly leftOut?: readonly TaskId[];
      /** US dollars by which the run's limit is raised. */
      readonly costUSD?: number;
    }
  /** The rounds up to this one, from 0, were looked at: the chance of a false merge that could be spent by then. */
  | { readonly type: 'heldout.looked'; readonly variant: VariantId; readonly round: number; readonly allowed: number }
  /** The default branch moved: base and merge result are compared again, in place of the root and the variant. */
  | (Comparison & { readonly type: 'heldout.repeated'; readonly variant: VariantId })
  | { readonly type: 'heldout.done'; readonly variant: VariantId; readonly gate: GateVerdict }
  /** `merge`: the merge commit on the default branch, `null` while a person has yet to merge. */
  | { readonly type: 'variant.promoted'; readonly variant: VariantId; readonly sha: Sha; readonly merge: Sha | null };

export type ArchiveEventOf<T extends ArchiveEvent['type']> = Extract<ArchiveEvent, { readonly type: T }>;

/** An event as the journal holds it. */
export interface JournalEntry {
  /** Position in the run's journal, from 1, without gaps. */
  readonly seq: number;
  /** When it was written, ISO 8601 in UTC. */
  readonly at: string;
  readonly event: ArchiveEvent;
}
