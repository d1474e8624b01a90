import { verify } from 'node:crypto';
import { badCredentials } from '../http/failure.ts';
import type { App } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

const undecodable = () => badCredentials('A JSON web token could not be decoded');

/** The App a JWT speaks for. `now` in seconds. Throws GitHub's 401 where signature or times are wrong. */
export function verifyAppJwt(store: Store, jwt: string, now: number): App {
  const [header, claims, signature] = jwt.split('.');
  if (header === undefined || claims === undefined || signature === undefined) throw undecodable();
  const { alg } = decode(header);
  const { iss, iat, exp } = decode(claims);
  if (alg !== 'RS256') throw undecodable();
  const app = /^\d+$/.test(String(iss)) ? store.apps.get(Number(iss)) : store.apps.find({ clientId: String(iss) });
  if (app === undefined) throw badCredentials('Integration must generate a public key');
  const signed = Buffer.from(`${header}.${claims}`);
  if (!verify('RSA-SHA256', signed, app.publicKey, Buffer.from(signature, 'base64url'))) throw undecodable();
  if (typeof exp !== 'number' || exp <= now)
    throw badCredentials(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (exp > now + 660) throw badCredentials("'Expiration time' claim ('exp') is too far in the future");
  if (typeof iat !== 'number' || iat > now + 60)
    throw badCredentials(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  return app;
}

function decode(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    throw undecodable();
  }
}
