import type { ServerContext } from '../server-context.ts';
import type { Label, Repository } from '../store/rows.ts';
import { addressOf } from './address.ts';
import { nodeId } from './schema.ts';

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
