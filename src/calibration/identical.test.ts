import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outcomeCode, RESOLVED } from '../archive/archive.ts';
import { createRng } from '../model/rng.ts';
import { judgeGate } from '../search/gate/gate.ts';
import type { CalibrationAttempt } from './calibrate.ts';
import { identicalPasses } from './identical.ts';

function attemptsAt(rates: readonly number[], n: number, seed: number): CalibrationAttempt[] {
  const rng = createRng(seed);
  return rates.flatMap((p, task) =>
    Array.from({ length: n }, () => ({
      task: `t${task}`,
      verdicts: [rng.next() < p ? ('resolved' as const) : ('unresolved' as const)],
    })),
  );
}

test('the exact gate lets an identical variant pass no more often than its level, whatever the tasks', () => {
  const rate = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(rate, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 2, max: 5 }),
      fc.nat(),
      fc.constantFrom(0.8, 0.9, 0.95),
      (rates, n, seed, confidence) => {
        const gate = (root: Uint8Array, variant: Uint8Array) => judgeGate(root, variant, confidence).passed;
        const { splits, passed } = identicalPasses(attemptsAt(rates, n, seed), gate, { splits: 1_000, seed });
        const alpha = 1 - confidence;
        // Five standard errors of the simulation: 1 in 3 million by chance.
        expect(passed / splits).toBeLessThan(alpha + 5 * Math.sqrt((alpha * (1 - alpha)) / splits));
      },
    ),
    { numRuns: 40 },
  );
});

test('a gate that takes whatever looks better is found out, and the same seed gives the same splits', () => {
  const attempts = attemptsAt(Array(30).fill(0.5), 4, 3);
  const better = (root: Uint8Array, variant: Uint8Array) => {
    const resolved = (arm: Uint8Array) => arm.filter((code) => code === RESOLVED).length;
    return resolved(variant) > resolved(root);
  };
  const { splits, passed } = identicalPasses(attempts, better);
  expect(splits).toBe(2_000);
  expect(passed / splits).toBeGreaterThan(0.35);
  expect(identicalPasses(attempts, better)).toEqual({ splits, passed });
  expect(identicalPasses(attempts, better, { seed: 2 })).not.toEqual({ splits, passed });
});

test('each arm has one attempt of each task that has two, never the same one', () => {
  const attempts: CalibrationAttempt[] = [
    { task: 'a', verdicts: ['resolved', 'unresolved'] },
    { task: 'alone', verdicts: ['resolved'] },
    { task: 'a', verdicts: ['tampered'] },
  ];
  const seen = new Set<string>();
  identicalPasses(attempts, (root, variant) => {
    seen.add(`${root} ${variant}`);
    return false;
  });
  const tampered = outcomeCode('tampered');
  expect(seen).toEqual(new Set([`${RESOLVED} ${tampered}`, `${tampered} ${RESOLVED}`]));
});
