import { findVariant } from '../../archive/archive.ts';
import { authorize } from '../../command/authorize.ts';
import { HuxleyError } from '../../model/error.ts';
import { publishVerdict } from '../publish/publish-verdict.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { branchOf } from '../state/spec.ts';
import { pullNumber } from '../variants/pull-requests.ts';
import { headsOf, makePromotion } from './promotion-commit.ts';

/**
 * Leaves the winner's promotion to a person: the commit on which the owner's CI runs, with the owner's secrets, is pushed
 * only when somebody with write access has approved the pull request or asked for it.
 */
export async function awaitRelease(run: OpenRun): Promise<void> {
  await run.documents.write(DOCUMENTS.release, 'awaiting');
}

/** Looks whether a person has approved a winner that waits, or has closed or merged its pull request. */
export async function advanceRelease(run: OpenRun): Promise<void> {
  if (run.archive.outcome === null || (await run.documents.read(DOCUMENTS.release)) !== 'awaiting') return;
  const number = (await pullNumber(run, run.archive.outcome.shipped))!;
  const pull = await run.forge.pull(number);
  if (!pull.open) return run.documents.write(DOCUMENTS.release, 'given up');
  const by = await approverOf(run, number, pull.headSha);
  if (by !== null) await release(run, by);
}

/** Who has approved this very commit and may write to the repository, where nobody who may write objects; else null. */
async function approverOf(run: OpenRun, number: number, sha: string): Promise<string | null> {
  const latest = new Map<string, { state: string; sha: string }>();
  for (const { login, ...review } of await run.forge.reviews(number))
    if (review.state !== 'COMMENTED' && review.state !== 'PENDING') latest.set(login, review);
  let approver: string | null = null;
  for (const [login, review] of latest) {
    if (review.state !== 'CHANGES_REQUESTED' && (review.state !== 'APPROVED' || review.sha !== sha)) continue;
    const permission = await run.forge.permission(login);
    if (authorize({ login, isBot: false, permission }).kind !== 'granted') continue;
    if (review.state === 'CHANGES_REQUESTED') return null;
    approver ??= login;
  }
  return approver;
}

/**
 * Pushes the promotion commit of a winner that waits, and marks its pull request ready. Gives what to tell.
 * @throws HuxleyError `command.*` where there is nothing to release
 */
export async function release(run: OpenRun, by: string): Promise<string> {
  const { shipped } = run.archive.outcome!;
  const number = (await pullNumber(run, shipped))!;
  const pull = await run.forge.pull(number);
  const variant = findVariant(run.archive, shipped)!;
  const branch = branchOf(run.key.run, shipped);
  const head = await run.forge.branch(branch);
  if (!pull.open) throw refused(`Pull request #${number} is closed.`, 'Reopen it first.');
  const promotion = await makePromotion(run, variant);
  if (head === null || !(await headsOf(run, variant)).has(head))
    throw refused(`Branch ${branch} is no longer at ${shipped}'s commit.`, 'Reset it to that commit first.');
  if (head !== promotion) await run.forge.advanceBranch(branch, promotion);
  await publishVerdict(run, shipped, promotion);
  if (pull.draft) await run.forge.markReady(number);
  await run.documents.write(DOCUMENTS.release, 'released');
  run.log.info({ variant: shipped, promotion, by }, 'released');
  return `${shipped} is released by ${by}: commit ${promotion.slice(0, 12)} is on pull request #${number}, which is marked ready, and your checks run on it now. Merge it when they have passed.`;
}

function refused(message: string, remedy: string): HuxleyError {
  return new HuxleyError('command.release', message, remedy);
}
