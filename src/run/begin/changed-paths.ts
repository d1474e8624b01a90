import type { CommitFacts, Forge } from '../../github/forge.ts';
import { statusOf } from '../../github/retry.ts';
import type { Sha } from '../../model/ids.ts';
import { parseTrailers } from '../state/trailers.ts';

/** Commits of a branch that are looked at one by one; of more, only what they change together. */
const MOST_STEPS = 20;

/**
 * Paths that pushes to a branch have changed between two of its commits, merges of Huxley's own variants left out: a run that
 * merges must not start the next. None where the first commit is gone.
 */
export async function changedPaths(forge: Forge, from: Sha, to: Sha): Promise<ReadonlySet<string>> {
  const first = await forge.commit(from).catch((error) => {
    if (statusOf(error) === 404 || statusOf(error) === 422) return null;
    throw error;
  });
  const changed = new Set<string>();
  if (first === null) return changed;
  for (const [before, after] of await stretches(forge, first, to))
    for (const path of await differing(forge, before, after)) changed.add(path);
  return changed;
}

/** Trees before and after each stretch of commits that are not Huxley's own, the newest first. */
async function stretches(forge: Forge, first: CommitFacts, to: Sha): Promise<[before: Sha, after: Sha][]> {
  const found: [Sha, Sha][] = [];
  const last = await forge.commit(to);
  let [at, after] = [last, last.tree];
  for (let step = 0; at.sha !== first.sha; step++) {
    const [parent] = at.parents;
    // Too many, or pushed over.
    if (parent === undefined || step === MOST_STEPS) return [[first.tree, last.tree]];
    const before = await forge.commit(parent);
    if (await isOwn(forge, at)) {
      found.push([at.tree, after]);
      after = before.tree;
    }
    at = before;
  }
  return [...found, [first.tree, after]];
}

async function isOwn(forge: Forge, { message, parents }: CommitFacts): Promise<boolean> {
  const says = (text: string) => parseTrailers(text).has('huxley-run');
  return says(message) || (parents[1] !== undefined && says((await forge.commit(parents[1])).message));
}

async function differing(forge: Forge, one: Sha, other: Sha): Promise<readonly string[]> {
  if (one === other) return [];
  const [before, after] = await Promise.all(
    [one, other].map(
      async (tree) => new Map((await forge.listFiles(tree)).map(({ path, sha, mode }) => [path, `${mode} ${sha}`])),
    ),
  );
  return [...new Set([...before!.keys(), ...after!.keys()])].filter((path) => before!.get(path) !== after!.get(path));
}
