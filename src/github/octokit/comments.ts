import type { Comment, Forge } from '../forge.ts';
import { orIfMissing } from '../retry.ts';
import type { Connection } from './connection.ts';
import { ONCE } from './octokit.ts';

/** What people and this App say on issues and pull requests. */
export function comments({
  at,
  pace,
  octokit,
}: Connection): Pick<Forge, 'commentsSince' | 'comments' | 'comment' | 'editComment' | 'react'> {
  const { rest } = octokit;
  return {
    async commentsSince(time) {
      const all = await octokit.paginate(rest.issues.listCommentsForRepo, {
        ...at,
        since: time,
        sort: 'created',
        direction: 'asc',
        per_page: 100,
      });
      return all.map(commentOf);
    },

    async comments(issue) {
      const all = await octokit.paginate(rest.issues.listComments, { ...at, issue_number: issue, per_page: 100 });
      return all.map(commentOf);
    },

    async comment(issue, body) {
      await pace('answer');
      return (await rest.issues.createComment({ ...at, issue_number: issue, body, request: ONCE })).data.id;
    },

    async editComment(id, body) {
      await pace('edit');
      const answer = await orIfMissing(rest.issues.updateComment({ ...at, comment_id: id, body }), null);
      return answer !== null;
    },

    async react(comment, reaction) {
      await pace('answer');
      await orIfMissing(rest.reactions.createForIssueComment({ ...at, comment_id: comment, content: reaction }), null);
    },
  };
}

interface RawComment {
  readonly id: number;
  readonly issue_url: string;
  readonly body?: string | undefined;
  readonly user: { readonly login: string; readonly type: string } | null;
  readonly performed_via_github_app?: { readonly id: number } | null | undefined;
  readonly created_at: string;
  readonly updated_at: string;
}

function commentOf(raw: RawComment): Comment {
  return {
    id: raw.id,
    issue: Number(raw.issue_url.slice(raw.issue_url.lastIndexOf('/') + 1)),
    body: raw.body ?? '',
    author: raw.user?.login ?? '',
    byBot: raw.user?.type !== 'User',
    appId: raw.performed_via_github_app?.id ?? null,
    createdAt: raw.created_at,
    edited: raw.updated_at !== raw.created_at,
  };
}
