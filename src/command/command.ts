import { PREFERENCES, type Prefer } from '../model/event.ts';
import type { TaskId, VariantId } from '../model/ids.ts';

/** What `/huxley run key=value` may set for one run; everything else comes from `.github/huxley.yml`. */
export interface RunOptions {
  readonly budget?: number;
  readonly seed?: number;
  readonly policy?: string;
  readonly concurrency?: number;
  readonly batch?: number;
  readonly prefer?: Prefer;
  readonly costUSD?: number;
  readonly hours?: number;
  readonly merge?: 'manual' | 'auto';
}

/** What `/huxley prove key=value` may set. */
export interface ProveOptions {
  readonly evaluations?: number;
  readonly costUSD?: number;
}

/** What `/huxley calibrate key=value` may set. */
export interface CalibrateOptions {
  readonly attempts?: number;
  readonly gradings?: number;
}

/** What `/huxley measure` may be told. */
export interface MeasureOptions {
  /** On held-out tasks, through the merge gate. */
  readonly sealed?: true;
  readonly evaluations?: number;
  /** The head of the pull request, in full. */
  readonly sha?: string;
}

/** What `/huxley adopt` may be told; `run` where more than one goes on. */
export interface AdoptOptions {
  readonly run?: string;
  readonly sha?: string;
}

/** A command as a person wrote it, checked in form but not yet in authority or against a run's state. */
export type Command =
  | { readonly name: 'run'; readonly options: RunOptions }
  | { readonly name: 'calibrate'; readonly options: CalibrateOptions }
  | { readonly name: 'measure'; readonly options: MeasureOptions }
  | { readonly name: 'adopt'; readonly options: AdoptOptions }
  | { readonly name: 'help' }
  | { readonly name: 'status' | 'pause' | 'resume' | 'stop' }
  | { readonly name: 'explain' | 'promote'; readonly variant?: VariantId }
  | { readonly name: 'evaluate'; readonly variant: VariantId; readonly tasks: readonly TaskId[] }
  | { readonly name: 'prune' | 'slim'; readonly variant: VariantId }
  | { readonly name: 'expand'; readonly variant: VariantId; readonly idea?: string }
  | { readonly name: 'steer'; readonly text?: string; readonly drop?: number }
  | { readonly name: 'prove'; readonly variant?: VariantId; readonly options: ProveOptions };

export type CommandName = Command['name'];

interface CommandDoc {
  readonly usage: string;
  readonly does: string;
}

/** Every command with its usage; the parser, the help reply and the documentation read it. */
export const COMMANDS: Readonly<Record<CommandName, CommandDoc>> = {
  run: { usage: 'run [key=value ...]', does: 'starts a run; this issue becomes its dashboard' },
  calibrate: {
    usage: 'calibrate [attempts=N] [gradings=N]',
    does: 'measures the agent against itself: which tasks are flaky, and how large the noise is',
  },
  measure: {
    usage: 'measure [sealed] [evaluations=N] [sha=SHA]',
    does: 'measures any pull request against the commit it branched from: on search tasks, or with `sealed` on held-out tasks, as the merge gate does',
  },
  adopt: {
    usage: 'adopt [run=NAME] [sha=SHA]',
    does: 'takes any pull request into the current run, as a variant',
  },
  status: { usage: 'status', does: 'shows the state of the run' },
  explain: {
    usage: 'explain [vN]',
    does: 'explains why a variant exists, why it was chosen, and what was believed then',
  },
  evaluate: { usage: 'evaluate vN [task ...]', does: 'measures a variant on more search tasks, or on those named' },
  expand: { usage: 'expand vN[: idea]', does: 'makes a child of a variant, from your idea if you give one' },
  slim: {
    usage: 'slim vN',
    does: 'makes a child of a variant without the edits in it that show no contribution',
  },
  steer: {
    usage: 'steer [text | drop N]',
    does: 'gives guidance to all further diagnoses of the run; lists it, or withdraws a piece',
  },
  prune: { usage: 'prune vN', does: 'takes a variant and its descendants out of the search' },
  pause: { usage: 'pause', does: 'starts nothing new until `resume`' },
  resume: { usage: 'resume', does: 'continues after `pause`' },
  stop: { usage: 'stop', does: 'ends the search once the work in flight is finished' },
  promote: { usage: 'promote [vN]', does: 'offers a variant for merging, by default the best-belief one' },
  prove: {
    usage: 'prove [vN] [evaluations=N] [costUSD=N]',
    does: 'buys more held-out evidence for a variant of a run that has ended',
  },
  help: { usage: 'help', does: 'shows this list' },
};

