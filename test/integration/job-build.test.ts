import { expect, it } from 'vitest';
import type { EvaluateResult, ExpandOrder, ExpandResult } from '../../src/contract/contract.ts';
import { runJob } from '../../src/job/run-job.ts';
import { trajectory } from '../../src/operator/trajectory.fixture.ts';
import { chatAnswer, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { expandingEndpoint, OBEDIENT_AGENT } from '../support/expanding.ts';
import { commitOf, evaluateOrder, expandOrder, machineWith } from '../support/job.ts';
import { npmRegistry } from '../support/npm-registry.ts';
import { tinySuite } from '../support/tiny-suite.ts';

const suite = tinySuite({ a: 'alpha' });
const PACKAGES = {
  greet: {
    'package.json': JSON.stringify({ name: 'greet', version: '1.0.0', main: 'index.js' }),
    'index.js': `module.exports = 'alpha';`,
  },
  evil: {
    'package.json': JSON.stringify({ name: 'evil', version: '1.0.0', scripts: { postinstall: 'exit 5' } }),
  },
};
/** Different for every run of the tests, so that nothing is built already. */
const name = `agent-${process.pid}-${Date.now()}`;
const files = {
  'agent.mjs': OBEDIENT_AGENT,
  'package.json': JSON.stringify({ name, private: true, dependencies: { greet: '1.0.0' } }),
  'package-lock.json': JSON.stringify({
    ...{ name, lockfileVersion: 3, requires: true },
    packages: { '': { name, dependencies: { greet: '1.0.0' } }, 'node_modules/greet': { version: '1.0.0' } },
  }),
  '.github/huxley.yml': 'version: 1\n',
};
const buildWith = (url: string, lock: string | null = 'npm install --package-lock-only') => {
  const registries = [{ host: 'registry.npmjs.org', url }];
  return { registries, build: { command: 'npm ci', lock, registries } };
};

async function expanded(
  commands: string,
  url: string,
  agent: Partial<ExpandOrder['agent']> = {},
  tree: Readonly<Record<string, string>> = files,
): Promise<ExpandResult> {
  await using endpoint = await expandingEndpoint(commands);
  const commit = await commitOf(tree);
  const order = expandOrder(commit);
  const machine = machineWith(commit, suite, endpoint, {
    fetchEvidence: async () => [trajectory('v3', 'a', 'unresolved')],
  });
  const check = 'node -e "require(\'greet\')"';
  const limits = { ...order.limits, taskSeconds: 60 };
  return (await runJob(
    { ...order, limits, agent: { ...order.agent, check, ...buildWith(url), ...agent } },
    machine,
  )) as ExpandResult;
}

/** Puts a dependency into the manifest, as an agent does that has no network. */
const depend = (on: string) =>
  `node -e "const f = require('fs'), p = JSON.parse(f.readFileSync('package.json')); p.dependencies = { greet: '1.0.0', ${on} }; f.writeFileSync('package.json', JSON.stringify(p))"`;

it('measures an agent with what it depends on, at the place it was built for', async () => {
  await using registry = await npmRegistry(PACKAGES);
  await using endpoint = await fakeEndpoint((_, response) => sendJson(response, chatAnswer('-')));
  const commit = await commitOf(files);
  const order = evaluateOrder(commit, ['a']);
  const solve = `node -e "require('fs').writeFileSync(process.env.HUXLEY_WORKSPACE + '/answer.txt', require('greet'))"`;
  const machine = machineWith(commit, suite, endpoint);
  const result = (await runJob(
    { ...order, variant: 'v1', agent: { ...order.agent, solve, ...buildWith(registry.url) } },
    machine,
  )) as EvaluateResult;
  expect(result).toMatchObject({ error: null, perTask: [{ task: 'a', verdict: 'resolved' }] });
});

it('an agent that modifies itself has what it depends on, and none of it becomes its change', async () => {
  await using registry = await npmRegistry(PACKAGES);
  const result = await expanded(
    `node -p "require('greet')" > greeting.mjs; ls node_modules >> greeting.mjs`,
    registry.url,
  );
  expect(result).toMatchObject({
    error: null,
    failure: null,
    files: [{ path: 'greeting.mjs', content: 'alpha\ngreet\n' }],
  });
});

it('folders inside of the agent’s own are there for a check and a change of itself', async () => {
  const commands = 'cat packages/a/node_modules/x > packages/a/seen.mjs; ls packages/a';
  const more = { ...files, 'packages/a/package.json': '{}', 'packages/a/index.mjs': '// a' };
  const build = { command: 'mkdir -p packages/a/node_modules && echo inside > packages/a/node_modules/x', lock: null };
  const check =
    'cat packages/a/node_modules/x packages/a/index.mjs packages/a/seen.mjs && touch packages/a/b packages/c';
  const result = await expanded(commands, 'http://127.0.0.1:1', { build, check }, more);
  expect(result).toMatchObject({
    error: null,
    failure: null,
    files: [{ path: 'packages/a/seen.mjs', content: 'inside\n' }],
  });
});

it('a build that would hide a file of the agent’s is refused', async () => {
  const build = { command: 'mkdir lib && echo built > lib/agent.mjs', lock: null };
  const result = await expanded('true', 'http://127.0.0.1:1', { build }, { ...files, 'lib/own.mjs': '// mine' });
  expect(result.error).toMatchObject({
    code: 'build.failed',
    message: expect.stringContaining('one would hide the other'),
  });
});

it('a variant that may change its dependencies gets its lock file written, and is built before it is checked', async () => {
  await using registry = await npmRegistry(PACKAGES);
  const result = await expanded(depend("evil: '1.0.0'"), registry.url, { allowDependencies: true });
  // Installing it fails, which is the variant's own fault.
  expect(result.failure).toMatchObject({ stage: 'check', reason: expect.stringMatching(/npm ci.* failed \(exit/s) });
  expect(result.files.map(({ path }) => path).sort()).toEqual(['package-lock.json', 'package.json']);
  const locked = JSON.parse(result.files.find(({ path }) => path === 'package-lock.json')!.content!);
  expect(locked.packages['node_modules/evil']).toMatchObject({ version: '1.0.0', hasInstallScript: true });
});

it.each([
  [
    'changes its dependencies and may not is refused',
    depend("evil: '1.0.0'"),
    {},
    'validate',
    /changes the dependencies of package\.json/,
  ],
  [
    'asks for a package that is not there fails its check',
    depend("nothing: '9.9.9'"),
    { allowDependencies: true },
    'check',
    /npm install --package-lock-only.* failed/s,
  ],
] as const)('a variant that %s', async (_, commands, agent, stage, reason) => {
  await using registry = await npmRegistry(PACKAGES);
  const { failure, error } = await expanded(commands, registry.url, agent);
  expect({ failure, error }).toMatchObject({ error: null, failure: { stage, reason: expect.stringMatching(reason) } });
});

it('a registry that cannot be reached is nobody’s result', async () => {
  const commit = await commitOf({ ...files, 'package.json': files['package.json'].replace(name, `${name}-b`) });
  await using endpoint = await expandingEndpoint('true');
  const order = expandOrder(commit);
  const machine = machineWith(commit, suite, endpoint, {
    fetchEvidence: async () => [trajectory('v3', 'a', 'unresolved')],
  });
  const agent = {
    ...order.agent,
    ...buildWith('http://127.0.0.1:1'),
    build: { ...buildWith('http://127.0.0.1:1').build, command: 'npm ci --fetch-retries=0' },
  };
  const result = (await runJob({ ...order, agent }, machine)) as ExpandResult;
  expect(result).toMatchObject({ failure: null, error: { code: 'build.registry' } });
});
