import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hasImage } from '../../src/sandbox/engine.ts';
import { type ImagesOptions, imagesOn } from '../../src/sandbox/images/images.ts';
import { diskWorld } from '../support/disk.ts';
import { HUB_LIMIT, imageRegistry, minutesUntil } from '../support/image-registry.ts';

const LOGIN = 'octo:correct horse: battery';
const SECRET = LOGIN.slice(LOGIN.indexOf(':') + 1);
const LIMIT = { status: 429, body: HUB_LIMIT, headers: { 'content-type': 'application/json' } };

/** A folder as `docker login` leaves one, with programs on the PATH. */
function dockerFolder(config: object | string, programs: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-docker-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}`);
    chmodSync(join(folder, name), 0o755);
  }
  return { DOCKER_CONFIG: folder, PATH: `${folder}:${process.env.PATH}` };
}

async function pulling(options: Partial<ImagesOptions> & { bearer?: boolean; login?: string } = {}) {
  const world = await diskWorld();
  const registry = await imageRegistry(options);
  onTestFinished(() => registry[Symbol.asyncDispose]());
  const name = `${registry.host}/${world.prefix}`;
  const digest = await registry.push(world.prefix, '1');
  world.pulled.push(`${name}:1`, `${name}@${digest}`);
  const report = (line: string) => void world.said.push(line);
  const using = (more: Partial<ImagesOptions> = {}) =>
    imagesOn({ socket: world.socket }, { env: dockerFolder({}), home: world.home, report, ...options, ...more });
  return { ...world, registry, name: `${name}:1`, pinned: `${name}@${digest}`, using };
}

test.each([
  ['the file', (host: string) => dockerFolder({ auths: { [host]: { auth: Buffer.from(LOGIN).toString('base64') } } })],
  [
    'the file, by an address',
    (host: string) => dockerFolder({ auths: { [`http://${host}/v2/`]: { username: 'octo', password: SECRET } } }),
  ],
  [
    'the environment',
    (host: string) => ({
      DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [host]: { auth: Buffer.from(LOGIN).toString('base64') } } }),
    }),
  ],
  [
    'a helper of the registry’s own, before the common one',
    (host: string) =>
      dockerFolder(
        { credHelpers: { [host]: 'own' }, credsStore: 'common' },
        {
          'docker-credential-own': `read server; [ "$1 $server" = "get ${host}" ] && printf '%s' '${JSON.stringify({ ServerURL: host, Username: 'octo', Secret: SECRET })}'`,
          'docker-credential-common': 'exit 1',
        },
      ),
  ],
])('a login comes from %s, by both ways in which registries ask for one', async (_, env) => {
  for (const bearer of [false, true]) {
    const world = await pulling({ login: LOGIN, bearer });
    await world.using({ env: env(world.registry.host) }).ready(world.name);
    expect(await hasImage(world.docker, world.name)).toBe(true);
    expect(world.registry.logins.at(-1)).toBe(LOGIN);
    expect(world.said.join('\n')).not.toContain(SECRET);
  }
});

test('a token of the job’s opens its own registry alone, and only where nobody may pull', async () => {
  const world = await pulling({ login: 'huxley:job-token', bearer: true });
  await expect(world.using({ token: { host: 'ghcr.io', token: 'job-token' } }).ready(world.name)).rejects.toThrow();
  expect(world.registry.logins).not.toContain('huxley:job-token');
  await world.using({ token: { host: world.registry.host, token: 'job-token' } }).ready(world.name);
  expect([...new Set(world.registry.logins)]).toEqual(['', 'huxley:job-token']);
  const open = await pulling();
  await open.using({ token: { host: open.registry.host, token: 'job-token' } }).ready(open.name);
  expect(open.registry.logins.join('')).toBe('');
});

