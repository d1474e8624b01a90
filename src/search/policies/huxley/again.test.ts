import { expect, test } from 'vitest';
import { type Archive, findVariant, openCount } from '../../../archive/archive.ts';
import { reduce } from '../../../archive/reduce.ts';
import { resolvedOf } from '../../../archive/tries.ts';
import type { ArchiveEvent } from '../../../model/event.ts';
import { parseLandscape } from '../../../simulation/landscape.ts';
import { runTrial } from '../../../simulation/trial.ts';
import { decide } from '../../decide.ts';
import { DURATIONS } from '../../hours.ts';
import { createPolicy } from '../../policies.ts';

const landscape = parseLandscape(
  JSON.stringify({
    name: 'few',
    kind: 'skill',
    tasks: 4,
    root: { skill: 0.3, drift: 0 },
    drift: { sd: 0.05 },
    noise: { sd: 0.05 },
    failure: 0.1,
  }),
  'few',
);

/** The events of a run that has hardly any tasks. */
function record(seed: number): ArchiveEvent[] {
  const events: ArchiveEvent[] = [];
  const jobs = { concurrency: 2, batch: 2, prefer: 'balance', durations: DURATIONS } as const;
  const settings = { landscape, budget: 60, seed, expansionCost: 2, confidence: 0.95, ...jobs };
  runTrial({ ...settings, policy: createPolicy('huxley'), record: (event) => events.push(event) });
  return events;
}

test('a variant is measured again on what it has been measured on, only where no task is open, and never the root', () => {
  let again = 0;
  for (const seed of [1, 2, 3]) {
    let archive: Archive | null = null;
    for (const event of record(seed)) {
      if (event.type === 'evaluation.ordered' && event.round !== undefined) {
        again++;
        expect(event.variant).not.toBe('v0');
        expect(openCount(findVariant(archive!, event.variant)!)).toBe(0);
      }
      archive = reduce(archive, event);
      expect(archive.ignored).toEqual([]);
    }
    for (const variant of archive!.search.variants)
      for (const task of variant!.cells.keys()) expect(resolvedOf(variant!, task).n).toBeLessThanOrEqual(5);
  }
  expect(again).toBeGreaterThan(0);
});

test('runs that began before these rules measure no pair again', () => {
  const policy = createPolicy('huxley');
  let archive: Archive | null = null;
  for (const event of record(1)) {
    const before = event.type === 'run.started' ? { ...event, rules: 1 } : event;
    if (event.type === 'decision.made') {
      const decision = decide(archive!, policy);
      expect(decision.type === 'evaluate' ? decision.round : undefined).toBeUndefined();
    }
    archive = reduce(archive, before);
  }
});
