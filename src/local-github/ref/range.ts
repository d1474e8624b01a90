import type { GitRepository } from '../git/repository.ts';
import type { RefChange } from './change.ts';

export interface PushedRange {
  /** Commits the ref reached by moving, newest first; for a new branch, those the default branch does not have. */
  readonly added: readonly string[];
  /** Whether commits were left behind. */
  readonly forced: boolean;
}

/** What a ref's move brought in and left behind. */
export async function pushedRange(
  git: GitRepository,
  defaultBranch: string,
  { ref, before, after }: RefChange,
): Promise<PushedRange> {
  if (after === null) return { added: [], forced: false };
  if (before === null) {
    const trunk = `refs/heads/${defaultBranch}`;
    const known = ref === trunk ? undefined : await git.refSha(trunk);
    return {
      added: known === undefined ? await git.revList(after) : await git.newCommits(known, after),
      forced: false,
    };
  }
  const [added, lost] = [await git.newCommits(before, after), await git.newCommits(after, before)];
  return { added, forced: lost.length > 0 };
}
