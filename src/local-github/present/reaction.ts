import type { ServerContext } from '../server-context.ts';
import { REACTIONS, type Reaction } from '../store/rows.ts';
import { nodeId, type Schema } from './schema.ts';
import { userById } from './user.ts';

export function reactionOf(hub: ServerContext, reaction: Reaction): Schema<'reaction'> {
  return {
    id: reaction.id,
    node_id: nodeId('REA', reaction.id),
    user: userById(hub, reaction.user),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

/** Reactions of an issue or comment, counted by content. */
export function rollupOf(
  hub: ServerContext,
  kind: Reaction['kind'],
  subject: number,
  url: string,
): Schema<'reaction-rollup'> {
  const all = hub.store.reactions.list({ kind, subject });
  const counts = Object.fromEntries(
    REACTIONS.map((content) => [content, all.filter((reaction) => reaction.content === content).length]),
  ) as Record<(typeof REACTIONS)[number], number>;
  return { url: `${url}/reactions`, total_count: all.length, ...counts };
}
