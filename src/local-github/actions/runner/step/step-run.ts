import type { Step } from '../../workflow/model.ts';
import type { Conclusion } from '../job-request.ts';
import type { JobState } from '../job-state.ts';
import type { JobLog } from '../log.ts';

/** Work left for the end of the job, last in first out. */
export interface PostStep {
  readonly name: string;
  readonly if: string;
  readonly run: (signal: AbortSignal) => Promise<Conclusion>;
}

/** What a step needs of its job beside the shared state. */
export interface StepHost {
  readonly state: JobState;
  readonly log: JobLog;
  readonly onGroup: (group: number) => void;
  readonly onSummary: (markdown: string) => void;
  readonly onPost: (post: PostStep) => void;
  /** A number never given before in this job, for file names. */
  readonly unique: () => number;
}

/** One step while it runs. */
export interface StepRun {
  readonly step: Step;
  readonly host: StepHost;
  /** The step's own `env`, evaluated. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Filled as the step writes them. */
  readonly outputs: Record<string, string>;
}
