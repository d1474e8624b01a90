import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { installationsOf, openProbot } from '../../src/app/connect.ts';
import type { Check, Forge } from '../../src/github/forge.ts';
import { expectPublished, type GraphqlRequest } from '../support/graphql.ts';
import { until, World } from '../support/world.ts';

const REPO = '/repos/{owner}/{repo}';
let world: World;
let forge: Forge;
const asked: GraphqlRequest[] = [];

beforeAll(async () => {
  world = await World.start({
    tasks: 4,
    observe({ route, requestBody }) {
      if (route === 'POST /graphql') asked.push(requestBody as GraphqlRequest);
    },
  });
  const probot = await openProbot({ ...world.credentials, log: pino({ level: 'silent' }), throttle: false });
  const limits = { perMinute: 1e6, perHour: 1e6, frugalFrom: 0 };
  forge = await installationsOf(probot, { limits }).forge('octo/agent');
});
afterAll(() => world?.[Symbol.asyncDispose]());
beforeEach(() => world.github.faults.clear());

/** The requests that hold a text, once there are so many: the server tells of one only after it has answered it. */
async function requestsWith(text: string, count: number): Promise<number> {
  const those = () => asked.filter((request) => JSON.stringify(request).includes(text)).length;
  await until(async () => (those() >= count ? true : undefined), `${count} requests with ${text}`);
  return those();
}

const check = (externalId: string): Check => ({
  ...{ name: 'Huxley evidence r1', externalId, title: 't', summary: 's', text: 'x', conclusion: 'neutral' },
});
const head = () => world.git(['rev-parse', 'main']);

/** As of a variant: what was proposed is indented, the trailers come after two empty lines. */
const messageOf = (text: string) => `v1: ${text}\n\n    Why\n\n\nHuxley-Variant: v1\nskip-checks: true\n`;

/** A branch with one commit that changes a file. */
async function branchOf(name: string, text: string): Promise<{ sha: string; tree: string }> {
  return forge.commitOnBranch(name, {
    base: head(),
    begun: (await forge.branch(name)) !== null,
    changes: [
      { path: 'agent.txt', mode: '100644', content: text },
      { path: 'README.md', mode: '100644', content: null },
    ],
    message: messageOf(text),
  });
}

test('a branch and its commit are one request; broken off in between, it goes on', async () => {
  const { sha, tree } = await branchOf('huxley/r1/v1', 'first');
  expect(await requestsWith('huxley/r1/v1', 1)).toBe(1);
  expect(world.git(['rev-parse', 'huxley/r1/v1', 'huxley/r1/v1^', 'huxley/r1/v1^{tree}']).split('\n')).toEqual([
    sha,
    head(),
    tree,
  ]);
  expect(world.git(['show', 'huxley/r1/v1:agent.txt'])).toBe('first');
  expect(world.git(['ls-tree', '--name-only', 'huxley/r1/v1'])).not.toContain('README.md');
  expect((await forge.commit(sha)).message.trim()).toBe(messageOf('first').trim());

  const refuse = { type: 'refuse', status: 403, message: 'Not now' } as const;
  world.github.faults.request({ route: `POST ${REPO}/git/commits`, fault: refuse });
  await expect(branchOf('huxley/r1/v2', 'second')).rejects.toMatchObject({
    message: expect.stringContaining('GitHub refused to create a commit (403: Not now)'),
  });
  expect(world.git(['rev-parse', 'huxley/r1/v2'])).toBe(head());
  const again = await branchOf('huxley/r1/v2', 'second');
  expect(world.git(['rev-parse', 'huxley/r1/v2'])).toBe(again.sha);
  await expect(branchOf('huxley/r1/v2', 'third')).rejects.toMatchObject({ code: expect.stringMatching(/^github\./) });
});

test('what is written at the same time is one request; what is refused keeps nothing else from being done', async () => {
  const [one, two] = [await branchOf('huxley/r2/v1', 'a'), await branchOf('huxley/r2/v2', 'b')];
  const refuse = { type: 'refuse', status: 403, message: 'Not now' } as const;
  world.github.faults.request({ route: `POST ${REPO}/check-runs`, fault: refuse, after: 1 });
  world.github.faults.request({
    route: `POST ${REPO}/pulls`,
    fault: { type: 'error', status: 502, when: 'after' },
    after: 1,
  });
  const draft = (name: string) => ({ head: `huxley/r2/${name}`, base: 'main', title: name, body: 'why' });
  const [checked, refused, pull, lost] = await Promise.allSettled([
    forge.writeCheck(one.sha, check('r2:1-2')),
    forge.writeCheck(two.sha, check('r2:3-4')),
    forge.openPull(draft('v1')),
    forge.openPull(draft('v2')),
  ]);
  expect(await requestsWith('createPullRequest', 1)).toBe(1);
  expect(await requestsWith('createCheckRun', 1)).toBe(1);
  expect(checked.status).toBe('fulfilled');
  expect(refused).toMatchObject({ reason: { status: 403, message: expect.stringContaining('write a check run') } });
  expect(pull).toMatchObject({ value: { head: 'huxley/r2/v1', headSha: one.sha, draft: true, own: true } });
  // It was done and the answer was lost, which is no refusal: the controller looks before it asks again.
  expect(lost.status).toBe('rejected');
  expect((lost as PromiseRejectedResult).reason).not.toHaveProperty('remedy');
  expect(await forge.findPull('huxley/r2/v2')).toMatchObject({ open: true });
  expect(await forge.checks(one.sha)).toMatchObject([{ externalId: 'r2:1-2', summary: 's', text: 'x' }]);

  const { number } = (pull as PromiseFulfilledResult<{ number: number }>).value;
  const other = (await forge.findPull('huxley/r2/v2'))!.number;
  await Promise.all([forge.editPull(number, { body: 'new', open: false }), forge.editPull(other, { title: 'Other' })]);
  expect(await forge.pull(number)).toMatchObject({ open: false });
  const { data } = await world.people.owner.rest.pulls.get({ owner: 'octo', repo: 'agent', pull_number: other });
  expect(data.title).toBe('Other');
});

test('somebody else’s pull request in the way is named as always; more changes than one request takes are several', async () => {
  const { sha } = await branchOf('huxley/r3/v1', 'c');
  const spec = { owner: 'octo', repo: 'agent', head: 'huxley/r3/v1', base: 'main', title: 'mine' };
  await world.people.owner.rest.pulls.create(spec);
  await expect(forge.openPull({ ...spec, body: '' })).rejects.toMatchObject({ code: 'forge.pull-taken' });
  await Promise.all(Array.from({ length: 23 }, (_, n) => forge.writeCheck(sha, check(`r3:${n}`))));
  expect(await requestsWith('r3:', 3)).toBe(3);
  expect(new Set((await forge.checks(sha)).map(({ externalId }) => externalId)).size).toBe(23);
});

test('all that was asked is in GitHub’s published schema', () => {
  expect(asked.length).toBeGreaterThan(8);
  for (const request of asked) expectPublished(request);
});
