import { z } from 'zod';
import { convert } from '../app/conversions.ts';
import type { Actor } from '../auth/actor.ts';
import { digestOf, issueToken, tokenExpiry } from '../auth/tokens.ts';
import { Failure, forbidden, notFound, unprocessable } from '../http/failure.ts';
import { type Context, operation } from '../http/operation.ts';
import { paginateAll } from '../http/page.ts';
import { created, json, noContent } from '../http/reply.ts';
import { appOf, installationOf } from '../present/app.ts';
import { repositoryOf } from '../present/repository.ts';
import type { Installation, Level, Permissions, Repository } from '../store/rows.ts';

const callingApp = ({ actor }: Context) => (actor as Actor & { type: 'app' }).app;

function own(context: Context<never>, installation: Installation | undefined): Installation {
  if (installation === undefined || installation.app !== callingApp(context).id) throw notFound();
  return installation;
}

function reachable({ store }: Context, { account, repositories }: Installation): Repository[] {
  return store.repositories.list({ owner: account }).filter(({ id }) => repositories?.includes(id) ?? true);
}

const tokenRequest = z.looseObject({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.int()).optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write', 'admin'])).optional(),
});

export const APPS = [
  operation('GET /app', { access: 'app' }, (context) => json(appOf(context.hub, callingApp(context)))),

  operation('GET /apps/{app_slug}', { access: 'anyone' }, ({ hub, store, params }) => {
    const app = store.apps.find({ slug: params.app_slug! });
    if (app === undefined) throw notFound();
    return json(appOf(hub, app));
  }),

  operation('POST /app-manifests/{code}/conversions', { access: 'anyone' }, ({ hub, params }) => {
    const made = convert(hub, params.code!);
    if (made === null) throw notFound();
    return created({ ...appOf(hub, made.app), client_id: made.app.clientId, ...made.credentials });
  }),

  operation('GET /app/installations', { access: 'app' }, (context) =>
    paginateAll(context, context.store.installations.list({ app: callingApp(context).id }), (installation) =>
      installationOf(context.hub, installation),
    ),
  ),

  operation('GET /app/installations/{installation_id}', { access: 'app' }, (context) =>
    json(
      installationOf(
        context.hub,
        own(context as never, context.store.installations.get(context.number('installation_id'))),
      ),
    ),
  ),

  operation(
    'POST /app/installations/{installation_id}/access_tokens',
    { access: 'app', body: tokenRequest },
    (context) => {
      const { hub, store, body } = context;
      const installation = own(context as never, store.installations.get(context.number('installation_id')));
      if (installation.suspended) throw forbidden('This installation has been suspended');
      const all = reachable(context, installation);
      const wanted = (repo: Repository) =>
        (body.repositories?.includes(repo.name) ?? false) || (body.repository_ids?.includes(repo.id) ?? false);
      const count = (body.repositories?.length ?? 0) + (body.repository_ids?.length ?? 0);
      const chosen = count > 0 ? all.filter(wanted) : null;
      if (chosen !== null && chosen.length < count)
        throw unprocessable(
          'There is at least one repository that does not exist or is not accessible to the parent installation.',
        );
      const permissions = narrow(installation.permissions, body.permissions);
      const expiresAt = tokenExpiry(hub);
      const token = issueToken(store, 'ghs', {
        user: null,
        installation: installation.id,
        permissions,
        repositories: chosen?.map(({ id }) => id) ?? null,
        expiresAt,
      });
      return created({
        token,
        expires_at: expiresAt,
        permissions: { metadata: 'read', ...permissions },
        repository_selection: chosen !== null || installation.repositories !== null ? 'selected' : 'all',
        ...(chosen === null ? {} : { repositories: chosen.map((repo) => repositoryOf(hub, repo)) }),
      });
    },
  ),

  operation(
    'DELETE /applications/{client_id}/token',
    { access: 'app', body: z.object({ access_token: z.string() }) },
    (context) => {
      const { store, body } = context;
      const token = store.tokens.find({ digest: digestOf(body.access_token) });
      if (token === undefined || token.app !== callingApp(context as never).id) throw notFound();
      store.tokens.delete(token.id);
      return noContent;
    },
  ),

  operation('GET /repos/{owner}/{repo}/installation', { access: 'app' }, (context) => {
    const found = context.store.installations.find({ app: callingApp(context).id, account: context.repo.owner });
    if (found?.repositories?.includes(context.repo.id) === false) throw notFound();
    return json(installationOf(context.hub, own(context as never, found)));
  }),

  operation('GET /installation/repositories', { access: 'signed-in' }, (context) => {
    const { actor, hub } = context;
    if (actor.type !== 'installation')
      throw new Failure(
        403,
        'You must authenticate with an installation access token in order to list repositories for an installation.',
      );
    const all = reachable(context, actor.installation).filter(({ id }) => actor.repositories?.includes(id) ?? true);
    return paginateAll(
      context,
      all,
      (repo) => repositoryOf(hub, repo),
      (repositories) => ({
        total_count: all.length,
        repository_selection: actor.installation.repositories === null ? 'all' : 'selected',
        repositories,
      }),
    );
  }),
];

/** The permissions of a token: those asked for, none beyond the installation's. */
function narrow(held: Permissions, asked: Record<string, Level> | undefined): Permissions {
  if (asked === undefined) return held;
  const order = ['read', 'write', 'admin'];
  for (const [name, level] of Object.entries(asked)) {
    const have = name === 'metadata' ? 'read' : held[name];
    if (have === undefined || order.indexOf(level) > order.indexOf(have))
      throw unprocessable('The permissions requested are not granted to this installation.');
  }
  return asked;
}
