import { type Actor, appOf } from './auth/actor.ts';
import type { ServerContext } from './server-context.ts';
import type { Repository } from './store/rows.ts';
import type { GitHubEvent } from './webhook/event.ts';

/** Emits an event that an actor caused in a repository. */
export function emit(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  [event, action]: readonly [string, string | null],
  payload: Readonly<Record<string, unknown>>,
  only?: GitHubEvent['only'],
): void {
  if (actor.type === 'anonymous') throw new Error('a change needs an actor');
  const scope = only === undefined ? {} : { only };
  hub.events.emit({ event, action, repo, sender: actor.user, by: appOf(actor), payload, ...scope });
}
