import type { GitRepository } from '../git/repository.ts';
import { unprocessable } from '../http/failure.ts';
import type { ServerContext } from '../server-context.ts';

/** Refuses a branch whose new commits, or whose head where it is new itself, GitHub could not verify. */
export async function guardSignatures(
  hub: ServerContext,
  git: GitRepository,
  { before, after }: { readonly before: string | null; readonly after: string },
): Promise<void> {
  const added = before === null ? [after] : await git.newCommits(before, after);
  for (const sha of added)
    if (!hub.signing.verification((await git.commit(sha))!).verified)
      throw unprocessable('Repository rule violations found\n\nCommits must have verified signatures.\n\n');
}
