import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Archive } from '../../../src/archive/archive.ts';
import { recoverRun } from '../../../src/run/recover.ts';
import { essence, expectConsistent } from '../../support/consistency.ts';
import { until, World } from '../../support/world.ts';

const SPEC = {
  way: 'app',
  luck: 0.8,
  tasks: 12,
  configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 8, concurrency: 1, batch: 4 }
`,
} as const;

/** The same run with a server, as far as the same seed has to give the same. */
async function served(): Promise<unknown> {
  await using world = await World.start(SPEC);
  await world.startApp();
  await world.run('seed=5');
  return essence(await world.ended('r1'));
}

/** In Actions, with three in ten events lost and as many doubled: the run GitHub would have started is not, or is twice. */
async function unreliable(): Promise<unknown> {
  await using world = await World.start({ ...SPEC, halfHourMs: 400 });
  world.controller!.unreliable(11, { lose: 0.3, double: 0.3 });
  await world.startController();
  await world.run('seed=5');
  const archive = await world.ended('r1');
  await expectConsistent(world, 'r1', archive);
  const { lost, doubled } = world.controller!.faults;
  expect(lost).toBeGreaterThan(0);
  expect(doubled).toBeGreaterThan(0);
  return essence(archive);
}

test('at concurrency 1 a server and Actions give the same archive, events lost and doubled or not', async () => {
  const [one, other] = [await served(), await unreliable()];
  expect(other).toEqual(one);
});

test('a run that a server began goes on in Actions, and comes back to a server', async () => {
  await using world = await World.start({ ...SPEC, halfHourMs: 400 });
  await world.startApp();
  const issue = await world.run('seed=5');
  const measured = (n: number) =>
    until(async () => {
      const archive = await world.archive('r1');
      return (archive?.search.variants.filter((variant) => variant?.state === 'live').length ?? 0) > n || undefined;
    }, `variant ${n}`);
  await measured(1);
  await world.stopApp();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${world.journalPath}${suffix}`, { force: true });

  await world.startController();
  await measured(2);
  await world.stopController();

  const forge = await world.forge();
  await world.withStore((store) => recoverRun(forge, store, 'r1'));
  await world.startApp();
  const archive: Archive = await world.ended('r1');
  expect(archive.outcome).not.toBeNull();
  await expectConsistent(world, 'r1', archive);
  expect((await world.comments(issue)).filter((body) => body.includes('huxley:dashboard'))).toHaveLength(1);
});

test('two commands at the same moment are both answered, once, though only one run may wait', async () => {
  await using world = await World.start({ ...SPEC, way: 'token', halfHourMs: 400 });
  await world.startController();
  const issue = await world.issue();
  const asked = await Promise.all(
    ['/huxley help', '/huxley status', '/huxley run seed=5'].map((text) => world.comment(issue, text)),
  );
  const replies = await Promise.all(asked.map((comment) => world.reply(issue, comment)));
  expect(replies.filter((text) => text.includes('Run **r1** has started'))).toHaveLength(1);
  await world.comment(issue, '/huxley stop');
  await world.comment(issue, '/huxley stop');
  const archive = await world.ended('r1');
  await expectConsistent(world, 'r1', archive);
});
