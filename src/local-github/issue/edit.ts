import type { Actor } from '../auth/actor.ts';
import { emit } from '../emit.ts';
import { issueOf } from '../present/issue.ts';
import { type ServerContext, timestamp } from '../server-context.ts';
import type { Issue, Repository } from '../store/rows.ts';

export interface IssueEdit {
  readonly title?: string | undefined;
  readonly body?: string | null | undefined;
  readonly assignees?: readonly string[] | undefined;
}

export type Changes = Readonly<Record<string, { readonly from: string }>>;

/** Applies an edit and returns what the `edited` event calls its changes: empty where nothing did. */
export function editIssue(hub: ServerContext, issue: Issue, edit: IssueEdit): { issue: Issue; changes: Changes } {
  const { users, issues } = hub.store;
  const title = edit.title ?? issue.title;
  const body = edit.body === undefined ? issue.body : edit.body;
  const assignees = edit.assignees?.flatMap((login) => users.find({ login })?.id ?? []) ?? issue.assignees;
  const changes: Changes = {
    ...(title === issue.title ? {} : { title: { from: issue.title } }),
    ...(body === issue.body ? {} : { body: { from: issue.body ?? '' } }),
  };
  return { issue: issues.update(issue.id, { title, body, assignees, updatedAt: timestamp(hub) }), changes };
}

/** Opens or closes an issue (not a pull request) and tells it. */
export function turnIssue(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  issue: Issue,
  state: Issue['state'],
  reason: Issue['stateReason'],
): Issue {
  if (issue.state === state) return issue;
  const now = timestamp(hub);
  const closing = state === 'closed';
  const turned = hub.store.issues.update(issue.id, {
    state,
    stateReason: closing ? (reason ?? 'completed') : 'reopened',
    closedAt: closing ? now : null,
    closedBy: closing && actor.type !== 'anonymous' ? actor.user.id : null,
    updatedAt: now,
  });
  emit(hub, repo, actor, ['issues', closing ? 'closed' : 'reopened'], { issue: issueOf(hub, repo, turned) });
  return turned;
}
