import { expect, test } from 'vitest';
import { expectConsistent } from '../support/consistency.ts';
import { World } from '../support/world.ts';

const CONFIGURATION = `search: { policy: hgm, budget: 24, concurrency: 2, batch: 3 }
merge: { evaluations: 12 }
`;

test.each(['resolved', 'score'] as const)('what the held-out comparison compares: %s', async (metric) => {
  await using world = await World.start({
    skill: 0.2,
    luck: 1,
    graded: true,
    tasks: 12,
    configuration: `benchmark: { suite: tasks, holdout: 0.5, metric: ${metric} }\n${CONFIGURATION}`,
  });
  await world.startApp();
  await world.run('seed=2');
  const archive = await world.ended('r1');
  const done = (await world.entries('r1')).flatMap(({ event }) => (event.type === 'evaluation.done' ? [event] : []));
  const scored = (split: 'search' | 'heldout') =>
    done.filter((event) => event.split === split && event.outcome === 'unresolved').map(({ score }) => score);
  expect(scored('search').every((score) => score !== undefined)).toBe(true);
  const gate = archive.gate!;
  if (metric === 'resolved') {
    expect(archive.settings.gate).not.toHaveProperty('metric');
    expect(scored('heldout').every((score) => score === undefined)).toBe(true);
    expect(gate).not.toHaveProperty('means');
    expect(gate.evidence!.gain).toBeCloseTo((gate.variant - gate.root) / gate.n, 12);
  } else {
    expect(archive.settings.gate).toMatchObject({ metric: 'score' });
    expect(scored('heldout').every((score) => score !== undefined)).toBe(true);
    expect(gate.evidence!.gain).toBeCloseTo(gate.means!.variant - gate.means!.root, 12);
    expect(gate.means!.root).toBeGreaterThan(gate.root / gate.n);
  }
  await expectConsistent(world, 'r1', archive);
});
