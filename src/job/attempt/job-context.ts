import type { Suite } from '../../benchmark/suite.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Sandbox } from '../../sandbox/port.ts';

/** What both jobs work with. */
export interface JobContext {
  readonly sandbox: Sandbox;
  readonly suite: Suite;
  readonly gateway: Gateway;
  /** The image for tasks that name none, for self-modification and for the agent's own check. */
  readonly image: string;
  /** Tasks worked on at once, >= 1. */
  readonly concurrency: number;
  /** Aborts when the job's deadline comes or somebody cancels it. */
  readonly signal: AbortSignal;
  /** One line of progress for people. */
  readonly report: (line: string) => void;
}