export interface OptionDoc {
  readonly means: string;
  readonly range: string;
  /** The checked value, or `undefined` where the text is none. */
  readonly read: (text: string) => number | string | undefined;
}

function integer(low: number, high: number): Pick<OptionDoc, 'range' | 'read'> {
  return {
    range: `${low} to ${high}`,
    read: (text) => (/^\d{1,10}$/.test(text) && Number(text) >= low && Number(text) <= high ? Number(text) : undefined),
  };
}

function even(low: number, high: number): Pick<OptionDoc, 'range' | 'read'> {
  const { range, read } = integer(low, high);
  return {
    range: `an even number, ${range}`,
    read: (text) => {
      const value = read(text);
      return Number(value) % 2 === 0 ? value : undefined;
    },
  };
}

function decimal(low: number, high: number): Pick<OptionDoc, 'range' | 'read'> {
  return {
    range: `${low} to ${high}`,
    read: (text) =>
      /^\d{1,9}(\.\d{1,4})?$/.test(text) && Number(text) >= low && Number(text) <= high ? Number(text) : undefined,
  };
}

export const RUN_OPTIONS: Readonly<Record<keyof RunOptions, OptionDoc>> = {
  budget: { means: 'evaluations the search may use, each expansion charged as several', ...integer(1, 100_000) },
  seed: { means: 'seed of every random choice', ...integer(0, 4_294_967_295) },
  policy: {
    means: 'the rule that decides what to do next',
    range: 'a policy name',
    read: (text) => (/^[a-z][a-z-]{0,30}$/.test(text) ? text : undefined),
  },
  concurrency: { means: 'jobs in flight at once', ...integer(1, 256) },
  batch: { means: 'tasks in one evaluation job', ...integer(1, 100) },
  prefer: {
    means: 'what to save when jobs run in parallel',
    range: '`cost`, `balance` or `time`',
    read: (text) => PREFERENCES.find((name) => name === text),
  },
  costUSD: { means: 'US dollars the run may spend on models', ...decimal(0, 1_000_000) },
  hours: { means: 'wall time after which the search stops', ...decimal(0.01, 720) },
  merge: {
    means: 'who merges a variant that passed the gate',
    range: '`manual` or `auto`',
    read: (text) => (text === 'manual' || text === 'auto' ? text : undefined),
  },
};

export const PROVE_OPTIONS: Readonly<Record<keyof ProveOptions, OptionDoc>> = {
  evaluations: { means: 'held-out evaluations it may use, of root and variant together', ...integer(2, 100_000) },
  costUSD: { means: 'US dollars by which the run’s limit is raised', ...decimal(0, 1_000_000) },
};

export const CALIBRATE_OPTIONS: Readonly<Record<keyof CalibrateOptions, OptionDoc>> = {
  attempts: { means: 'attempts at each task, search and held-out', ...even(2, 20) },
  gradings: { means: 'gradings of the files of each attempt', ...integer(1, 5) },
};

/** What a calibration without options does. */
export const CALIBRATE_DEFAULTS: Required<CalibrateOptions> = { attempts: 4, gradings: 3 };

const sha: OptionDoc = {
  means: 'the head of the pull request; needed if it comes from a fork',
  range: 'a commit in full, 40 hexadecimal digits',
  read: (text) => (/^[0-9a-f]{40}$/.test(text) ? text : undefined),
};

export const MEASURE_OPTIONS: Readonly<Record<'evaluations' | 'sha', OptionDoc>> = {
  evaluations: { means: 'evaluations at most, of base and head together', ...integer(2, 100_000) },
  sha,
};

export const ADOPT_OPTIONS: Readonly<Record<keyof AdoptOptions, OptionDoc>> = {
  run: {
    means: 'the run that adopts it',
    range: 'the name of a run, such as r41',
    read: (text) => (/^r\d{1,10}(-\d{1,6})?$/.test(text) ? text : undefined),
  },
  sha,
};
