import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { installationsOf, openProbot } from '../../src/app/connect.ts';
import type { Forge } from '../../src/github/forge.ts';
import type { Installations } from '../../src/github/installations.ts';
import type { Installation } from '../../src/local-github/store/rows.ts';
import { World } from '../support/world.ts';

let world: World;
let installations: Installations;
let forge: Forge;
let root: string;
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
  comment = await world.comment(await world.issue(), 'Hello.');
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
];

test.each(GONE)('%s is gone where the repository is there, and nowhere else', async (_, ask, said) => {
  expect(await ask()).toEqual(said);
  world.github.setup.select(installed(), ['other']);
  await expect(ask()).rejects.toMatchObject({ code: 'github.out-of-reach', status: 403 });
});

test('a pull request is gone where the repository is there, and nowhere else', async () => {
  await expect(forge.pull(999)).rejects.toMatchObject({ status: 404 });
  world.github.setup.select(installed(), ['other']);
  await expect(forge.pull(999)).rejects.toMatchObject({ code: 'github.out-of-reach', status: 403 });
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
