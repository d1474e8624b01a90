import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reportOn } from '../../src/run/calibration/report.ts';
import { recoverRun } from '../../src/run/recover.ts';
import { replayDecisions } from '../../src/search/replay.ts';
import { expectConsistent } from '../support/consistency.ts';
import { until, World } from '../support/world.ts';

const CONFIGURATION = `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 16, concurrency: 3, batch: 3 }
`;
const WAVERING = ['t00', 't01', 't02', 't03'];

test('the agent against itself: the twin does not pass, flaky tasks are told, and later comparisons leave them out', async () => {
  await using world = await World.start({
    ...{ luck: 0.9, skill: 0.4, noise: 0.15, tasks: 16, wavers: WAVERING, configuration: CONFIGURATION },
  });
  await world.startApp();
  const issue = await world.issue();
  const ask = async (body: string) => world.reply(issue, await world.comment(issue, body));
  expect(await ask('/huxley calibrate attempts=3')).toContain(
    '`attempts=3` is out of range. `attempts` is an even number, 2 to 20.',
  );
  expect(await ask('/huxley calibrate gradings=0')).toContain('`gradings` is 1 to 5.');
  expect(await ask('/huxley calibrate')).toMatch(
    /^Calibration \*\*r1\*\* has started: your agent against itself, 4 attempts at each of 8 search tasks and 8 held-out tasks, the files of each attempt graded 3 times\.[\s\S]*It costs at most \$32\.00, and usually far less: 4 attempts at 16 tasks/,
  );
  expect(await ask('/huxley calibrate')).toContain('Run r1 of this issue has not ended.');
  for (const command of ['expand v0', 'evaluate v0', 'promote', 'prove', 'prune v0'])
    expect(await ask(`/huxley ${command}`)).toMatch(/Run r1 is a calibration: it measures the root alone/);
  const archive = await world.ended('r1');
  await expectConsistent(world, 'r1', archive);
  expect(archive.outcome).toMatchObject({ outcome: 'calibrated', shipped: 'v0' });
  expect(archive.outcome!.reason).toContain('The identical twin does not pass: p = ');
  expect(archive.heldOut.get('v0')).toHaveLength(4);
  expect([archive.search.live, archive.comparisons.size, archive.gate]).toEqual([1, 0, null]);
  const entries = await world.entries('r1');
  for (const { same } of replayDecisions(entries.map(({ event }) => event))) expect(same).toBe(true);

  const held = archive.settings.heldOut;
  const report = reportOn(entries);
  const wavering = WAVERING.filter((task) => held.includes(task));
  expect(report.graderFlaky.heldOut.toSorted()).toEqual(wavering);
  expect(report.graderFlaky.search.toSorted()).toEqual(WAVERING.filter((task) => !held.includes(task)));
  expect(report.twin).toMatchObject({ passed: false, alpha: expect.closeTo(0.04) });
  const summary = (await world.comments(issue)).find((body) => body.includes('huxley:summary'))!;
  expect(summary).toContain('**Run r1 ended: calibrated.**');
  for (const task of WAVERING) expect(summary).toContain(task);
  for (const task of held) if (!wavering.includes(task)) expect(summary).not.toContain(task);
  expect(await world.dashboard(issue)).toMatch(/calibration · ended: calibrated[\s\S]*held-out tasks ▓{10} 32\/32/);
  expect(await ask('/huxley status')).toContain('The identical twin does not pass');
  expect(await ask('/huxley explain')).toContain('A calibration measures the root against itself');
  expect(await ask('/huxley promote')).toMatch(/is a calibration/);
  const forge = await world.forge();
  const told = (await forge.checks(archive.settings.root.sha)).map((check) => check.summary).join('\n');
  for (const task of held) expect(told).not.toMatch(new RegExp(`${task}: (un)?resolved`));
  expect(told).toContain('- 3 held-out evaluations');

  await world.stopApp();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${world.journalPath}${suffix}`, { force: true });
  await world.withStore((store) => recoverRun(forge, store, 'r1'));
  expect((await world.entries('r1')).slice(1)).toEqual(entries.slice(1));
  expect(reportOn(await world.entries('r1'))).toEqual(report);

  await world.startApp();
  await world.ended('r1');
  expect((await world.comments(issue)).filter((body) => body.includes('huxley:summary'))).toEqual([summary]);
  expect(await ask('/huxley run seed=3 budget=100')).toContain('Run **r1-2** has started');
  const child = await until(async () => {
    const variants = (await world.archive('r1-2'))?.search.variants ?? [];
    return variants.find((variant) => variant && variant.number > 0 && variant.active)?.id;
  }, 'a child');
  expect(await ask(`/huxley promote ${child}`)).toMatch(/^The search stops/);
  await world.ended('r1-2');
  const opened = (await world.entries('r1-2')).flatMap(({ event }) => (event.type === 'heldout.opened' ? [event] : []));
  expect(opened).toHaveLength(1);
  expect([...opened[0]!.leftOut!].sort()).toEqual(wavering);
  expect(opened[0]!.grant).toMatchObject({ openings: 0, level: expect.closeTo(0.04) });
}, 420_000);

test('a calibration pauses, resumes and stops early, or ends where no more can be paid, and reports what there is', async () => {
  await using world = await World.start({
    ...{ noise: 0.3, seconds: 0.2, tasks: 16 },
    configuration: `${CONFIGURATION}limits: { taskCostUSD: 0.5, costUSD: 1.8 }\n`,
  });
  await world.startApp();
  const issue = await world.issue();
  const ask = async (body: string) => world.reply(issue, await world.comment(issue, body));
  expect(await ask('/huxley calibrate attempts=20 gradings=1')).toMatch(
    /It costs at most \$1\.80, the run’s limit, which could end it early: 20 attempts at 16 tasks/,
  );
  expect(await ask('/huxley pause')).toMatch(/^Paused/);
  expect(await ask('/huxley resume')).toBe((await world.comments(issue)).at(-1));
  expect(await world.dashboard(issue)).toMatch(/calibration · [\s\S]*Search tasks [▓░]{10} \d+\/160/);
  const broke = await world.ended('r1');
  expect(broke.outcome).toMatchObject({
    outcome: 'calibrated',
    reason: expect.stringMatching(/^Ended early, .*could cost/),
  });
  expect(broke.spentUSD).toBeLessThanOrEqual(1.8);
  const summary = (await world.comments(issue)).find((body) => body.includes('huxley:summary'))!;
  expect(summary).toMatch(/\d+ of 320 attempts have a result/);

  expect(await ask('/huxley calibrate attempts=2')).toContain('Calibration **r1-2** has started');
  await until(async () => ((await world.archive('r1-2'))!.measured.evaluations > 0 ? true : undefined), 'a result');
  expect(await ask('/huxley stop')).toMatch(/^The calibration ends once/);
  const stopped = await world.ended('r1-2');
  expect(stopped.outcome).toMatchObject({
    outcome: 'calibrated',
    reason: expect.stringMatching(/^Ended early, stopped by octo/),
  });
  expect(stopped.jobs.size).toBe(0);
}, 240_000);
