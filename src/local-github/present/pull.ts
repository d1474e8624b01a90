import { headRepoOf } from '../pull/head.ts';
import type { ServerContext } from '../server-context.ts';
import type { Issue, Pull, Repository } from '../store/rows.ts';
import { addressOf } from './address.ts';
import { associationOf } from './association.ts';
import { issueLabels } from './issue.ts';
import { repositoryOf } from './repository.ts';
import { nodeId, type Schema } from './schema.ts';
import { userById } from './user.ts';

/** A pull request as listings have it. `repository` spares building it again for every one of a list. */
export function pullSimpleOf(
  hub: ServerContext,
  repo: Repository,
  pull: Pull,
  repository = repositoryOf(hub, repo),
): Schema<'pull-request-simple'> & { state: Issue['state']; user: Schema<'simple-user'> } {
  const issue = hub.store.issues.get(pull.issue)!;
  const { api, html } = addressOf(hub, repo);
  const url = `${api}/pulls/${pull.number}`;
  const issueUrl = `${api}/issues/${pull.number}`;
  const page = `${html}/pull/${pull.number}`;
  const statuses = `${api}/statuses/${pull.headSha}`;
  const from = pull.headRepo === undefined ? repository : repositoryOf(hub, headRepoOf(hub, pull));
  const side = (ref: string, sha: string, of = repository) => ({
    label: `${of.owner.login}:${ref}`,
    ref,
    sha,
    user: of.owner,
    repo: of,
  });
  const assignees = issue.assignees.map((id) => userById(hub, id));
  return {
    url,
    id: issue.id,
    node_id: nodeId('PR', issue.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    number: pull.number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: userById(hub, issue.user),
    body: issue.body,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommit,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: [],
    requested_teams: [],
    labels: issueLabels(hub, repo, issue) as Schema<'pull-request-simple'>['labels'],
    milestone: null,
    draft: pull.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statuses,
    head: side(pull.headRef, pull.headSha, from),
    base: side(pull.baseRef, pull.baseSha),
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${api}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: associationOf(hub, repo, issue.user),
    auto_merge: null,
    active_lock_reason: null,
  };
}

/** A pull request with what is known of its merge. `mergeable` is `null` while that is out of date. */
export function pullOf(
  hub: ServerContext,
  repo: Repository,
  pull: Pull,
  known: { mergeable: boolean | null; state: string },
): Schema<'pull-request'> {
  const simple = pullSimpleOf(hub, repo, pull);
  return {
    ...simple,
    head: { ...simple.head, user: simple.head.user! },
    base: { ...simple.base, user: simple.base.user! },
    requested_teams: [],
    merged: pull.merged,
    mergeable: known.mergeable,
    rebaseable: known.mergeable,
    mergeable_state: known.state,
    merged_by: pull.mergedBy === null ? null : userById(hub, pull.mergedBy),
    comments: hub.store.comments.count({ issue: pull.issue }),
    review_comments: 0,
    maintainer_can_modify: false,
    commits: pull.stats?.commits ?? 0,
    additions: pull.stats?.additions ?? 0,
    deletions: pull.stats?.deletions ?? 0,
    changed_files: pull.stats?.files ?? 0,
  };
}

export function pullMinimalOf(hub: ServerContext, repo: Repository, pull: Pull): Schema<'pull-request-minimal'> {
  const { api } = addressOf(hub, repo);
  const repository = { id: repo.id, url: api, name: repo.name };
  const source = headRepoOf(hub, pull);
  const from = { id: source.id, url: addressOf(hub, source).api, name: source.name };
  return {
    id: pull.issue,
    number: pull.number,
    url: `${api}/pulls/${pull.number}`,
    head: { ref: pull.headRef, sha: pull.headSha, repo: from },
    base: { ref: pull.baseRef, sha: pull.baseSha, repo: repository },
  };
}
