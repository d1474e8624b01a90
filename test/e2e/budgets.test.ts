import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectConsistent } from '../support/consistency.ts';
import { World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start({
    skill: 0.3,
    luck: 1,
    tasks: 24,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 60, concurrency: 2, batch: 3 }
limits: { costUSD: 0.7, taskCostUSD: 0.05 }
`,
  });
  await world.startApp();
});
afterAll(() => world?.[Symbol.asyncDispose]());

async function run(options: string) {
  const issue = await world.issue();
  await world.comment(issue, `/huxley run seed=1 ${options}`);
  const archive = await world.ended(`r${issue}`);
  await expectConsistent(world, `r${issue}`, archive);
  const stopped = (await world.entries(`r${issue}`)).flatMap(({ event }) =>
    event.type === 'run.stopping'
      ? [event.reason]
      : event.type === 'decision.made' && event.decision.type === 'stop'
        ? [event.decision.reason.text]
        : [],
  );
  const dashboard = (await world.comments(issue)).find((body) => body.includes('huxley:dashboard'))!;
  return { archive, stopped, dashboard };
}

test('dollars: neither the search nor the held-out comparison can cost more than the limit, whatever a job may cost at most', async () => {
  const { archive, stopped, dashboard } = await run('');
  expect(archive.spentUSD).toBeLessThanOrEqual(0.7);
  expect(stopped.join(' ')).toMatch(/\$0\.\d\d of \$0\.70? (is|are) spent/);
  expect(archive.gate).not.toBeNull();
  expect(archive.gate!.n).toBeGreaterThan(0);
  // Three tasks may cost 0.15, so the last of them could not be paid and the gate judged by the others.
  expect(archive.gate!.n).toBeLessThan(archive.settings.heldOut.length);
  expect(dashboard).toContain('The held-out comparison stops early');
});

// A budget that no machine uses up in 36 seconds.
test('wall time: the search stops when the hours are over, and the rest goes on', async () => {
  const { archive, stopped } = await run('budget=2000 hours=0.01 costUSD=20');
  expect(stopped).toContain("the run's 0.01 hours are over");
  expect(archive.outcome).not.toBeNull();
});
