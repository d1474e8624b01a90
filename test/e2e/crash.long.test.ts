import { expect, test } from 'vitest';
import { AppProcess } from '../support/app-process.ts';
import { expectConsistent } from '../support/consistency.ts';
import { until, World } from '../support/world.ts';

const KILLS = 10;

const SAVING = { writeLimits: { perMinute: 1e6, perHour: 1e6, frugalFrom: 0 }, options: { frugalSeconds: 0.5 } };

test.each([
  ['with each write alone', {}],
  ['while writes are saved', SAVING],
])('killed with -9 ten times in one run, the App finishes it %s: nothing twice, nothing lost', async (_, spec) => {
  await using world = await World.start({
    luck: 0.9,
    tasks: 24,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 24, concurrency: 2, batch: 2 }
merge: { mode: auto }
`,
  });
  await using app = await AppProcess.prepare(world, true, spec);
  await app.start();
  await world.run('seed=3');
  let kills = 0;
  // The moments are spread over the run's own progress, so that a slow machine is killed in as many different places.
  for (let step = 0; kills < KILLS; step++) {
    await until(
      async () => ((await world.entries('r1')).length >= step * 6 ? true : undefined),
      `entry ${step * 6}`,
      120,
    );
    await new Promise((resolve) => setTimeout(resolve, (step * 137) % 400));
    await app.kill();
    kills++;
    await app.start();
  }
  const archive = await world.ended('r1');
  expect(kills).toBe(KILLS);
  expect(archive.outcome).not.toBeNull();
  await expectConsistent(world, 'r1', archive);
});
