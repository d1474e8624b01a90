import { createSign } from 'node:crypto';
import { expect, test } from 'vitest';
import { commit, installationToken, person, refusal, type World, world } from './world.ts';

type Line = { level: string; message: string; fields: Readonly<Record<string, unknown>> };

/** A world that keeps its log, and a way to send it anything. */
async function logged(now?: () => Date, permissions?: Record<string, 'read' | 'write'>) {
  const lines: Line[] = [];
  const hub = await world(
    { log: (level, message, fields) => lines.push({ level, message, fields }), ...(now ? { now } : {}) },
    permissions ? { permissions } : {},
  );
  const send = async (method: string, path: string, token: string, body?: string) => {
    const response = await fetch(hub.apiUrl + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return Object.assign(hub, { lines, send });
}

const warned = (hub: { lines: Line[] }, fields: object) =>
  expect(hub.lines).toContainEqual({
    level: 'warn',
    message: expect.any(String),
    fields: expect.objectContaining(fields),
  });

function jwt(hub: World, claims: object, key = hub.privateKey): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
}

test('a JWT with a wrong signature, a past or a far expiry, or an unknown App is 401', async () => {
  await using hub = await logged();
  const now = Math.floor(Date.now() / 1000);
  const good = { iss: hub.app.id, iat: now - 10, exp: now + 300 };
  expect((await hub.send('GET', '/app', jwt(hub, good))).status).toBe(200);
  const { privateKey: other } = hub.setup.createApp({ slug: 'other', owner: 'ada', permissions: {}, events: [] });
  for (const bad of [
    jwt(hub, good, other),
    jwt(hub, { ...good, exp: now - 1 }),
    jwt(hub, { ...good, exp: now + 3600 }),
    jwt(hub, { ...good, iat: now + 3600 }),
    jwt(hub, { ...good, iss: 999 }),
    `${jwt(hub, good).slice(0, -6)}AAAAAA`,
    'a.b.c',
  ])
    expect((await hub.send('GET', '/app', bad)).status).toBe(401);
  warned(hub, { path: '/app', status: 401, reason: 'A JSON web token could not be decoded' });
});

test('an expired token is 401', async () => {
  let now = Date.now();
  await using hub = await logged(() => new Date(now));
  const token = await installationToken(hub.probot, hub.installation.id);
  expect((await hub.send('GET', '/repos/ada/agent', token)).status).toBe(200);
  now += 61 * 60 * 1000;
  expect(await hub.send('GET', '/repos/ada/agent', token)).toEqual({
    status: 401,
    body: { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest', status: '401' },
  });
  warned(hub, { status: 401, reason: 'Bad credentials' });
});

test('a missing permission is 403, a hidden repository 404', async () => {
  await using hub = await logged(undefined, { contents: 'read' });
  const { bot, stranger, here } = hub;
  const refused = { status: 403, message: 'Resource not accessible by integration' };
  expect(await refusal(bot.rest.issues.create({ ...here, title: 'x' }))).toEqual(refused);
  expect(await refusal(commit({ owner: bot, here }, 'v1', { a: '1' }))).toEqual(refused);
  warned(hub, { status: 403, actor: `installation ${hub.installation.id} of huxley` });
  expect(
    (await refusal(stranger.rest.git.createRef({ ...here, ref: 'refs/heads/x', sha: '0'.repeat(40) }))).status,
  ).toBe(403);
  await hub.owner.rest.repos.update({ ...here, private: true });
  expect(await refusal(stranger.rest.repos.get(here))).toEqual({ status: 404, message: 'Not Found' });
});

test('a token asked for less has less, and can not ask for more', async () => {
  await using hub = await world();
  const app = await hub.probot.auth();
  const ask = (options: object) =>
    app.rest.apps.createInstallationAccessToken({ installation_id: hub.installation.id, ...options });
  const { data } = await ask({ permissions: { issues: 'read' }, repositories: ['agent'] });
  expect(data).toMatchObject({ permissions: { issues: 'read', metadata: 'read' }, repository_selection: 'selected' });
  const narrow = person(hub, data.token);
  expect((await refusal(narrow.rest.issues.create({ ...hub.here, title: 'x' }))).status).toBe(403);
  expect((await refusal(ask({ permissions: { administration: 'write' } }))).status).toBe(422);
  expect((await refusal(ask({ repositories: ['nowhere'] }))).status).toBe(422);
});

test('checks are written by Apps only, and by the App that made them', async () => {
  await using hub = await world();
  const sha = await commit(hub, 'v1', { a: '1\n' });
  const forged = hub.owner.rest.checks.create({ ...hub.here, name: 'huxley', head_sha: sha });
  expect(await refusal(forged)).toEqual({ status: 403, message: 'You must authenticate via a GitHub App.' });
  const { data: run } = await hub.bot.rest.checks.create({ ...hub.here, name: 'huxley', head_sha: sha });
  const other = hub.setup.createApp({ slug: 'other', owner: 'ada', permissions: { checks: 'write' }, events: [] });
  hub.setup.install(other.app, 'ada');
  const probot = new (await import('probot')).Probot({
    appId: other.app.id,
    privateKey: other.privateKey,
    secret: 'another strong secret',
    baseUrl: hub.apiUrl,
    logLevel: 'fatal',
  });
  const theirs = person(hub, await installationToken(probot, 2));
  expect(
    (await refusal(theirs.rest.checks.update({ ...hub.here, check_run_id: run.id as number, conclusion: 'success' })))
      .status,
  ).toBe(403);
});

test('malformed JSON and an array are 400, a missing or wrong field is 422', async () => {
  await using hub = await logged();
  const issues = (body: string) => hub.send('POST', '/repos/ada/agent/issues', hub.ownerToken, body);
  expect(await issues('{"title":')).toMatchObject({ status: 400, body: { message: 'Problems parsing JSON' } });
  expect(await issues('7')).toMatchObject({ status: 400, body: { message: 'Body should be a JSON object' } });
  expect(await issues('{}')).toMatchObject({ status: 422 });
  expect(await issues('{"title":" "}')).toMatchObject({ status: 422 });
  expect(await issues(JSON.stringify({ title: 'x', body: 'y'.repeat(65_537) }))).toMatchObject({ status: 422 });
  warned(hub, { status: 400, reason: 'Problems parsing JSON' });
});

test('an unknown operation is 404 and says so in the log', async () => {
  await using hub = await logged();
  const answer = await hub.send('POST', '/repos/ada/agent/transfer', hub.ownerToken, '{}');
  expect(answer).toEqual({
    status: 404,
    body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' },
  });
  expect(hub.lines.at(-1)).toMatchObject({
    level: 'warn',
    message: 'unknown operation',
    fields: { method: 'POST', path: '/repos/ada/agent/transfer' },
  });
  expect((await hub.send('GET', '/repos/ada/%E0%A4%A', hub.ownerToken)).status).toBe(400);
});

test('refs, trees and commits of nothing are refused', async () => {
  await using hub = await world();
  const { bot, here } = hub;
  const nothing = 'deadbeef'.repeat(5);
  const main = (await bot.rest.git.getRef({ ...here, ref: 'heads/main' })).data.object.sha;
  const ref = (name: string, sha = main) => refusal(bot.rest.git.createRef({ ...here, ref: name, sha }));
  expect(await ref('refs/heads/x', nothing)).toEqual({ status: 422, message: 'Object does not exist' });
  expect(await ref('refs/heads/main')).toEqual({ status: 422, message: 'Reference already exists' });
  for (const bad of [
    'main',
    'refs/heads/a..b',
    'refs/heads/a b',
    'refs/heads/.a',
    'refs/heads/a.lock',
    'refs/heads/a/',
    'refs/heads/a\u0000b',
  ])
    expect((await ref(bad)).status).toBe(422);
  expect((await refusal(bot.rest.git.createCommit({ ...here, message: 'x', tree: nothing }))).status).toBe(422);
  const tree = (path: string) =>
    bot.rest.git.createTree({ ...here, tree: [{ path, mode: '100644', type: 'blob', content: 'x' }] });
  for (const bad of ['../x', '.git/config', 'a//b', '', '.GIT/hooks'])
    expect((await refusal(tree(bad))).status).toBe(422);
  const other = await commit(hub, 'side', { a: '1\n' });
  await commit(hub, 'main', { b: '1\n' });
  const update = bot.rest.git.updateRef({ ...here, ref: 'heads/main', sha: other });
  expect(await refusal(update)).toEqual({ status: 422, message: 'Update is not a fast forward' });
});

test("pull requests of nothing are refused with GitHub's reasons", async () => {
  await using hub = await world();
  const { bot, here } = hub;
  await commit(hub, 'v1', { a: '1\n' });
  const open = async (head: string, base: string) => {
    try {
      await bot.rest.pulls.create({ ...here, title: 'x', head, base });
    } catch (error) {
      return (error as { response: { data: { errors: object[] } } }).response.data.errors[0];
    }
    return 'opened';
  };
  expect(await open('main', 'main')).toMatchObject({ message: 'No commits between main and main' });
  expect(await open('nowhere', 'main')).toMatchObject({ field: 'head', code: 'invalid' });
  expect(await open('v1', 'nowhere')).toMatchObject({ field: 'base', code: 'invalid' });
  expect(await open('v1', 'main')).toBe('opened');
  expect(await open('v1', 'main')).toMatchObject({ message: 'A pull request already exists for ada:v1.' });
});

test("a check run's summary over 65,535 bytes and a 51st annotation are refused", async () => {
  await using hub = await world();
  const sha = await commit(hub, 'v1', { a: '1\n' });
  const create = (output: { title: string; summary: string; annotations?: object[] }) =>
    hub.bot.rest.checks.create({ ...hub.here, name: 'huxley', head_sha: sha, output: output as never });
  await create({ title: 't', summary: 'x'.repeat(65_535) });
  expect((await refusal(create({ title: 't', summary: 'é'.repeat(32_768) }))).status).toBe(422);
  const note = { path: 'a', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'm' };
  expect((await refusal(create({ title: 't', summary: 's', annotations: Array(51).fill(note) }))).status).toBe(422);
});
