import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { buildAgent, refreshLocks } from '../../src/build/build.ts';
import { isLock } from '../../src/operator/patch/manifests/dependencies.ts';
import { connect } from '../../src/sandbox/engine.ts';
import { builderWith, fileOf, inLayer, newHome, PLANTED_TOKEN } from '../support/building.ts';
import { npmRegistry } from '../support/npm-registry.ts';
import { pythonIndex } from '../support/python-index.ts';

const greet = (says: string) => ({
  'package.json': JSON.stringify({ name: 'greet', version: '1.0.0', main: 'index.js' }),
  'index.js': `module.exports = '${says}';`,
});
const manifest = (n: number, dependencies: object = { greet: '1.0.0' }) =>
  fileOf('package.json', JSON.stringify({ name: `agent-${process.pid}-${n}`, private: true, dependencies }));
const CONFIG = { command: 'npm install', lock: null };
const usual = (url: string) => ({ host: 'registry.npmjs.org', url, token: 'NPM_TOKEN' });

it('installs from a registry with a secret, once for the same files, and shows it read-only', async () => {
  await using registry = await npmRegistry({ greet: greet('hello') }, PLANTED_TOKEN);
  const home = newHome();
  const config = { ...CONFIG, registries: [usual(registry.url)] };
  const tree = [manifest(1), fileOf('prompt.md', 'Be brief.')];
  const several = await Promise.all([1, 2, 3].map(() => buildAgent(builderWith({ home }).builder, config, tree)));
  const asked = registry.asked.length;
  expect(asked).toBe(2);
  expect(several[1]).toEqual(several[0]);
  // Another prompt needs no other build.
  const { builder, said } = builderWith({ home });
  const layer = await buildAgent(builder, config, [tree[0]!, fileOf('prompt.md', 'Be thorough.')]);
  expect(layer).toEqual(several[0]);
  expect(registry.asked).toHaveLength(asked);
  expect(said).toEqual([]);
  expect(await inLayer(builder, layer, 'node -p "require(\'greet\')"; echo x > node_modules/greet/index.js')).toMatch(
    /^hello\n.*Read-only file system$/,
  );
  // Other dependencies do.
  await buildAgent(builder, config, [manifest(2)]);
  expect(registry.asked.length).toBeGreaterThan(asked);
});

it('fills a layer again that was not filled to the end, or whose volume is gone', async () => {
  await using registry = await npmRegistry({ greet: greet('hello') }, PLANTED_TOKEN);
  const { builder } = builderWith();
  const config = { ...CONFIG, registries: [usual(registry.url)] };
  const build = () => buildAgent(builder, config, [manifest(3)]);
  const { volume } = (await build()).folders[0]!;
  const docker = connect({ socket: inject('engineSocket') });
  await docker.getImage(`huxley/layer:${keyOf(volume)}-full`).remove();
  await docker.getVolume(volume).remove();
  await docker.createVolume({ Name: volume });
  expect(await inLayer(builder, await build(), 'ls node_modules')).toBe('greet');
  await docker.getVolume(volume).remove();
  expect(await inLayer(builder, await build(), 'ls node_modules')).toBe('greet');
  expect(registry.asked).toHaveLength(2);
});

it('is shared by processes with homes of their own, while it is in use too', async () => {
  await using registry = await npmRegistry({ greet: greet('hello') }, PLANTED_TOKEN);
  const config = { ...CONFIG, registries: [usual(registry.url)] };
  const use = async () => {
    const { builder } = builderWith();
    return await inLayer(builder, await buildAgent(builder, config, [manifest(9)]), 'sleep 2; ls node_modules');
  };
  const used = await Promise.all([use(), use(), use(), use()]);
  expect(used).toEqual(Array(4).fill('greet'));
  // In use, and not known to be full: what is mounted was.
  const { builder } = builderWith();
  const layer = await buildAgent(builder, config, [manifest(9)]);
  const reading = inLayer(builder, layer, 'sleep 3; ls node_modules');
  await new Promise((done) => setTimeout(done, 1_500));
  await connect({ socket: inject('engineSocket') })
    .getImage(`huxley/layer:${keyOf(layer.folders[0]!.volume)}-full`)
    .remove();
  expect(await use()).toBe('greet');
  expect(await reading).toBe('greet');
});

function keyOf(volume: string): string {
  return /^huxley-layer-(\w+)-0$/.exec(volume)![1]!;
}

