import { z } from 'zod';
import type { Variant } from '../../archive/archive.ts';
import type { Sha } from '../../model/ids.ts';
import type { OpenRun } from '../state/open-run.ts';
import { sameCommit } from '../state/same-commit.ts';
import { branchOf } from '../state/spec.ts';
import { promotionMessage } from '../state/trailers.ts';

/** A commit the held-out tasks were opened for. */
interface Judged {
  readonly sha: Sha;
  readonly tree: Sha;
}

function noteOf(judged: Judged): string {
  return `promotion/${judged.sha}`;
}

/** What of a variant was compared on the held-out tasks: itself, then what came of merging it with a default branch that had moved. */
function judgedOf(run: OpenRun, { id, sha, tree }: Variant): readonly Judged[] {
  return run.entries.flatMap(({ event }) => {
    if (event.type === 'heldout.opened' && event.variant === id) return [{ sha: sha!, tree: tree! }];
    return event.type === 'heldout.repeated' && event.variant === id ? [event.merged] : [];
  });
}

/**
 * Makes the commit that is merged: the tree that was judged, its parent the commit judged, nothing that skips checks, because
 * the owner's required checks have to run on it. Asked again it is the same commit, also after `huxley recover`.
 */
export async function makePromotion(run: OpenRun, variant: Variant): Promise<Sha> {
  const judged = judgedOf(run, variant).at(-1)!;
  const known = await run.notes.read(noteOf(judged), z.string());
  if (known !== undefined) return known;
  const commit = {
    tree: judged.tree,
    parents: [judged.sha],
    message: promotionMessage(run.key.run, variant.id, variant.summary),
  };
  const head = await run.forge.branch(branchOf(run.key.run, variant.id));
  const made = head !== null && sameCommit(await run.forge.commit(head), commit);
  const sha = made ? head : await run.forge.createCommit(commit);
  await run.notes.write(noteOf(judged), sha);
  return sha;
}

/** Where the App itself has left, or is about to leave, a variant's branch. */
export async function headsOf(run: OpenRun, variant: Variant): Promise<ReadonlySet<Sha>> {
  const promotions = await run.notes.list('promotion/', z.string());
  return new Set([variant.sha!, ...judgedOf(run, variant).flatMap(({ sha }) => promotions.get(sha) ?? [])]);
}
