import { expect, test } from 'vitest';
import { expectConsistent } from '../support/consistency.ts';
import { World } from '../support/world.ts';

const CONFIGURATION = `benchmark: { suite: tasks, holdout: 0.75 }
search: { policy: hgm, budget: 40, concurrency: 2, batch: 10 }
limits: { costUSD: 500, taskCostUSD: 0.5 }
merge: { mode: auto, goal: cost, margin: 0.2, evaluations: 120 }
`;
const SURE = { skill: 1, cost: 0.02, tasks: 80, configuration: CONFIGURATION } as const;

test('a variant that is cheaper and as good is merged, and the issue says by how much', async () => {
  await using world = await World.start({ ...SURE, child: { cost: 0.6 } });
  await world.startApp();
  const issue = await world.issue();
  const started = await world.reply(issue, await world.comment(issue, '/huxley run seed=1'));
  expect(started).toContain('it costs at least 20 % less per task than the root');
  const archive = await world.ended('r1');
  expect(archive.outcome).toMatchObject({ outcome: 'merged' });
  expect(archive.settings.gate).toMatchObject({ goal: 'cost', margin: 0.2, saving: 0.2 });
  const { gate } = archive;
  expect(gate).toMatchObject({ passed: true, root: 60, variant: 60, evidence: { stopped: 'proof', rounds: 1 } });
  expect(gate!.evidence!.cost!.ratio!.value).toBeLessThan(0.61);
  const { shipped } = archive.outcome!;
  expect((await world.comments(issue)).at(-1)).toMatch(
    new RegExp(`${shipped} costs \\d+ % less per task .* it is not worse`),
  );
  expect(archive.lastDecision!.decision.reason.text).toMatch(/costs \d+ % less than the root on the same tasks/);
  await expectConsistent(world, 'r1', archive);
});

test('one that is cheaper and clearly worse is not chosen; proven by hand, it does not pass', async () => {
  await using world = await World.start({ ...SURE, child: { cost: 0.6, loses: 0.5 } });
  await world.startApp();
  const issue = await world.run('seed=1');
  const alone = await world.ended('r1');
  expect(alone.outcome).toMatchObject({ outcome: 'nothing', shipped: 'v0' });
  expect(alone.outcome!.reason).toContain('clearly cheaper than the root and not worse');
  expect(alone.opened).toBeNull();
  const reply = await world.reply(issue, await world.comment(issue, '/huxley prove v1'));
  expect(reply).toContain('its comparison begins');
  const judged = await world.ended('r1');
  expect(judged.gate).toMatchObject({ passed: false, evidence: { stopped: 'evaluations', rounds: 1 } });
  expect(judged.gate!.evidence!.cost).toMatchObject({ why: 'score', margin: 0.2 });
  expect(judged.outcome).toMatchObject({ outcome: 'nothing', shipped: 'v1' });
  expect((await world.comments(issue)).at(-1)).toMatch(/v1 costs \d+ % less per task .* it could be worse/);
});
