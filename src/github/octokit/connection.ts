import type { ProbotOctokit } from 'probot';
import type { WriteKind } from '../pace.ts';

export type Octokit = InstanceType<typeof ProbotOctokit>;

/** One repository of one installation, and what every request to it needs. */
export interface Connection {
  readonly octokit: Octokit;
  readonly repository: string;
  readonly at: { readonly owner: string; readonly repo: string };
  readonly appId: number;
  /** The account this App acts as, e.g. `huxley[bot]`. */
  readonly bot: string;
  /** Called before every content write; waits as long as the pace asks. */
  readonly pace: (kind: WriteKind) => Promise<void>;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Writes that GitHub would do twice when asked twice are never retried here: the controller looks before it asks again. */
export const ONCE = { retries: 0 };
