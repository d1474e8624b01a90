import { expect, test } from 'vitest';
import { type Clock, systemClock } from '../../src/run/state/clock.ts';
import { expectConsistent } from '../support/consistency.ts';
import { until, World } from '../support/world.ts';

const HOURS = 3_600_000;

test.each([
  ['back ten hours in mid-run, then ahead, then right again', [0, -10, 10, 0]],
  ['back ten hours before the App starts, then ahead with jobs in flight, then right, then ahead', [-10, 10, 0, 10]],
] as const)(
  'the clock is set %s: the run goes on as if nothing had happened',
  async (_, [atStart, first, second, third]) => {
    await using world = await World.start({
      luck: 0.9,
      tasks: 16,
      seconds: 0.5,
      configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 14, concurrency: 2, batch: 3 }
limits: { hours: 4 }
`,
    });
    let offset = atStart * HOURS;
    const clock: Clock = { ...systemClock, now: () => new Date(Date.now() + offset) };
    // Far from any limit: whoever waits here waits for the clock.
    await world.startApp({}, { clock, writeLimits: { perMinute: 1_000, perHour: 10_000 } });
    await world.run('seed=3');
    const entries = async () => (await world.entries('r1')).length;
    for (const [at, hours] of [
      [6, first],
      [14, second],
      [22, third],
    ] as const) {
      await until(async () => ((await entries()) >= at ? true : undefined), `entry ${at}`, 60);
      offset = hours * HOURS;
    }
    const archive = await until(
      async () => {
        const now = await world.archive('r1');
        return now?.outcome ? now : undefined;
      },
      'the end of the run',
      120,
    );
    await world.ended('r1');
    const types = (await world.entries('r1')).map(({ event }) => event.type);
    for (const given of ['job.retried', 'evaluation.noResult', 'expansion.lost', 'run.stopping'])
      expect(types).not.toContain(given);
    await expectConsistent(world, 'r1', archive);
  },
);

test('a token that GitHub no longer takes is fetched anew, however long the clock says it lasts', async () => {
  await using world = await World.start({ tasks: 2 });
  const forge = await world.forge();
  await forge.facts();
  for (const token of world.github.hub.store.tokens.list({}))
    if (token.installation !== null)
      world.github.hub.store.tokens.update(token.id, { expiresAt: '2020-01-01T00:00:00Z' });
  const issue = await world.issue();
  // A token that is only seconds old is tried for a while, since GitHub's servers hear of it one after the other.
  expect(await forge.comment(issue, 'Still here.')).toEqual(expect.any(Number));
});
