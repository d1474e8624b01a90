import type { ServerContext } from '../server-context.ts';
import type { Issue, Repository } from '../store/rows.ts';
import { addressOf } from './address.ts';
import { appOf } from './app.ts';
import { associationOf } from './association.ts';
import { labelOf } from './label.ts';
import { rollupOf } from './reaction.ts';
import { nodeId, type Schema } from './schema.ts';
import { userById } from './user.ts';

export function issueOf(hub: ServerContext, repo: Repository, issue: Issue): Schema<'issue'> {
  const { api, html } = addressOf(hub, repo);
  const url = `${api}/issues/${issue.number}`;
  const page = `${html}/${issue.isPull ? 'pull' : 'issues'}/${issue.number}`;
  const assignees = issue.assignees.map((id) => userById(hub, id));
  return {
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    id: issue.id,
    node_id: nodeId(issue.isPull ? 'PR' : 'I', issue.id),
    number: issue.number,
    title: issue.title,
    user: userById(hub, issue.user),
    labels: issueLabels(hub, repo, issue),
    state: issue.state,
    locked: false,
    active_lock_reason: null,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    comments: hub.store.comments.count({ issue: issue.id }),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    closed_by: issue.closedBy === null ? null : userById(hub, issue.closedBy),
    author_association: associationOf(hub, repo, issue.user),
    ...(issue.isPull ? pullLinks(hub, repo, issue) : {}),
    body: issue.body,
    reactions: rollupOf(hub, 'issue', issue.id, url),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: issue.app === null ? null : appOf(hub, hub.store.apps.get(issue.app)!),
    state_reason: issue.stateReason,
  };
}

export function issueLabels(hub: ServerContext, repo: Repository, issue: Issue) {
  return issue.labels
    .map((id) => hub.store.labels.get(id))
    .filter((label) => label !== undefined)
    .map((label) => labelOf(hub, repo, label));
}

function pullLinks(
  hub: ServerContext,
  repo: Repository,
  { number }: Issue,
): Pick<Schema<'issue'>, 'pull_request' | 'draft'> {
  const { api, html } = addressOf(hub, repo);
  const pull = hub.store.pulls.find({ repo: repo.id, number })!;
  const page = `${html}/pull/${number}`;
  return {
    draft: pull.draft,
    pull_request: {
      url: `${api}/pulls/${number}`,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: pull.mergedAt,
    },
  };
}
