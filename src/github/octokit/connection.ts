import type { WriteKind } from '../pace.ts';
import type { Mutations } from './mutations.ts';
import type { Octokit } from './octokit.ts';

/** One repository of one installation, and what every request to it needs. */
export interface Connection {
  readonly octokit: Octokit;
  readonly repository: string;
  readonly at: { readonly owner: string; readonly repo: string };
  readonly appId: number;
  /** The account this App acts as, e.g. `huxley[bot]`. */
  readonly bot: string;
  /** Whether every workflow of the repository may act as that account. */
  readonly shared: boolean;
  /** Called before every content write; waits as long as the pace asks. */
  readonly pace: (kind: WriteKind) => Promise<void>;
  /** Whether writes are to be saved: those that can then go together in one request. */
  readonly frugal: () => boolean;
  readonly mutations: Mutations;
  readonly sleep: (milliseconds: number) => Promise<void>;
}
