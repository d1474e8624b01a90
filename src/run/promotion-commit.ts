import { z } from 'zod';
import type { Variant } from '../archive/archive.ts';
import type { OpenRun } from './open-run.ts';
import { promotionMessage } from './trailers.ts';

function noteOf(variant: Variant): string {
  return `promotion/${variant.id}`;
}

/**
 * Makes the commit that is merged: the variant's tree, its parent the variant's commit, nothing that skips checks, because the
 * owner's required checks have to run on it. Asked again it is the same commit.
 */
export async function makePromotion(run: OpenRun, variant: Variant): Promise<string> {
  const opened = run.entries.find(({ event }) => event.type === 'heldout.opened')!;
  const sha = await run.forge.createCommit({
    tree: variant.tree!,
    parents: [variant.sha!],
    message: promotionMessage(run.key.run, variant.id, variant.summary),
    date: `${opened.at.slice(0, 19)}Z`,
  });
  await run.notes.write(noteOf(variant), sha);
  return sha;
}

/** The promotion commit made for a variant, if one was. */
export async function promotionOf(run: OpenRun, variant: Variant): Promise<string | undefined> {
  return run.notes.read(noteOf(variant), z.string());
}
