import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { exportToString } from '../../src/store/export.ts';
import { expectConsistent } from '../support/consistency.ts';
import { until, World } from '../support/world.ts';

const NOTICE =
  'The run began before policy huxley had all of its parameters; for those it goes on with driftOptimism = 0, variety = 4, hurdle = 0.';
const execute = promisify(execFile);

test('a run begun before its policy had all of its parameters goes on as it began where it can, and says so on the dashboard and in replay as well', async () => {
  await using world = await World.start({
    luck: 0.8,
    tasks: 8,
    configuration:
      'benchmark: { suite: tasks, holdout: 0.5 }\nsearch: { policy: huxley, budget: 6, concurrency: 1, batch: 2, params: { kin: 0, hurdle: 0 } }\n',
  });
  await world.startApp();
  const issue = await world.run('seed=1');
  await until(async () => ((await world.archive('r1'))?.search.expanding ? true : undefined), 'an expansion');
  await world.stopApp();
  const stopped = (await world.entries('r1')).length;
  const database = new DatabaseSync(world.journalPath);
  for (const parameter of ['driftOptimism', 'variety', 'hurdle'])
    database.exec(`UPDATE journal SET event = json_remove(event, '$.policy.params.${parameter}') WHERE seq = 1`);
  database.close();
  expect((await world.archive('r1'))!.settings.policy.params).not.toHaveProperty('driftOptimism');

  await world.startApp();
  const ended = await world.ended('r1');
  expect(ended.search.variants.length).toBeGreaterThan(1);
  expect(await world.dashboard(issue)).toContain(`**Attention:** ${NOTICE}`);
  await expectConsistent(world, 'r1', ended);

  const entries = await world.entries('r1');
  expect(entries.length).toBeGreaterThan(stopped);
  const file = join(world.folder, 'older.jsonl');
  writeFileSync(file, exportToString({ repository: 'octo/agent', run: 'r1', entries }));
  const main = join(import.meta.dirname, '../../src/main.ts');
  const { stdout, stderr } = await execute(process.execPath, [main, 'replay', file]);
  expect(stderr).toBe(`${NOTICE}\n`);
  expect(stdout).toBe(`r1 of octo/agent: ${ended.decisions} of ${ended.decisions} decisions reproduced exactly\n`);
});