test('a refused login, a helper that fails, an absent image and an absent host are each named, and tried once', async () => {
  const world = await pulling({ login: LOGIN });
  const { host } = world.registry;
  const wrong = dockerFolder({ auths: { [host]: { username: 'octo', password: 'planted-wrong' } } });
  const cases: readonly (readonly [string, ImagesOptions['env'], RegExp, RegExp])[] = [
    [world.name, wrong, /refuses this runner’s login/, /docker login 127/],
    [world.name, {}, /has no such public image/, /if it is private, run `docker login 127/],
    [world.name, dockerFolder({ credsStore: 'gone' }), /docker-credential-gone cannot be run/, /docker login/],
    [world.name, dockerFolder('not json'), /config.json is not what Docker writes there/, /docker login/],
    [`${world.name.replace(/:1$/, '')}:none`, { DOCKER_AUTH_CONFIG: auths(host) }, /has no such image/, /can pull/],
    ['nowhere.invalid/image:1', {}, /the engine cannot find host nowhere.invalid/, /name server/],
  ];
  for (const [reference, env, message, remedy] of cases) {
    const failed = world
      .using({ env: { PATH: process.env.PATH, DOCKER_CONFIG: '/nonexistent', ...env } })
      .ready(reference);
    await expect(failed).rejects.toMatchObject({
      ...{ code: 'setup.image', remedy: expect.stringMatching(remedy) },
      message: expect.stringMatching(message),
    });
    await expect(failed).rejects.not.toThrow(/planted-wrong/);
  }
  expect(world.said.filter((line) => line.includes('tried again'))).toEqual([]);
});

const auths = (host: string) => JSON.stringify({ auths: { [host]: { auth: Buffer.from(LOGIN).toString('base64') } } });

test('trouble that passes is tried again, a bounded number of times', async () => {
  const world = await pulling();
  let failures = 2;
  world.registry.answer(() => (failures-- > 0 ? { status: 503, body: 'upstream connect error' } : null));
  await world.using().ready(world.name);
  expect(world.said).toContainEqual(expect.stringMatching(/is tried again in \d+ s: .*503/));
  const other = await pulling();
  other.registry.answer(() => ({ status: 500, body: 'no' }));
  await expect(other.using({ tries: 2 }).ready(other.name)).rejects.toMatchObject({
    ...{ code: 'setup.image', message: expect.stringMatching(/did not serve it in several tries/) },
    remedy: expect.stringContaining('Try again later'),
  });
});

test('a limit on pulls that ends soon is waited for, by the registry’s own time', async () => {
  const world = await pulling();
  const until = Date.now() + 2_000;
  world.registry.answer(() =>
    Date.now() < until ? { ...LIMIT, headers: { ...LIMIT.headers, 'retry-after': '2' } } : null,
  );
  await world.using().ready(world.name);
  expect(Date.now()).toBeGreaterThanOrEqual(until);
  expect(world.said).toContainEqual(expect.stringMatching(/limits pulls: .* is tried again in [23] s/));
});

test.each([
  [{ 'retry-after': '7200' }, 7_200, /Try again at/],
  [{ 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' }, 21_600, /Try again at/],
  [{}, 3_600, /It does not say until when: try again at/],
])(
  'a limit that goes on is named with its end, and the registry asked no more: %j',
  async (headers, seconds, words) => {
    const world = await pulling();
    world.registry.answer(() => ({ ...LIMIT, headers: { ...LIMIT.headers, ...headers } }));
    const images = world.using();
    const failed = images.ready(world.name);
    await expect(failed).rejects.toMatchObject({
      code: 'image.limit',
      remedy: expect.stringContaining('docker login'),
    });
    await expect(failed).rejects.toThrow(words);
    await expect(failed).rejects.toThrow(/You have reached your unauthenticated pull rate limit/);
    expect(minutesUntil(await failed.catch(String))).toBeCloseTo(seconds / 60, -1);
    const asked = world.registry.logins.length;
    await expect(images.ready(world.name)).rejects.toMatchObject({ code: 'image.limit' });
    expect(world.registry.logins).toHaveLength(asked);
  },
);

test('a pinned image is what its digest says, or refused', async () => {
  const world = await pulling();
  await world.using().ready(world.pinned);
  expect(await hasImage(world.docker, world.pinned)).toBe(true);
  const other = await pulling();
  const theirs = await fetch(`http://${world.registry.host}/v2/${world.prefix}/manifests/1`);
  const body = await theirs.text();
  const headers = { 'content-type': theirs.headers.get('content-type')! };
  other.registry.answer(() => ({ status: 200, body, headers }));
  await expect(other.using().ready(other.pinned)).rejects.toMatchObject({
    code: 'image.digest',
    message: expect.stringMatching(/is not what its digest says/),
  });
  expect(await hasImage(other.docker, other.pinned)).toBe(false);
});

test('an image that several want at once is pulled once; one that cannot fit is given up before it is there', async () => {
  const world = await pulling();
  const images = world.using();
  await Promise.all([images.ready(world.name), images.ready(world.name), world.using().ready(world.name)]);
  expect(world.registry.pulls()).toBe(1);
  const other = await pulling();
  await other.registry.push(other.prefix, '1', 30);
  await expect(other.using({ diskGB: 0.02 }).ready(other.name)).rejects.toMatchObject({ code: 'image.budget' });
  expect(await hasImage(other.docker, other.name)).toBe(false);
});
