import { type ServerContext, timestamp } from '../server-context.ts';
import type { Issue, Repository } from '../store/rows.ts';

/** Makes an issue, or the issue that carries a pull request, under the repository's next number. */
export function newIssue(
  hub: ServerContext,
  repo: Repository,
  fields: Pick<Issue, 'title' | 'body' | 'user' | 'app' | 'isPull' | 'labels' | 'assignees'>,
): Issue {
  const { repositories, issues } = hub.store;
  const number = repositories.get(repo.id)!.lastNumber + 1;
  repositories.update(repo.id, { lastNumber: number });
  const now = timestamp(hub);
  return issues.insert({
    ...fields,
    repo: repo.id,
    number,
    state: 'open',
    stateReason: null,
    closedBy: null,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
  });
}
