import type { ServerContext } from '../server-context.ts';
import type { Comment, Repository } from '../store/rows.ts';
import { addressOf } from './address.ts';
import { appOf } from './app.ts';
import { associationOf } from './association.ts';
import { rollupOf } from './reaction.ts';
import { nodeId, type Schema } from './schema.ts';
import { userById } from './user.ts';

export function commentOf(
  hub: ServerContext,
  repo: Repository,
  comment: Comment,
): Schema<'issue-comment'> & { body: string } {
  const { api, html } = addressOf(hub, repo);
  const { number, isPull } = hub.store.issues.get(comment.issue)!;
  const url = `${api}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${html}/${isPull ? 'pull' : 'issues'}/${number}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${number}`,
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: userById(hub, comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: associationOf(hub, repo, comment.user),
    reactions: rollupOf(hub, 'comment', comment.id, url),
    performed_via_github_app: comment.app === null ? null : appOf(hub, hub.store.apps.get(comment.app)!),
  };
}
