import type { Forge } from '../forge.ts';
import type { Connection } from './connection.ts';
import { ONCE } from './octokit.ts';

/** Issues this App opens, and those that a label marks. */
export function issues({
  at,
  appId,
  bot,
  shared,
  pace,
  octokit,
}: Connection): Pick<Forge, 'openIssue' | 'ownIssues' | 'labelled' | 'labelling'> {
  const { rest } = octokit;
  return {
    async openIssue({ title, body, label }) {
      await pace('work');
      return (await rest.issues.create({ ...at, title, body, labels: [label], request: ONCE })).data.number;
    },

    async ownIssues(label) {
      const { data } = await rest.issues.listForRepo({
        ...at,
        labels: label,
        state: 'all',
        sort: 'created',
        direction: 'desc',
        per_page: 100,
      });
      return data
        .filter(
          (each) =>
            each.user?.type !== 'User' &&
            // A workflow's own token leaves no App.
            (each.performed_via_github_app?.id === appId || (shared && each.user?.login === bot)),
        )
        .map(({ number, body, state }) => ({ number, body: body ?? '', open: state === 'open' }));
    },

    async labelled(label, since) {
      const all = await octokit.paginate(rest.issues.listForRepo, {
        ...at,
        labels: label,
        state: 'all',
        since,
        per_page: 100,
      });
      return all.filter((each) => each.pull_request === undefined).map(({ number }) => number);
    },

    async labelling(issue, label) {
      const all = await octokit.paginate(rest.issues.listEvents, { ...at, issue_number: issue, per_page: 100 });
      const last = all.findLast(
        (each) =>
          (each.event === 'labeled' || each.event === 'unlabeled') &&
          'label' in each &&
          each.label?.name?.toLowerCase() === label.toLowerCase(),
      );
      if (last?.event !== 'labeled') return null;
      const { id, actor, created_at } = last as { id: number; created_at: string; actor: Actor | null };
      return { id, by: actor?.login ?? 'ghost', byBot: actor?.type !== 'User', at: created_at };
    },
  };
}

interface Actor {
  readonly login: string;
  readonly type: string;
}
