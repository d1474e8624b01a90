import type { Suite } from '../../benchmark/suite.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Layer, Sandbox } from '../../sandbox/port.ts';

/** What both jobs work with. */
export interface JobContext {
  readonly sandbox: Sandbox;
  readonly suite: Suite;
  readonly gateway: Gateway;
  /** The image for tasks that name none, for self-modification and for the agent's own check. */
  readonly image: string;
  /** What the agent depends on, mounted into its folder; null or absent for nothing. */
  readonly layer?: Layer | null;
  /** The value of a secret by its name, for registries that want one. */
  readonly secretOf?: ((name: string) => string) | undefined;
  /** Tasks worked on at once, >= 1. */
  readonly concurrency: number;
  /** Aborts when the job's deadline comes or somebody cancels it. */
  readonly signal: AbortSignal;
  /** One line of progress for people. */
  readonly report: (line: string) => void;
}
