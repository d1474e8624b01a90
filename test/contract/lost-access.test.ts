import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { installationsOf, openOctokit, openProbot } from '../../src/app/connect.ts';
import type { Forge } from '../../src/github/forge.ts';
import type { Installations } from '../../src/github/installations.ts';
import { octokitForge } from '../../src/github/octokit/forge.ts';
import type { Installation } from '../../src/local-github/store/rows.ts';
import { World } from '../support/world.ts';

let world: World;
let installations: Installations;
let forge: Forge;
let root: string;
let issue: number;
let comment: number;

const installed = (): Installation => world.github.hub.store.installations.find({ app: world.app.id })!;
const setPrivate = (isPrivate: boolean) => {
  const { setup, hub } = world.github;
  hub.store.repositories.update(setup.repository('octo', 'agent').id, { private: isPrivate });
};
const open = async () =>
  installationsOf(await openProbot({ ...world.credentials, log: pino({ level: 'silent' }), throttle: false }), {
    limits: null,
  });

beforeAll(async () => {
  world = await World.start({ tasks: 2, repositories: ['agent', 'other'] });
  setPrivate(true);
  installations = await open();
  forge = await installations.forge('octo/agent');
  root = (await forge.branch('main'))!;
  issue = await world.issue();
  comment = await world.comment(issue, 'Hello.');
});
afterEach(() => world.github.setup.select(installed(), null));
afterAll(() => world?.[Symbol.asyncDispose]());

/** Whatever is said to be gone, by how it is asked, with what is said. */
const GONE: readonly (readonly [string, () => Promise<unknown>, unknown])[] = [
  ['a workflow run', () => forge.workflowRun(999), null],
  ['the jobs of one', () => forge.beganWork(999), true],
  ['one that is cancelled', () => forge.cancelRun(999), undefined],
  ['a branch', () => forge.branch('none'), null],
  ['one that is deleted', () => forge.deleteBranch('none'), undefined],
  ['a file', () => forge.readFile('none', root), null],
  ['a commit on a branch', () => forge.contains('main', '0'.repeat(40)), false],
  ['a common commit', () => forge.mergeBase('main', '0'.repeat(40)), null],
  ['a diff', () => forge.diff(root, '0'.repeat(40)), null],
  ['a comment that is edited', () => forge.editComment(999_999, 'x'), false],
  ['a comment to react to', () => forge.react(999_999, 'eyes'), undefined],
  ['an account', () => forge.permission('nobody'), 'none'],
  ['the comments of an issue', () => forge.comments(issue), [expect.objectContaining({ body: 'Hello.' })]],
  ['comments since', () => forge.commentsSince('2099-01-01T00:00:00Z'), []],
  ['pull requests', () => forge.pulls('none/'), []],
  ['the pull request of a branch', () => forge.findPull('none'), null],
  ['branches', () => forge.branches('none/'), new Map()],
  ['check runs', () => forge.checks(root), []],
  ['what CI says', () => forge.ci(root, 1), { pending: [], failed: [], passed: 0 }],
  ['workflow runs', () => forge.dispatchedRuns('huxley.yml', '2020-01-01T00:00:00Z'), []],
  ['issues of a label', () => forge.labelled('none', '2020-01-01T00:00:00Z'), []],
  ['who set one', () => forge.labelling(issue, 'none'), null],
  ['issues of its own', () => forge.ownIssues('none'), []],
];

test.each(GONE)('%s is gone where the repository is there, and nowhere else', async (_, ask, said) => {
  expect(await ask()).toEqual(said);
  world.github.setup.select(installed(), ['other']);
  await expect(ask()).rejects.toMatchObject({ code: 'github.out-of-reach', status: 403 });
});

test.each([
  ['a pull request is', () => forge.pull(999)],
  ['reviews are', () => forge.reviews(999)],
  ['artifacts are', () => forge.artifacts(999)],
  ['comments are', () => forge.comments(999)],
])('%s gone where the repository is there, and nowhere else', async (_, ask) => {
  await expect(ask()).rejects.toMatchObject({ status: 404 });
  world.github.setup.select(installed(), ['other']);
  await expect(ask()).rejects.toMatchObject({ code: 'github.out-of-reach', status: 403 });
});

test('nor on a second page, which GitHub names by number, on a server of its own', async () => {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.setHeader('content-type', 'application/json');
    if (/^\/api\/v3\/repos\/octo\/agent\/issues\/1\//.test(url)) {
      const next = `http://${response.req.headers.host}/api/v3/repositories/7/issues/1/comments?page=2`;
      response.setHeader('link', `<${next}>; rel="next"`).end('[]');
    } else response.writeHead(404).end('{"message":"Not Found"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const apiURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`;
  const octokit = await openOctokit({ token: 'x', apiURL, log: pino({ level: 'silent' }), throttle: false });
  const pace = { pace: async () => {}, frugal: () => false, sleep: async () => {} };
  const there = octokitForge(octokit, 'octo/agent', { appId: 1, bot: 'huxley[bot]', shared: false, ...pace });
  await expect(there.comments(1)).rejects.toMatchObject({ code: 'github.out-of-reach' });
  expect(asked.slice(1)).toEqual(['/api/v3/repositories/7/issues/1/comments?page=2', '/api/v3/repos/octo/agent']);
  server.close();
});

test('nothing is gone where another repository has the name', async () => {
  const { setup } = world.github;
  await setup.createRepository({ owner: 'octo', name: 'first', files: { a: 'a' } });
  const moved = await installations.forge('octo/first');
  await moved.facts();
  setup.moveRepository('octo', 'first', { name: 'second' });
  expect(await moved.workflowRun(1)).toBeNull();
  await setup.createRepository({ owner: 'octo', name: 'first', files: { a: 'a' } });
  await expect(moved.workflowRun(1)).rejects.toMatchObject({ code: 'github.out-of-reach' });
});

test('taken off and installed again, the App is at work again in the same process', async () => {
  const { setup } = world.github;
  setup.uninstall(installed());
  await expect(forge.workflowRun(999)).rejects.toMatchObject({ code: 'github.out-of-reach' });
  await expect(installations.forge('octo/agent')).rejects.toMatchObject({ status: 404 });
  setup.install(world.app, 'octo');
  forge = await installations.forge('octo/agent');
  expect(await forge.editComment(comment, 'Hello again.')).toBe(true);
});

test('the listing drops the forge of an installation that is no more', async () => {
  const { setup } = world.github;
  setup.uninstall(installed());
  setup.install(world.app, 'octo');
  expect((await installations.repositories()).map(({ name }) => name)).toContain('octo/agent');
  const again = await installations.forge('octo/agent');
  expect(again).not.toBe(forge);
  expect((await again.facts()).name).toBe('octo/agent');
  expect(await installations.forge('octo/agent')).toBe(again);
  forge = again;
});
