import { z } from 'zod';
import { findVariant } from '../archive/archive.ts';
import type { MergeOutcome, PullRequest } from '../github/forge.ts';
import type { GateVerdict } from '../model/event.ts';
import type { VariantId } from '../model/ids.ts';
import { gateSentence } from '../report/verdict-line.ts';
import { setAttention } from './attention.ts';
import type { OpenRun } from './open-run.ts';
import { makePromotion } from './promotion-commit.ts';
import { pullNumber } from './pull-requests.ts';
import { branchOf } from './spec.ts';

/** Hours an automatic merge waits for required checks and approvals before the pull request is left to people. */
const WAIT_HOURS = 24;

/** After the gate has spoken: offers or merges the variant, or ends the run with nothing. */
export async function advancePromotion(run: OpenRun): Promise<void> {
  const { opened, gate, outcome } = run.archive;
  if (opened === null || gate === null || outcome !== null) return;
  if (!gate.passed) return end(run, 'nothing', opened, `${verdict(opened, gate)} Nothing is merged.`);
  const pull = await pullNumber(run, opened);
  if (pull === undefined) return;
  const state = await run.forge.pull(pull);
  if (state.merged && state.mergeSha)
    return finishMerge(run, opened, pull, state.headSha, { kind: 'merged', sha: state.mergeSha });
  const ready = await makeReady(run, opened, state);
  if (typeof ready !== 'string') return end(run, 'failed', opened, ready.refused);
  if (run.spec.configuration.merge.mode === 'manual') {
    await run.record({ type: 'variant.promoted', variant: opened, sha: ready, merge: null });
    return end(run, 'offered', opened, `${verdict(opened, gate)} Pull request #${pull} is ready to be merged.`);
  }
  const moved = await defaultBranchMoved(run);
  if (moved !== null) {
    await run.record({ type: 'variant.promoted', variant: opened, sha: ready, merge: null });
    return end(run, 'offered', opened, `${moved} What would be merged is not what was measured, so a person decides.`);
  }
  await finishMerge(run, opened, pull, ready, await mergePull(run, opened, pull, ready));
}

async function finishMerge(run: OpenRun, variant: VariantId, pull: number, sha: string, merged: MergeOutcome) {
  if (merged.kind === 'merged') {
    await setAttention(run, 'merge', null);
    await run.record({ type: 'variant.promoted', variant, sha, merge: merged.sha });
    return end(run, 'merged', variant, `${verdict(variant, run.archive.gate!)} Merged as ${merged.sha.slice(0, 12)}.`);
  }
  const since = await run.notes.read('merge-since', z.iso.datetime());
  if (since === undefined) await run.notes.write('merge-since', run.clock.now().toISOString());
  const waited = since === undefined ? 0 : run.clock.now().getTime() - Date.parse(since);
  if (merged.kind === 'blocked' && waited < WAIT_HOURS * 3_600_000)
    return setAttention(run, 'merge', `Pull request #${pull} waits to be merged: ${merged.reason}.`);
  await setAttention(run, 'merge', null);
  await run.record({ type: 'variant.promoted', variant, sha, merge: null });
  await end(run, 'offered', variant, `Pull request #${pull} could not be merged: ${merged.reason}. A person decides.`);
}

/** The gate's verdict without markup: reasons are shown as plain text. */
function verdict(variant: VariantId, gate: GateVerdict): string {
  return gateSentence(variant, gate).replaceAll('**', '');
}

function mergePull(run: OpenRun, variant: VariantId, pull: number, sha: string): Promise<MergeOutcome> {
  const title = `Merge ${variant} of run ${run.key.run}: ${findVariant(run.archive, variant)!.summary.slice(0, 100)}`;
  return run.forge.merge(pull, { sha, method: run.spec.configuration.merge.method, title: title.replace(/\s+/g, ' ') });
}

/** Pushes the promotion commit, turns the pull request to the default branch and marks it ready; gives the commit to merge. */
async function makeReady(
  run: OpenRun,
  id: VariantId,
  pull: PullRequest,
): Promise<string | { readonly refused: string }> {
  const { forge, key, spec } = run;
  const variant = findVariant(run.archive, id)!;
  const branch = branchOf(key.run, id);
  const head = await forge.branch(branch);
  const promotion = await makePromotion(run, variant);
  if (head !== variant.sha && head !== promotion)
    return {
      refused: `Branch ${branch} is no longer at ${id}'s commit: somebody else's work is never promoted as ${id}.`,
    };
  if (head !== promotion) await forge.advanceBranch(branch, promotion);
  if (!pull.open) return { refused: `Pull request #${pull.number} is closed: ${id} is not promoted.` };
  if (pull.base !== spec.defaultBranch) await forge.editPull(pull.number, { base: spec.defaultBranch });
  if (pull.draft) await forge.markReady(pull.number);
  return promotion;
}

/** Why what merges would not be what was measured; null when the default branch still has the root's tree. */
async function defaultBranchMoved(run: OpenRun): Promise<string | null> {
  const head = await run.forge.branch(run.spec.defaultBranch);
  if (head === null) return `${run.spec.defaultBranch} is gone.`;
  const { root } = run.archive.settings;
  if (head === root.sha || (await run.forge.commit(head)).tree === root.tree) return null;
  return `${run.spec.defaultBranch} has moved since the run started.`;
}

async function end(
  run: OpenRun,
  outcome: 'merged' | 'offered' | 'nothing' | 'failed',
  shipped: VariantId,
  reason: string,
): Promise<void> {
  await run.record({ type: 'run.ended', outcome, shipped, reason });
}
