import { findVariant } from '../../archive/archive.ts';
import type { CommitFacts, MergeOutcome, PullRequest } from '../../github/forge.ts';
import { sentence } from '../../model/error.ts';
import type { Sha, VariantId } from '../../model/ids.ts';
import { titleText } from '../../report/text/text.ts';
import { gateSentence } from '../../report/verdict/verdict-line.ts';
import { publishVerdict } from '../publish/publish-verdict.ts';
import { setAttention } from '../state/attention.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { branchOf } from '../state/spec.ts';
import { mergedMessage } from '../state/trailers.ts';
import { pullNumber, tellWhole } from '../variants/pull-requests.ts';
import { retargetChildren } from '../variants/retarget-children.ts';
import { headsOf, makePromotion } from './promotion-commit.ts';
import { awaitRelease } from './release.ts';
import { repeatComparison } from './repeat-comparison.ts';

/** Hours an automatic merge waits for required checks and approvals before the pull request is left to people. */
const WAIT_HOURS = 24;

/**
 * After the gate has spoken: offers or merges the variant, or ends the run with nothing. Where the default branch has moved
 * on, the held-out comparison is opened again first, on what would be merged now.
 */
export async function advancePromotion(run: OpenRun): Promise<void> {
  const { opened, gate, outcome } = run.archive;
  if (opened === null || gate === null || outcome !== null) return;
  if (!gate.passed)
    return end(
      run,
      gate.refused === 'missing' ? 'failed' : 'nothing',
      opened,
      `${verdict(run, opened)} Nothing is merged.`,
    );
  const pull = await pullNumber(run, opened);
  if (pull === undefined) return;
  const state = await run.forge.pull(pull);
  const astray = whyAstray(run, opened, state);
  if (astray !== null) return end(run, 'failed', opened, astray);
  if (state.merged && state.mergeSha)
    return finishMerge(run, opened, pull, state.headSha, { kind: 'merged', sha: state.mergeSha });
  const base = await baseNow(run);
  const obstacle = await obstacleTo(run, opened, base);
  if (run.archive.gate === null) return;
  const promotion = await prepare(run, opened, state);
  if (typeof promotion !== 'string') return end(run, 'failed', opened, promotion.refused);
  const offer = async (reason: string) => {
    await awaitRelease(run);
    await run.record({ type: 'variant.promoted', variant: opened, sha: promotion, merge: null });
    const todo = `Pull request #${pull} waits for a person: read it, then approve it or comment /huxley promote on it.`;
    await end(run, 'offered', opened, `${reason} ${todo}`);
  };
  if (base === null || obstacle !== null)
    return offer(`${obstacle} What would be merged is not what was measured, so a person decides.`);
  if (run.spec.configuration.merge.mode === 'manual') return offer(verdict(run, opened));
  await push(run, opened, state, promotion);
  const waits = await ciWaits(run, promotion, pull);
  const merged: MergeOutcome =
    waits === null ? await mergePull(run, opened, pull, promotion, base.sha) : { kind: 'blocked', reason: waits };
  await finishMerge(run, opened, pull, promotion, merged);
}

/**
 * Why the merge has to wait for what the owner's CI says of the promotion commit; null when all of it has passed. Checks come
 * late, so for a while after the push none at all means nothing.
 */
async function ciWaits(run: OpenRun, promotion: Sha, pull: number): Promise<string | null> {
  const pushed = DOCUMENTS.pushed.of(promotion);
  const now = run.clock.now();
  const since = (await run.documents.read(pushed)) ?? now.toISOString();
  const { pending, failed } = await run.forge.ci(promotion, pull);
  const settled = now.getTime() - Date.parse(since) >= run.options.settleSeconds * 1_000;
  // What is still to come begins the wait again.
  await run.documents.write(pushed, pending.length > 0 ? now.toISOString() : since);
  const named = (names: readonly string[]) =>
    names
      .slice(0, 5)
      .map((name) => titleText(name, 60))
      .join(', ');
  if (failed.length > 0) return `${named(failed)} did not pass on its commit; run it again, or merge it yourself`;
  if (pending.length > 0) return `${named(pending)} is still running on its commit`;
  return settled ? null : 'its checks may not have started yet';
}

/** Why a person's handling of the pull request leaves nothing to promote; null when it is open or merged where it should be. */
function whyAstray({ spec }: OpenRun, id: VariantId, { number, open, merged, base }: PullRequest): string | null {
  if (open || (merged && base === spec.defaultBranch)) return null;
  const where = merged ? `was merged into ${base}, not into ${spec.defaultBranch}` : 'is closed';
  return `Pull request #${number} ${where}: ${id} is not promoted.`;
}

