import type { ServerContext } from '../server-context.ts';
import type { Label, Labelling, Repository } from '../store/rows.ts';
import { addressOf } from './address.ts';
import { appOf } from './app.ts';
import { nodeId, type Schema } from './schema.ts';
import { userById } from './user.ts';

export function labelOf(hub: ServerContext, repo: Repository, label: Label) {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${addressOf(hub, repo).api}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

/** As one of the events of its issue. */
export function labellingOf(
  hub: ServerContext,
  repo: Repository,
  { id, user, app, event, name, color, createdAt }: Labelling,
): Schema<'labeled-issue-event'> | Schema<'unlabeled-issue-event'> {
  return {
    id,
    node_id: nodeId('LE', id),
    url: `${addressOf(hub, repo).api}/issues/events/${id}`,
    actor: userById(hub, user),
    event,
    commit_id: null,
    commit_url: null,
    created_at: createdAt,
    performed_via_github_app: app === null ? null : appOf(hub, hub.store.apps.get(app)!),
    label: { name, color },
  };
}
