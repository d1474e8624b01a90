import { CONTROLLER_WORKFLOW_PATH } from '../controller-workflow.ts';
import type { Forge } from '../forge.ts';
import { statusOf } from '../retry.ts';
import type { Connection } from './connection.ts';

/** Conclusions that GitHub itself lets a required check pass with. */
const PASSING: ReadonlySet<string> = new Set(['success', 'neutral', 'skipped']);
const STATUS_PASSING = 'success';

/** Where this App has its name to itself, its number tells its check runs; elsewhere their names do, for the owner's CI has that number, too. */
const OWN_CHECK = /^Huxley (evidence |run |configuration$)/;

/** What people and other services say of a commit that is to be merged. */
export function verdicts({ at, appId, shared, octokit }: Connection): Pick<Forge, 'ci' | 'reviews'> {
  const { rest } = octokit;
  /** Commit statuses; where an installation from before has not granted them, what GitHub sums up of them on the pull request. */
  async function statusesOf(sha: string, pull: number): Promise<{ context: string; state: string }[]> {
    try {
      return (await rest.repos.getCombinedStatusForRef({ ...at, ref: sha, per_page: 100 })).data.statuses;
    } catch (error) {
      if (statusOf(error) !== 403) throw error;
      const { data } = await rest.pulls.get({ ...at, pull_number: pull });
      return data.mergeable_state === 'unstable' ? [{ context: 'a commit status', state: 'pending' }] : [];
    }
  }

  return {
    async ci(sha, pull) {
      const runs = await octokit.paginate(rest.checks.listForRef, { ...at, ref: sha, filter: 'latest', per_page: 100 });
      const workflows = await octokit.paginate(rest.actions.listWorkflowRunsForRepo, {
        ...at,
        head_sha: sha,
        per_page: 100,
      });
      const statuses = await statusesOf(sha, pull);
      const all = [
        ...runs
          .filter(({ app, name }) => app?.id !== appId || (shared && !OWN_CHECK.test(name)))
          .map(({ name, status, conclusion }) => ({
            name,
            done: status === 'completed',
            good: PASSING.has(conclusion ?? ''),
          })),
        // Between two of its jobs a workflow has no check run that is still to come.
        ...workflows
          // The controller's own would wait for itself.
          .filter(({ path }) => path.replace(/@.*$/, '') !== CONTROLLER_WORKFLOW_PATH)
          .map(({ name, status, conclusion }) => ({
            name: name ?? 'a workflow',
            done: status === 'completed',
            good: PASSING.has(conclusion ?? ''),
          })),
        ...statuses.map(({ context, state }) => ({
          name: context,
          done: state !== 'pending',
          good: state === STATUS_PASSING,
        })),
      ];
      const names = (those: typeof all) => [...new Set(those.map(({ name }) => name))];
      return {
        pending: names(all.filter(({ done }) => !done)),
        failed: names(all.filter(({ done, good }) => done && !good)),
        passed: all.filter(({ done, good }) => done && good).length,
      };
    },

    async reviews(number) {
      const all = await octokit.paginate(rest.pulls.listReviews, { ...at, pull_number: number, per_page: 100 });
      return all.flatMap(({ user, state, commit_id }) =>
        user?.type === 'User' && commit_id !== null ? [{ login: user.login, state, sha: commit_id }] : [],
      );
    },
  };
}