it('takes a layer from a shared folder, and builds again what it cannot read', async () => {
  await using registry = await npmRegistry({ greet: greet('hello') }, PLANTED_TOKEN);
  const layers = newHome();
  const docker = connect({ socket: inject('engineSocket') });
  const config = { ...CONFIG, registries: [usual(registry.url)] };
  const build = async () => {
    const { builder, said } = builderWith({ layers });
    const layer = await buildAgent(builder, config, [manifest(4)]);
    expect(await inLayer(builder, layer, 'ls node_modules')).toBe('greet');
    // As on another machine: the engine has none of it.
    const { volume } = layer.folders[0]!;
    await docker.getVolume(volume).remove();
    for (const tag of [`${keyOf(volume)}-full`, keyOf(volume)]) await docker.getImage(`huxley/layer:${tag}`).remove();
    return said;
  };
  expect(await build()).toEqual(['building the agent: npm install', expect.stringContaining('Not kept')]);
  expect(await build()).toEqual(['The dependencies are built already: they come from the shared folder.']);
  expect(registry.asked).toHaveLength(2);
  const file = readdirSync(layers).find((name) => name.endsWith('.tar.gz'))!;
  writeFileSync(join(layers, file), 'not a tar');
  expect(await build()).toEqual([
    expect.stringContaining('cannot be used, so it is built again'),
    'building the agent: npm install',
    expect.stringContaining('Not kept'),
  ]);
});

it('installs Python packages with pip, which trusts the proxy', async () => {
  await using index = await pythonIndex('greet', 'SAYS = "hello"\n');
  const { builder } = builderWith();
  const command = 'python3 -m venv .venv && .venv/bin/pip install -q -r requirements.txt';
  const config = { command, lock: null, registries: [{ host: 'pypi.org', url: index.url }] };
  const layer = await buildAgent(builder, config, [fileOf('requirements.txt', `greet==1.0  # ${process.pid}\n`)]);
  expect(layer.folders.map(({ path }) => path)).toEqual(['.venv']);
  const run = 'PYTHONPATH=.venv/lib/python3.11/site-packages python3 -c "import greet; print(greet.SAYS)"';
  expect(await inLayer(builder, layer, run)).toBe('hello');
  expect(index.asked).toContain('/simple/greet/');
});

it('says what to do where there is no network', async () => {
  const { builder } = builderWith();
  const config = { ...CONFIG, command: 'npm install --fetch-retries=0', registries: [usual('http://127.0.0.1:1')] };
  const error = await buildAgent(builder, config, [manifest(5)]).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'build.registry' });
  expect(error.inFull).toMatchInlineSnapshot(
    `"\`npm install --fetch-retries=0\` failed (exit 1): registry.npmjs.org cannot be reached from here (ECONNREFUSED). Give the worker a network that reaches it, name a mirror (\`agent.registries: [{ host, url }]\`), or share the layers of a worker that has one (the input \`layers\`)."`,
  );
});

it.each([
  ['fails', 'echo broken; exit 3', /failed \(exit 3\):\nbroken/],
  ['makes nothing', 'true', /made no folder/],
  ['makes only files', 'touch a b', /made no folder/],
  ['makes a link', 'ln -s /etc node_modules', /made no folder/],
  ['makes odd names', "mkdir 'a b'", /the folder 'a\?b'/],
  ['makes too many', 'mkdir $(seq 1 40)', /40 folders/],
  ['makes what it cannot read itself', 'mkdir d; touch d/x; chmod 000 d/x', /cannot be kept.*d\/x/s],
  [
    'asks in vain for a name of its own',
    'curl-is-not-there; node -e "fetch(\'https://nope.example.com\')"; exit 3',
    /failed \(exit 3\)/,
  ],
])('refuses a build that %s', async (_, command, message) => {
  const { builder } = builderWith();
  const registries = ['*.example.com'];
  await expect(buildAgent(builder, { command, lock: null, registries }, [manifest(6)])).rejects.toMatchObject({
    code: 'build.failed',
    message: expect.stringMatching(message),
  });
});

it('keeps folders that lie next to files of the agent, of every level', async () => {
  const { builder, said } = builderWith();
  const command = 'mkdir -p node_modules/x packages/a/node_modules/y .venv/bin; touch .venv/bin/z packages/a/log';
  const tree = [manifest(7), fileOf('packages/a/package.json', '{}'), fileOf('packages/a/src.js', '')];
  const layer = await buildAgent(builder, { command, lock: null }, tree);
  expect(layer.folders.map(({ path }) => path).sort()).toEqual(['.venv', 'node_modules', 'packages/a/node_modules']);
  expect(said).toContain('Not kept, as only folders that the build makes are: packages/a/log.');
  expect(await inLayer(builder, layer, 'find . -mindepth 1 | sort')).toContain('./packages/a/node_modules/y');
});

it('brings lock files up to date, and nothing else', async () => {
  await using registry = await npmRegistry({ greet: greet('hello') }, PLANTED_TOKEN);
  const { builder } = builderWith();
  const lock = 'npm install --package-lock-only; echo changed > package.json; echo y > yarn.lock';
  const config = { command: 'npm ci', lock, registries: [usual(registry.url)] };
  const empty = fileOf('package-lock.json', '{"lockfileVersion":3,"packages":{}}');
  const [changed, ...others] = await refreshLocks(builder, config, [manifest(8), empty], isLock);
  expect(others).toEqual([]);
  expect(changed!.path).toBe('package-lock.json');
  expect(JSON.parse(Buffer.from(changed!.content).toString()).packages['node_modules/greet'].version).toBe('1.0.0');
});
