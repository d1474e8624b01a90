import type { Sha } from '../ids.ts';

/** A person's pull request that is measured: its head is `v1`, and `v0` the commit it began at. */
export interface Measure {
  /** Number of the pull request. */
  readonly pull: number;
  /** Who opened it, and its title: untrusted text. */
  readonly author: string;
  readonly title: string;
  /** Its head when the command was given. */
  readonly head: { readonly sha: Sha; readonly tree: Sha };
  /** Commit of the default branch whose configuration, workflow and suite count. */
  readonly configuration: Sha;
  /** Evaluations at most, of both commits together. */
  readonly evaluations: number;
  /** On the held-out tasks, through the merge gate, at the expense of the ledger; else on the search tasks. */
  readonly sealed: boolean;
  /** Nobody asked for it: `measure.on` did, and its month's budget pays. */
  readonly unasked?: true;
}

/** A person's pull request that is to become a variant, a child of the root. */
export interface Adoption {
  /** Its number, who opened it, and its title: untrusted text. */
  readonly pull: number;
  readonly author: string;
  readonly title: string;
  /** What it changes is the difference between these commits: where it left its base branch, and its head when the command was given. */
  readonly base: Sha;
  readonly head: Sha;
}
