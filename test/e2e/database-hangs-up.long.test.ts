import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresDriver } from '../../src/store/postgres.ts';
import { type PostgresServer, startPostgres } from '../contract/postgres.ts';
import { AppProcess } from '../support/app-process.ts';
import { expectConsistent } from '../support/consistency.ts';
import { until, World } from '../support/world.ts';

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.[Symbol.dispose]());

test('PostgreSQL ends every connection over and over, and is restarted twice: the same process finishes the run', async (context) => {
  if (postgres.url === null) return context.skip(postgres.reason);
  await using world = await World.start({
    database: postgres.url,
    luck: 0.9,
    tasks: 16,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 14, concurrency: 2, batch: 3 }
`,
  });
  await using app = await AppProcess.prepare(world);
  await app.start();
  const { pid } = app;
  const issue = await world.issue();
  await world.reply(issue, await world.comment(issue, '/huxley run seed=3'));
  await using other = postgresDriver(postgres.url);
  let ended = 0;
  let over = false;
  const trouble = (async () => {
    for (let round = 0; !over; round++) {
      await new Promise((resolve) => setTimeout(resolve, 40 + ((round * 37) % 160)));
      if (round === 15 || round === 45) (postgres as { restart(): void }).restart();
      else
        ended += (
          await other.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'",
          )
        ).length;
      // Between two rounds there is time for a turn.
      if (round % 8 === 7) await new Promise((resolve) => setTimeout(resolve, 2_500));
    }
  })();
  const archive = await until(
    async () => {
      const now = await world.archive('r1').catch(() => undefined);
      return now?.outcome ? now : undefined;
    },
    'the end of the run',
    170,
  ).finally(() => {
    over = true;
  });
  await trouble;
  await world.ended('r1');
  expect(ended).toBeGreaterThan(20);
  expect(app.pid).toBe(pid);
  expect(() => process.kill(pid!, 0)).not.toThrow();
  await expectConsistent(world, 'r1', archive);
});
