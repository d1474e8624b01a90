import { HuxleyError } from '../model/error.ts';
import type { Sha } from '../model/ids.ts';
import type { MergeOutcome, PullRequest } from './forge.ts';
import { statusOf } from './retry.ts';

/** What merging asks of GitHub, each without any retry of its own. */
export interface MergeRequests {
  /** Merges; resolves with the merge commit. */
  attempt(): Promise<string>;
  /** The pull request as it is now, and where its base branch is; `mergeable` null while GitHub computes it. */
  read(): Promise<
    PullRequest & { readonly mergeable: boolean | null; readonly state: string; readonly baseSha: Sha | null }
  >;
  sleep(milliseconds: number): Promise<void>;
}

const ATTEMPTS = 6;

/**
 * Merges a pull request once, whatever GitHub answers: after anything but a plain success it is read before acting again,
 * because a failed request may have merged it (5xx), its head may have moved (409), and 405 stands for a base that moved
 * (try again, where that is the base expected) as for a conflict (don't).
 */
export async function mergeOnce(
  expected: { readonly head: Sha; readonly base: Sha },
  requests: MergeRequests,
): Promise<MergeOutcome> {
  let trouble = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await requests.sleep(500 * 2 ** attempt);
    const pull = await requests.read();
    if (pull.merged && pull.mergeSha) return { kind: 'merged', sha: pull.mergeSha };
    if (pull.headSha !== expected.head)
      return { kind: 'moved', reason: `its head is ${pull.headSha.slice(0, 12)} now` };
    if (!pull.open) return { kind: 'conflict', reason: 'it is closed' };
    if (pull.mergeable === false) return { kind: 'conflict', reason: 'it conflicts with its base' };
    if (pull.draft) return { kind: 'blocked', reason: 'it is a draft' };
    if (pull.mergeable === null) {
      trouble = 'GitHub has not yet found out whether it can be merged';
      continue;
    }
    if (pull.baseSha !== expected.base) return { kind: 'stale', reason: `${pull.base} has moved` };
    if (pull.state === 'blocked') return { kind: 'blocked', reason: 'required checks or approvals are missing' };
    try {
      return { kind: 'merged', sha: await requests.attempt() };
    } catch (error) {
      const status = statusOf(error);
      if (status === 409) return { kind: 'moved', reason: 'its head moved' };
      if (status !== undefined && status < 500 && status !== 405 && status !== 429) throw error;
      trouble = status === 405 ? refusedBecause(error) : `GitHub failed (${status ?? 'no answer'})`;
    }
  }
  return { kind: 'blocked', reason: trouble };
}

function refusedBecause(error: unknown): string {
  return error instanceof HuxleyError ? error.inFull.replace(/\.$/, '') : 'GitHub refused it (405)';
}
