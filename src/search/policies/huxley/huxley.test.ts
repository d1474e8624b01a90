import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { projectPath } from '../../../environment/project.ts';
import { parseLandscape } from '../../../simulation/landscape.ts';
import { runTrial } from '../../../simulation/trial.ts';
import { DURATIONS } from '../../hours.ts';
import { createPolicy } from '../../policies.ts';

const path = projectPath('src', 'simulation', 'landscapes', 'barren-60.json');
const landscape = parseLandscape(readFileSync(path, 'utf8'), path);

/** The most expansions that failed of one variant, mean over a few worlds in which some variants cannot be expanded. */
function mostFailed(fertility: number): number {
  const seeds = [1, 2, 3, 4, 5, 6];
  const most = seeds.map((seed) => {
    const parents = new Map<string, string>();
    const failed = new Map<string, number>();
    runTrial({
      landscape,
      policy: createPolicy('huxley', { fertility }),
      budget: 150,
      seed,
      expansionCost: 2,
      concurrency: 1,
      batch: 1,
      prefer: 'balance',
      durations: DURATIONS,
      confidence: 0.95,
      record: (event) => {
        if (event.type === 'expansion.ordered') parents.set(event.variant, event.parent);
        if (event.type !== 'expansion.failed') return;
        const parent = parents.get(event.variant)!;
        failed.set(parent, (failed.get(parent) ?? 0) + 1);
      },
    });
    return Math.max(...failed.values());
  });
  return most.reduce((a, b) => a + b) / seeds.length;
}

test('a variant whose expansions fail again and again is left for others', () => {
  expect(mostFailed(0)).toBeGreaterThan(15);
  expect(mostFailed(0.25)).toBeLessThan(8);
});
