import type { App, Installation } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { GitHubEvent } from './event.ts';

/** Events every App with `checks: write` gets about its own checks without subscribing. */
const OWN_CHECKS = new Set(['requested', 'rerequested', 'requested_action']);

/** The Apps an event is delivered to: installed with the repository in reach, with a hook, and subscribed. */
export function recipients(
  store: Store,
  { event, action, repo, only }: GitHubEvent,
): { app: App; installation: Installation }[] {
  return store.installations
    .list({ account: repo.owner })
    .filter(({ repositories }) => repositories === null || repositories.includes(repo.id))
    .map((installation) => ({ installation, app: store.apps.get(installation.app)! }))
    .filter(({ app }) => app.webhookUrl !== null && (only === undefined || only.includes(app.id)))
    .filter(({ installation }) => installation.events.includes(event) || isOwnCheck(event, action, installation));
}

function isOwnCheck(event: string, action: string | null, { permissions }: Installation): boolean {
  return event.startsWith('check_') && OWN_CHECKS.has(action ?? '') && permissions.checks === 'write';
}
