import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { SignIn } from './sign-in.ts';

const SETTINGS = { url: 'http://huxley.test', clientId: 'id', clientSecret: 'secret' };
const SESSION = { login: 'octo', token: 'a token', csrf: 'x' };
const REVOKE = 'https://github.test/settings/apps/authorizations';

test.each([
  [204, null],
  [404, null],
  [403, REVOKE],
  [500, REVOKE],
  [null, REVOKE],
])('when GitHub answers %s the cookie is gone, and what lives on is said', async (status, revokeAt) => {
  const server = createServer((_, response) => {
    if (status === null) response.destroy();
    else response.writeHead(status).end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const signIn = new SignIn(SETTINGS, 'https://github.test', `http://127.0.0.1:${port}`, 's');
  const ended = await signIn.end(SESSION);
  expect(ended).toEqual({ cookie: signIn.forget(), revokeAt });
  expect(ended.cookie).toContain('Max-Age=0');
  server.close();
  server.closeAllConnections();
});
