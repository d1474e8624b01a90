import type { ServerContext } from '../server-context.ts';
import type { Repository, Review } from '../store/rows.ts';
import { addressOf } from './address.ts';
import { associationOf } from './association.ts';
import { nodeId, type Schema } from './schema.ts';
import { userById } from './user.ts';

export function reviewOf(
  hub: ServerContext,
  repo: Repository,
  review: Review,
  number: number,
): Schema<'pull-request-review'> {
  const { api, html } = addressOf(hub, repo);
  const page = `${html}/pull/${number}#pullrequestreview-${review.id}`;
  const pull = `${api}/pulls/${number}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: userById(hub, review.user),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pull,
    author_association: associationOf(hub, repo, review.user),
    _links: { html: { href: page }, pull_request: { href: pull } },
    submitted_at: review.submittedAt,
    commit_id: review.commit,
  };
}
