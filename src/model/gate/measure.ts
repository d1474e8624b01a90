import type { Sha, VariantId } from '../ids.ts';

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

/** A person's pull request that became a variant, a child of the root. */
export interface Adoption {
  readonly variant: VariantId;
  /** Its number, who opened it, and the commit its change was taken from. */
  readonly pull: number;
  readonly author: string;
  readonly head: Sha;
  readonly by: string;
  readonly sha: Sha;
  readonly tree: Sha;
  /** Its title. Untrusted text. */
  readonly summary: string;
}
