import { expect, inject, it } from 'vitest';
import { buildAgent } from '../../src/build/build.ts';
import { dockerfileImage } from '../../src/build/dockerfile.ts';
import { checkVariant } from '../../src/job/check.ts';
import { connect } from '../../src/sandbox/engine.ts';
import { imagesOn } from '../../src/sandbox/images/images.ts';
import { builderWith, fileOf, PLANTED_TOKEN } from '../support/building.ts';
import { bareImage } from '../support/images.ts';
import { npmRegistry } from '../support/npm-registry.ts';

const engine = { socket: inject('engineSocket') };
const images = imagesOn(engine, { report: () => undefined });
const REGISTRIES = (url: string) => [
  { host: 'registry.test', url },
  { host: 'secret.test', url, token: 'NPM_TOKEN' },
];
const FETCH = (url: string, options = '{}') =>
  `RUN NODE_USE_ENV_PROXY=1 node -e "fetch('${url}', ${options}).then(async (r) => require('fs').appendFileSync('/said', r.status + ' ' + (await r.text()).slice(0, 40) + '\\n')).catch((e) => require('fs').appendFileSync('/said', String(e.cause?.code ?? e) + '\\n'))"`;

function build(context: string, url: string, others: Readonly<Record<string, string>> = {}) {
  const { builder, said } = builderWith();
  const files = [
    fileOf('docker/Dockerfile', context),
    ...Object.entries(others).map(([path, text]) => fileOf(path, text)),
  ];
  const spec = { ...builder, engine, images, image: './docker/Dockerfile', registries: REGISTRIES(url) };
  return { said, builder, made: dockerfileImage(spec, files) };
}

it('builds an image that reads from registries and from nowhere else, once for the same files', async () => {
  await using registry = await npmRegistry({ greet: { 'package.json': '{"name":"greet","version":"1.0.0"}' } });
  const context = [
    `FROM ${inject('sandboxImage')}`,
    // Not to be taken from what an earlier build made.
    `RUN echo ${Date.now()}`,
    'COPY words /words',
    FETCH('http://registry.test/greet'),
    FETCH('http://registry.test/greet', "{ method: 'PUT', body: 'x' }"),
    FETCH('https://registry.test/greet'),
    FETCH('http://secret.test/greet'),
    FETCH('http://example.com/'),
    FETCH('https://example.com/'),
    `RUN node -e "require('net').connect(443, '1.1.1.1').setTimeout(3000).on('connect', () => done('WORKED')).on('error', (e) => done(e.code)).on('timeout', () => done('silent')); function done(x) { require('fs').appendFileSync('/said', x + '\\n'); process.exit() }"`,
    'RUN env > /environment',
  ].join('\n');
  const first = build(context, registry.url, { words: 'hello' });
  const image = await first.made;
  const asked = registry.asked.length;
  expect(asked).toBe(1);
  expect(await build(context, registry.url, { words: 'hello' }).made).toBe(image);
  expect(registry.asked).toHaveLength(asked);
  expect(registry.asked.some(({ authorization }) => authorization !== undefined)).toBe(false);
  const { builder } = builderWith();
  const check = (command: string) => checkVariant({ ...builder, image }, command, [], builder.limits);
  const said = await check('cat /words /said /environment; exit 1');
  expect(said).toContain('hello200 {"name":"greet"');
  // A tunnel that the proxy refuses has no status.
  expect(said).toMatch(
    /\n405 A build reads.*\n0\n403 A secret is.*\n0\n0\n(ENETUNREACH|EHOSTUNREACH|silent|ETIMEDOUT)\n/,
  );
  expect(said).not.toContain('WORKED');
  expect(said).not.toContain(PLANTED_TOKEN);
  expect(await build(context, registry.url, { words: 'bye' }).made).not.toBe(image);
  const networks = await connect(engine).listNetworks();
  expect(networks.filter(({ Name }) => Name.startsWith('huxley-build-'))).toEqual([]);
});

it('says what is wrong with a Dockerfile, and what it asked for in vain', async () => {
  const bad = (lines: string) => build(`FROM ${inject('sandboxImage')}\n${lines}\n`, 'http://127.0.0.1:1').made;
  await expect(bad('FOO bar')).rejects.toMatchObject({
    code: 'build.image',
    message: expect.stringMatching(/unknown instruction/i),
  });
  await expect(bad('RUN exit 7')).rejects.toMatchObject({
    code: 'build.image',
    message: expect.stringMatching(/exit 7.*code: 7/s),
  });
  await expect(bad(`${FETCH('http://example.com/')} && exit 3`)).rejects.toMatchObject({
    remedy: expect.stringContaining('It asked for example.com'),
  });
  await expect(bad(`${FETCH('http://registry.test/x')} && exit 3`)).rejects.toMatchObject({
    code: 'build.registry',
    message: expect.stringMatching(/registry\.test cannot be reached from here \(ECONNREFUSED\)/),
  });
  const { builder } = builderWith();
  await expect(
    dockerfileImage({ ...builder, engine, images, image: './nowhere', registries: [] }, [fileOf('Dockerfile', 'x')]),
  ).rejects.toMatchObject({
    code: 'build.image',
    message: 'The repository has no file nowhere, which `agent.image` names',
  });
});

it('an image that lacks everything gets the runtime: the agent is built and checked there', async () => {
  const bare = await bareImage();
  const { builder } = builderWith();
  const image = await build(`FROM ${bare}\nCOPY mark /mark\n`, 'http://127.0.0.1:1', { mark: 'here' }).made;
  const parts = { ...builder, image };
  const layer = await buildAgent(
    parts,
    { command: `mkdir vendor && node -p 1+1 > vendor/two && python3 -c 'print(3)' > vendor/three`, lock: null },
    [fileOf('package.json', `{"name":"bare-${process.pid}"}`)],
  );
  const check = 'cat vendor/two vendor/three /mark; node -e 0 && python3 -c "import json"; exit 5';
  expect(await checkVariant({ ...parts, layer }, check, [fileOf('x', 'y')], builder.limits)).toContain('2\n3\nhere');
});
