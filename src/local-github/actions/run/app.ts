import { ACTIONS_SLUG } from '../../auth/actor.ts';
import { digestOf, issueToken } from '../../auth/tokens.ts';
import { type ServerContext, timestamp } from '../../server-context.ts';
import type { App, Permissions, Repository, User } from '../../store/rows.ts';
import { SCOPES } from '../workflow/permissions.ts';

/** GitHub's own App, in whose name workflows act. */
export function actionsApp(hub: ServerContext): App {
  const { store } = hub;
  const found = store.apps.find({ slug: ACTIONS_SLUG });
  if (found) return found;
  const createdAt = timestamp(hub);
  const account = (login: string, type: User['type']) =>
    store.users.find({ login }) ?? store.users.insert({ login, type, name: null, email: null, createdAt });
  const bot = account(`${ACTIONS_SLUG}[bot]`, 'Bot');
  return store.apps.insert({
    slug: ACTIONS_SLUG,
    name: 'GitHub Actions',
    owner: account('github', 'Organization').id,
    bot: bot.id,
    clientId: 'Iv1.github-actions',
    publicKey: '',
    webhookUrl: null,
    webhookSecret: null,
    permissions: Object.fromEntries(SCOPES.map((scope) => [scope, 'write'])),
    events: [],
    createdAt,
  });
}

/** A job's `GITHUB_TOKEN`: this repository alone, exactly these permissions, at most a day. */
export function issueJobToken(hub: ServerContext, app: App, repo: Repository, permissions: Permissions): string {
  const { store } = hub;
  const installation =
    store.installations.find({ app: app.id, account: repo.owner }) ??
    store.installations.insert({
      app: app.id,
      account: repo.owner,
      // Its tokens carry the permissions; an installation with some of its own would be asked for check suites.
      permissions: {},
      events: [],
      repositories: null,
      suspended: false,
      createdAt: timestamp(hub),
    });
  const expiresAt = new Date(hub.now().getTime() + 24 * 3_600_000).toISOString();
  return issueToken(store, 'ghs', {
    user: null,
    installation: installation.id,
    permissions,
    repositories: [repo.id],
    expiresAt,
  });
}

/** Ends a job's token with its job. */
export function revokeToken(hub: ServerContext, token: string): void {
  const row = hub.store.tokens.find({ digest: digestOf(token) });
  if (row) hub.store.tokens.delete(row.id);
}
