import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_RESULT_BYTES, orderSchema, resultArtifactName, resultSchema } from '../../src/contract/contract.ts';
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

async function run(options: string, world: World) {
  const issue = await world.run(`seed=1 ${options}`);
  const archive = await world.ended(`r${issue}`);
  await expectConsistent(world, `r${issue}`, archive);
  const stopped = (await world.entries(`r${issue}`)).flatMap(({ event }) =>
    event.type === 'run.stopping'
      ? [event.reason]
      : event.type === 'decision.made' && event.decision.type === 'stop'
        ? [event.decision.reason.text]
        : [],
  );
  return { archive, stopped, dashboard: await world.dashboard(issue) };
}

test('dollars: neither the search nor the held-out comparison can cost more than the limit, whatever a job may cost at most', async () => {
  const { archive, stopped, dashboard } = await run('', world);
  expect(archive.spentUSD).toBeLessThanOrEqual(0.7 + 1e-9);
  expect(stopped.join(' ')).toMatch(/\$0\.\d\d of \$0\.70? (is|are) spent/);
  expect(archive.gate).not.toBeNull();
  // Enough was kept for a whole round, though its last three tasks might have cost 0.15, and for nothing more.
  expect(archive.gate!.n).toBe(archive.settings.heldOut.length);
  const { stopped: why } = archive.gate!.evidence!;
  expect(['proof', 'money']).toContain(why);
  expect(dashboard.includes('The held-out comparison stops early')).toBe(why === 'money');
});

// A budget that no machine uses up in 36 seconds.
test('wall time: the search stops when the hours are over, and the rest goes on', async () => {
  const { archive, stopped } = await run('budget=2000 hours=0.01 costUSD=20', world);
  expect(stopped).toContain("the run's 0.01 hours are over");
  expect(archive.outcome).not.toBeNull();
});

const DISPATCH = 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches';

test('dollars when infrastructure keeps failing: what was paid without a result counts, and what nobody could report as the most it may have cost', async () => {
  const orders: unknown[] = [];
  await using failing = await World.start({
    skill: 0.3,
    luck: 1,
    trouble: 0.35,
    tasks: 24,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 60, concurrency: 2, batch: 3 }
limits: { costUSD: 1.8, taskCostUSD: 0.05 }
`,
    // Waiting mends nothing here, nor does a person.
    options: { pauseAfterLost: 1_000 },
    observe: ({ route, status, requestBody }) => {
      if (route === DISPATCH && status < 300) orders.push((requestBody as { inputs: { order: string } }).inputs.order);
    },
  });
  await failing.startApp();
  const { archive, stopped, dashboard } = await run('', failing);
  const forge = await failing.forge();
  const runs = await forge.dispatchedRuns('huxley.yml', '2026-01-01T00:00:00Z');
  let spent = 0;
  let unreported = 0;
  for (const text of orders) {
    const sealed = JSON.parse(String(text));
    const order = orderSchema.parse(JSON.parse(sealed.order));
    const { jobId } = order;
    const most = 0.05 * (order.kind === 'evaluate' ? order.tasks.length : 4);
    const { id } = runs.find(({ title }) => title.includes(sealed.digest))!;
    const result = await forge.readArtifact(id, resultArtifactName(jobId), MAX_RESULT_BYTES);
    if (result === null) unreported++;
    spent += result === null ? most : resultSchema.parse(JSON.parse(result)).usage.costUSD;
  }
  expect(runs).toHaveLength(orders.length);
  expect(unreported).toBeGreaterThan(0);
  expect(archive.spentUSD).toBeCloseTo(spent, 6);
  // Many small amounts add up to a few units in the last place more.
  expect(archive.spentUSD).toBeLessThanOrEqual(1.8 + 1e-9);
  expect(stopped.join(' ')).toMatch(/\$1\.\d\d of \$1\.80? (is|are) spent/);
  expect(dashboard).toContain(`$${spent.toFixed(2)} of $1.80`);
  expect(archive.search.variants.reduce((sum, variant) => sum + (variant?.costUSD ?? 0), 0)).toBeCloseTo(spent, 6);
});
