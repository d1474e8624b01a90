import { z } from 'zod';
import { notFound, unprocessable } from '../../http/failure.ts';
import { type Context, type Operation, operation } from '../../http/operation.ts';
import { created, json, noContent } from '../../http/reply.ts';
import type { Actions } from '../actions.ts';
import { SecretBox } from '../run/secret-box.ts';
import { setSetting } from '../run/settings.ts';
import { listing } from './listing.ts';

const OF_REPOSITORY = '/repos/{owner}/{repo}/actions/secrets' as const;
const ENVIRONMENT = '/repos/{owner}/{repo}/environments/{environment_name}' as const;
const OF_ENVIRONMENT = `${ENVIRONMENT}/secrets` as const;

const secretBody = z.object({ encrypted_value: z.string(), key_id: z.string() });

/** Names of secrets, and how they are stored: sealed for this server's key, which alone opens them. */
export function secretOperations(actions: Actions): Operation[] {
  const { tables } = actions;
  const box = new SecretBox();
  const list = (context: Context, environment: number) =>
    listing(
      context,
      'secrets',
      tables.settings.list({ repo: context.repo.id, environment, kind: 'secret' }),
      ({ name, createdAt, updatedAt }) => ({ name, created_at: createdAt, updated_at: updatedAt }),
    );
  const named = ({ repo, params }: Pick<Context, 'repo' | 'params'>) => {
    const found = tables.environments.find({ repo: repo.id, name: params.environment_name! });
    if (!found) throw notFound();
    return found;
  };
  return [
    operation(`GET ${OF_REPOSITORY}`, { access: 'secrets:read', role: 'write' }, (context) => list(context, 0)),
    operation(`GET ${OF_ENVIRONMENT}`, { access: 'environments:read', role: 'write' }, (context) =>
      list(context, named(context).id),
    ),
    operation(`GET ${OF_ENVIRONMENT}/public-key`, { access: 'environments:read', role: 'write' }, async (context) => {
      named(context);
      return json(await box.publicKey());
    }),
    operation(
      `PUT ${OF_ENVIRONMENT}/{secret_name}`,
      { access: 'environments:write', body: secretBody },
      async (context) => {
        const { repo, params, body } = context;
        const { id, name: environment } = named(context);
        const name = params.secret_name!;
        if (!/^[A-Za-z_]\w*$/.test(name) || /^GITHUB_/i.test(name))
          throw unprocessable('Secret names are not like this');
        const value = await box.open(body.encrypted_value, body.key_id);
        if (value === null) throw unprocessable('Bad request - Invalid key_id or encrypted_value');
        const there = tables.settings.find({ repo: repo.id, environment: id, kind: 'secret', name });
        setSetting(actions, 'secret', repo, name, value, environment);
        return there ? noContent : created({});
      },
    ),
  ];
}
