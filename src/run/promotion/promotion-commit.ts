import type { Archive, Variant } from '../../archive/archive.ts';
import type { Sha } from '../../model/ids.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { sameCommit } from '../state/same-commit.ts';
import { branchOf } from '../state/spec.ts';
import { promotionMessage } from '../state/trailers.ts';

/** A commit the held-out tasks were opened for. */
type Judged = Archive['judged'][number];

/** What of a variant was compared on the held-out tasks: itself, then what came of merging it with a default branch that had moved. */
function judgedOf({ archive }: OpenRun, { id }: Variant): readonly Judged[] {
  return archive.judged.filter(({ variant }) => variant === id);
}

/**
 * Makes the commit that is merged: the tree that was judged, its parent the commit judged, nothing that skips checks, because
 * the owner's required checks have to run on it. Asked again it is the same commit, also after `huxley recover`.
 */
export async function makePromotion(run: OpenRun, variant: Variant): Promise<Sha> {
  const judged = judgedOf(run, variant).at(-1)!;
  const known = await run.documents.read(DOCUMENTS.promotion.of(judged.sha));
  if (known !== undefined) return known;
  const commit = {
    tree: judged.tree,
    parents: [judged.sha],
    message: promotionMessage(run.key.run, variant.id, variant.summary),
  };
  const head = await run.forge.branch(branchOf(run.key.run, variant.id));
  const made = head !== null && sameCommit(await run.forge.commit(head), commit);
  const sha = made ? head : await run.forge.createCommit(commit);
  await run.documents.write(DOCUMENTS.promotion.of(judged.sha), sha);
  return sha;
}

/** Where the App itself has left, or is about to leave, a variant's branch. */
export async function headsOf(run: OpenRun, variant: Variant): Promise<ReadonlySet<Sha>> {
  const judged = judgedOf(run, variant);
  if (judged.length === 0) return new Set([variant.sha!]);
  const promotions = await run.documents.list(DOCUMENTS.promotion);
  return new Set([variant.sha!, ...judged.flatMap(({ sha }) => promotions.get(sha) ?? [])]);
}
