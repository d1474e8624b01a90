import { badCredentials, forbidden } from '../http/failure.ts';
import type { App } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { Actor } from './actor.ts';
import { verifyAppJwt } from './jwt.ts';
import { digestOf } from './tokens.ts';

/** Who an `Authorization` header speaks for: none, a JWT, a token, or basic authentication with a token as password. */
export function authenticate(store: Store, authorization: string | undefined, now: Date): Actor {
  if (authorization === undefined) return { type: 'anonymous' };
  const [scheme = '', ...rest] = authorization.trim().split(/\s+/);
  const credential = rest.join(' ');
  const client = /^basic$/i.test(scheme) ? appOfClient(store, credential) : undefined;
  if (client !== undefined) return { type: 'app', app: client, user: store.users.get(client.bot)! };
  const secret = /^basic$/i.test(scheme) ? passwordOf(credential) : credential;
  if (secret === '') throw badCredentials();
  if (secret.split('.').length === 3) {
    const app = verifyAppJwt(store, secret, now.getTime() / 1000);
    return { type: 'app', app, user: store.users.get(app.bot)! };
  }
  return actorOfToken(store, secret, now);
}

function actorOfToken(store: Store, secret: string, now: Date): Actor {
  const token = store.tokens.find({ digest: digestOf(secret) });
  if (token === undefined || (token.expiresAt !== null && token.expiresAt <= now.toISOString())) throw badCredentials();
  if (token.user !== null) {
    const user = store.users.get(token.user)!;
    return token.app === undefined ? { type: 'user', user } : { type: 'user', user, app: store.apps.get(token.app)! };
  }
  const installation = store.installations.get(token.installation!);
  if (installation === undefined) throw badCredentials();
  if (installation.suspended) throw forbidden('This installation has been suspended');
  const app = store.apps.get(installation.app)!;
  const { permissions, repositories } = token;
  return { type: 'installation', app, installation, user: store.users.get(app.bot)!, permissions, repositories };
}

/** The App whose OAuth client authenticates by its id and secret. */
function appOfClient(store: Store, basic: string): App | undefined {
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  const app = store.apps.find({ clientId: id });
  return app?.clientSecret === digestOf(secret) ? app : undefined;
}

function passwordOf(credential: string): string {
  const [user = '', ...password] = Buffer.from(credential, 'base64').toString('utf8').split(':');
  return password.join(':') || user;
}
