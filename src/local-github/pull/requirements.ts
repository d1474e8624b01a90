import type { ServerContext } from '../server-context.ts';
import type { CheckRun, Pull, Repository } from '../store/rows.ts';

const PASSING = new Set(['success', 'neutral', 'skipped']);

/** What branch protection still asks for before a pull request may merge, in GitHub's words. */
export async function blockers(hub: ServerContext, repo: Repository, pull: Pull): Promise<string[]> {
  const rule = hub.store.protections.find({ repo: repo.id, branch: pull.baseRef });
  if (rule === undefined) return [];
  const found: string[] = [];
  const runs = hub.store.checkRuns.list({ repo: repo.id, headSha: pull.headSha });
  for (const { context, app } of rule.checks ?? []) {
    const latest = runs.findLast((run) => run.name === context && (app === null || run.app === app));
    const problem = missing(context, latest);
    if (problem !== undefined) found.push(problem);
  }
  if (rule.strict && rule.checks !== null) {
    const base = await hub.git(repo).refSha(`refs/heads/${pull.baseRef}`);
    if (base !== undefined && !(await hub.git(repo).isAncestor(base, pull.headSha)))
      found.push('The head branch is not up to date with the base branch.');
  }
  const wanted = rule.approvals ?? 0;
  const verdicts = new Map(
    hub.store.reviews
      .list({ pull: pull.id })
      .filter(({ state }) => state !== 'COMMENTED' && state !== 'PENDING')
      .map((review) => [review.user, review.state]),
  );
  const states = [...verdicts.values()];
  if (states.includes('CHANGES_REQUESTED')) found.push('Changes have been requested on this pull request.');
  if (states.filter((state) => state === 'APPROVED').length < wanted)
    found.push(`At least ${wanted} approving review is required by reviewers with write access.`);
  return found;
}

function missing(context: string, run: CheckRun | undefined): string | undefined {
  if (run === undefined) return `Required status check "${context}" is expected.`;
  if (run.status !== 'completed') return `Required status check "${context}" is in progress.`;
  return PASSING.has(run.conclusion ?? '') ? undefined : `Required status check "${context}" is failing.`;
}
