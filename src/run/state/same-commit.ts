import type { CommitFacts } from '../../github/forge.ts';
import type { Sha } from '../../model/ids.ts';

/** A commit but for who made it and when. */
export interface CommitContent {
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly message: string;
}

/** Whether a commit is this one, made before: GitHub dates and signs commits, so their names tell nothing. */
export function sameCommit(made: CommitFacts, { tree, parents, message }: CommitContent): boolean {
  return made.tree === tree && made.parents.join() === parents.join() && words(made.message) === words(message);
}

/** A message but for its blanks, which not every way to GitHub keeps. */
const words = (message: string) => message.trim().split(/\s+/).join(' ');