/** Where the default branch is; null when it is gone. */
async function baseNow(run: OpenRun): Promise<CommitFacts | null> {
  const head = await run.forge.branch(run.spec.defaultBranch);
  return head === null ? null : run.forge.commit(head);
}

/** Why what would be merged is not what was measured; null when it is, or when the comparison has just been opened again. */
async function obstacleTo(run: OpenRun, opened: VariantId, base: CommitFacts | null): Promise<string | null> {
  const { defaultBranch } = run.spec;
  if (base === null) return `${defaultBranch} is gone.`;
  const { comparison, settings } = run.archive;
  if (base.tree === (comparison?.base ?? settings.root).tree) return null;
  const why = await repeatComparison(run, opened, base);
  return why === null ? null : `${defaultBranch} has moved since ${opened} was compared with it. ${why}`;
}

async function finishMerge(run: OpenRun, variant: VariantId, pull: number, sha: string, merged: MergeOutcome) {
  if (merged.kind === 'merged') {
    await setAttention(run, 'merge', null);
    await retargetChildren(run, variant);
    await run.record({ type: 'variant.promoted', variant, sha, merge: merged.sha });
    const [made, meant] = [await run.forge.commit(merged.sha), await run.forge.commit(sha)];
    const odd =
      made.tree === meant.tree
        ? ''
        : ` ${run.spec.defaultBranch} moved meanwhile: what it holds now was not measured as a whole.`;
    return end(run, 'merged', variant, `${verdict(run, variant)} Merged as ${merged.sha.slice(0, 12)}.${odd}`);
  }
  // The next turn compares again, or says why it cannot.
  if (merged.kind === 'stale') return;
  const since = await run.documents.read(DOCUMENTS.mergeSince);
  const now = run.clock.now();
  // One that lies ahead was noted before the clock was set back.
  const known = since !== undefined && Date.parse(since) <= now.getTime();
  if (!known) await run.documents.write(DOCUMENTS.mergeSince, now.toISOString());
  const waited = known ? now.getTime() - Date.parse(since) : 0;
  if (merged.kind === 'blocked' && waited < WAIT_HOURS * 3_600_000)
    return void (await setAttention(
      run,
      'merge',
      `Pull request #${pull} waits to be merged: ${sentence(merged.reason)}`,
    ));
  await setAttention(run, 'merge', null);
  await run.record({ type: 'variant.promoted', variant, sha, merge: null });
  await end(
    run,
    'offered',
    variant,
    `Pull request #${pull} could not be merged: ${sentence(merged.reason)} A person decides.`,
  );
}

/** The gate's verdict without markup: reasons are shown as plain text. */
function verdict({ archive: { gate, comparison }, spec }: OpenRun, variant: VariantId): string {
  const text = gateSentence(variant, gate!).replaceAll('**', '');
  if (comparison === null) return text;
  return `${spec.defaultBranch} had moved, so both were measured again: ${comparison.base.sha.slice(0, 12)} as the root, and ${variant} merged with it. ${text}`;
}

function mergePull(run: OpenRun, variant: VariantId, pull: number, sha: Sha, base: Sha): Promise<MergeOutcome> {
  const { method } = run.spec.configuration.merge;
  return run.forge.merge(pull, {
    sha,
    base,
    method,
    ...mergedMessage(run.key.run, variant, findVariant(run.archive, variant)!.summary),
  });
}

/** Makes the commit that would be merged, which no branch has yet, and turns the pull request to the default branch. */
async function prepare(run: OpenRun, id: VariantId, pull: PullRequest): Promise<string | { readonly refused: string }> {
  const { forge, key, spec } = run;
  const variant = findVariant(run.archive, id)!;
  const branch = branchOf(key.run, id);
  const head = await forge.branch(branch);
  const promotion = await makePromotion(run, variant);
  if (head === null || !(await headsOf(run, variant)).has(head))
    return {
      refused: `Branch ${branch} is no longer at ${id}'s commit: somebody else's work is never promoted as ${id}.`,
    };
  if (pull.base !== spec.defaultBranch) await forge.editPull(pull.number, { base: spec.defaultBranch });
  await tellWhole(run, variant);
  return promotion;
}

/** Pushes the promotion commit with its verdict, so that the owner's checks run, and marks the pull request ready. */
async function push(run: OpenRun, id: VariantId, pull: PullRequest, promotion: Sha): Promise<void> {
  if (pull.headSha !== promotion) await run.forge.advanceBranch(branchOf(run.key.run, id), promotion);
  await publishVerdict(run, id, promotion);
  if (pull.draft) await run.forge.markReady(pull.number);
}

async function end(
  run: OpenRun,
  outcome: 'merged' | 'offered' | 'nothing' | 'failed',
  shipped: VariantId,
  reason: string,
): Promise<void> {
  await run.record({ type: 'run.ended', outcome, shipped, reason });
}
