/** What the person at the terminal decided, or detection for them. */
export interface Choices {
  /** Shell command that solves a task. */
  readonly solve: string;
  readonly check: string | null;
  readonly build: string | null;
  /** Globs of what the build reads; undefined for the usual manifests. */
  readonly inputs?: readonly string[] | undefined;
  /** Unusual files that variants may change. */
  readonly allow: readonly string[];
  /** Whether the agent is a CLI, which asks a second, smaller model too. */
  readonly isCli: boolean;
  /** The model that solves tasks. */
  readonly model: string;
  /** Where models answer up to and including `/v1`; null for OpenAI's own. */
  readonly baseURL: string | null;
  /** `benchmark.suite`. */
  readonly suite: string;
  /** What a run may spend, in US dollars. */
  readonly budgetUSD: number;
}
