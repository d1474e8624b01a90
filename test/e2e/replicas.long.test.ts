import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresDriver } from '../../src/store/postgres.ts';
import { type PostgresServer, startPostgres } from '../contract/postgres.ts';
import { AppProcess } from '../support/app-process.ts';
import { expectConsistent } from '../support/consistency.ts';
import { spreadOver } from '../support/spread.ts';
import { until, World } from '../support/world.ts';

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.[Symbol.dispose]());

test('two replicas on one PostgreSQL share a run; one killed in the middle of a turn, the other takes it over and ends it', async (context) => {
  if (postgres.url === null) return context.skip(postgres.reason);
  await using world = await World.start({
    database: postgres.url,
    luck: 0.9,
    tasks: 24,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 20, concurrency: 2, batch: 3 }
merge: { mode: auto }
`,
  });
  await using mortal = await AppProcess.prepare(world, false);
  await using survivor = await AppProcess.prepare(world, false);
  await using spread = await spreadOver([mortal.url, survivor.url]);
  world.deliverTo(spread.url);
  await Promise.all([mortal.start(), survivor.start()]);
  const issue = await world.issue();
  const started = await world.reply(issue, await world.comment(issue, '/huxley run seed=3'));
  expect(started).toContain('Run **r1** has started');

  await using database = postgresDriver(postgres.url);
  const heldByMortal = async () => {
    const [row] = await database.query("SELECT holder FROM leases WHERE name = 'run octo/agent r1'");
    return `${row?.holder}`.includes(`/${mortal.pid}/`) ? `${row!.holder}` : undefined;
  };
  await until(async () => ((await world.entries('r1')).length >= 6 ? true : undefined), 'entry 6', 120);
  for (let kills = 1; ; kills++) {
    const holder = await until(heldByMortal, 'a turn of the mortal replica');
    await mortal.kill();
    const [left] = await database.query('SELECT 1 FROM leases WHERE holder = $1', holder);
    // Its turn may have ended between the look and the kill.
    if (left !== undefined) break;
    expect(kills, 'kills, none of them in the middle of a turn').toBeLessThan(8);
    await mortal.start();
  }
  expect((await world.archive('r1'))!.outcome).toBeNull();
  const archive = await world.ended('r1');
  expect(archive.outcome).not.toBeNull();
  expect([...spread.taken.keys()].sort()).toEqual([mortal.url, survivor.url].sort());
  await expectConsistent(world, 'r1', archive);
});
