import { expect, test } from 'vitest';
import type { Archive } from '../../src/archive/archive.ts';
import { reduce } from '../../src/archive/reduce.ts';
import { decide } from '../../src/search/decide.ts';
import { policyOf } from '../../src/search/policies.ts';
import { essence, expectConsistent } from '../support/consistency.ts';
import { World } from '../support/world.ts';

const FAULTY = { lose: 0.3, double: 0.3, delay: 0.3, delayMs: 1_500 };

async function run(concurrency: number, faults: boolean, check: (world: World, archive: Archive) => Promise<void>) {
  await using world = await World.start({
    luck: 0.8,
    tasks: 16,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 14, concurrency: ${concurrency}, batch: 3 }
`,
  });
  if (faults) world.github.faults.seed(11, FAULTY);
  await world.startApp();
  await world.run('seed=5');
  const archive = await world.ended('r1');
  world.github.faults.clear();
  await expectConsistent(world, 'r1', archive);
  await check(world, archive);
}

test('at concurrency 1 the same seed gives the same archive, with deliveries lost, doubled and reordered as without', async () => {
  const found: unknown[] = [];
  for (const faults of [false, true]) await run(1, faults, async (_, archive) => void found.push(essence(archive)));
  expect(found[1]).toEqual(found[0]);
});

test('at concurrency 4 with the same faults, nothing is lost or doubled, and the journal replays to the letter', async () => {
  await run(4, true, async (world) => {
    let archive: Archive | null = null;
    for (const { event } of await world.entries('r1')) {
      if (event.type === 'decision.made') {
        const again = decide(archive!, policyOf(archive!.settings.policy));
        expect(JSON.parse(JSON.stringify(again))).toEqual(event.decision);
      }
      archive = reduce(archive, event);
    }
  });
});
