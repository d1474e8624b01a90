import { messageOf } from '../../model/error.ts';
import type { Actor } from '../auth/actor.ts';
import type { GitRepository } from '../git/repository.ts';
import { conflict, Failure, unprocessable } from '../http/failure.ts';
import type { ServerContext } from '../server-context.ts';
import type { Repository } from '../store/rows.ts';
import { branchOf, type RefChange } from './change.ts';
import { refsChanged } from './changed.ts';
import { protectedFrom } from './push-policy.ts';
import { guardSignatures } from './signatures.ts';
import { guardWorkflows } from './workflow-files.ts';

/** Moves a ref for an actor: the rules of a push, then everything that follows from it. */
export async function moveRef(hub: ServerContext, repo: Repository, actor: Actor, change: RefChange): Promise<void> {
  const branch = branchOf(change.ref);
  if (branch !== undefined && protectedFrom(hub, repo, actor).includes(branch))
    throw new Failure(
      409,
      `Cannot update this protected ref. Changes must be made through a pull request: ${change.ref}`,
    );
  if (change.after === null && branch === repo.defaultBranch) throw unprocessable('Cannot delete the default branch');
  await moveRefUnguarded(hub, repo, actor, change);
}

/** The same for a merge, which branch protection has already allowed; `then` runs before anything is told. */
export async function moveRefUnguarded(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  change: RefChange,
  then: () => Promise<unknown> = async () => undefined,
): Promise<void> {
  const git = hub.git(repo);
  const { ref, before, after } = change;
  if (after !== null) await guardWorkflows(git, actor, after);
  if (after !== null && repo.signaturesRequired) await guardSignatures(hub, git, { before, after });
  if ((await git.refSha(ref)) !== (before ?? undefined)) throw conflict(`Reference ${ref} was moved meanwhile`);
  await update(git, change);
  await then();
  await refsChanged(hub, repo, actor, [change]);
}

async function update(git: GitRepository, { ref, before, after }: RefChange): Promise<void> {
  try {
    await git.updateRef(ref, after, before);
  } catch (error) {
    // Git's files keep a branch from being a folder of others.
    if (/cannot lock ref|unable to create|exists; cannot create/i.test(messageOf(error)))
      throw unprocessable('Reference update failed');
    throw error;
  }
}
