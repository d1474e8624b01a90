import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PredictionRecord } from '../../../model/memory/prediction.ts';
import { createRng } from '../../../model/rng.ts';
import { NO_RECORD, Trust } from './trust.ts';

const GAIN_SD = 0.4;
const fix = (chance: number) => [{ task: 't', change: 'fix', chance }] as const;

/** A run of 40 children whose gains go with what was predicted of them, and are known to a fifth; what is believed of them is shrunk by that. */
function run(correlation: number, seed: number, record: PredictionRecord = NO_RECORD): Trust {
  const rng = createRng(seed);
  const trust = new Trust({ trust: 1, gainSd: GAIN_SD }, record);
  trust.add();
  const known = 0.2;
  const seen = [0];
  for (let node = 1; node <= 40; node++) {
    const standing = rng.normal();
    trust.add(fix(Math.min(1, Math.max(0, 0.5 + 0.15 * standing))));
    const gain = GAIN_SD * (correlation * standing + Math.sqrt(1 - correlation ** 2) * rng.normal());
    seen.push(gain + GAIN_SD * Math.sqrt(1 / known - 1) * rng.normal());
    trust.tell(node, Math.sqrt(known) / GAIN_SD, 0, 1, 0, 0);
  }
  trust.learn(
    () => 1,
    (node) => trust.of(node) + known * (seen[node]! - trust.of(node)),
  );
  return trust;
}

/** After so many runs, each of which took over the record of those before it. */
function repository(correlation: number, runs: number): Trust {
  let record = NO_RECORD;
  let last = run(correlation, 1);
  for (let seed = 1; seed <= runs; seed++) {
    last = run(correlation, seed, record);
    record = { squares: record.squares + last.record.squares, products: record.products + last.record.products };
  }
  return last;
}

test('predictions that go with what comes are trusted, as far as they do; others are not', () => {
  expect(repository(0.34, 20).value).toBeGreaterThan(0.09);
  expect(repository(0.34, 20).value).toBeLessThan(0.18);
  expect(repository(-0.34, 20).value).toBe(0);
  const chance = Array.from({ length: 50 }, (_, seed) => run(0, 1000 + seed).value);
  expect(chance.filter((value) => value > 0).length).toBeLessThan(20);
  expect(chance.reduce((sum, value) => sum + value, 0) / chance.length).toBeLessThan(0.04);
});

test('nothing moves before there is a record, and what nothing was predicted of never does', () => {
  const trust = new Trust({ trust: 1, gainSd: GAIN_SD }, NO_RECORD);
  trust.add();
  trust.add(fix(0.9));
  expect([trust.of(0), trust.of(1)]).toEqual([0, 0]);
  const trusted = new Trust({ trust: 1, gainSd: GAIN_SD }, { squares: 50, products: 10 });
  trusted.add();
  trusted.add(fix(0.5));
  trusted.add(fix(0.9));
  trusted.add([{ task: 't', change: 'break', chance: 0.9 }]);
  expect(trusted.of(0)).toBe(0);
  expect(trusted.of(2)).toBeGreaterThan(0);
  expect(trusted.of(3)).toBeLessThan(0);
});

test('no record moves a gain by more than its limit for each standard deviation, and trust 0 leaves predictions out', () => {
  const records = fc.record({
    squares: fc.double({ min: 0, max: 1e6, noNaN: true }),
    products: fc.double({ noNaN: true }),
  });
  fc.assert(
    fc.property(records, fc.double({ min: 0, max: 5, noNaN: true }), (record, limit) => {
      const { value } = new Trust({ trust: limit, gainSd: GAIN_SD }, record);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(limit * GAIN_SD);
    }),
  );
});

test('one child that outdid its prediction makes none believed, and one that promises more than all others gains as two deviations say', () => {
  const alone = new Trust({ trust: 1, gainSd: GAIN_SD }, NO_RECORD);
  for (let node = 0; node < 30; node++) alone.add(fix(node === 29 ? 1 : 0.5));
  for (let node = 0; node < 30; node++) alone.tell(node, 1 / GAIN_SD, 0, 1, 0, 0);
  alone.learn(
    () => 1,
    (node) => (node === 29 ? 3 : 0),
  );
  expect(alone.value).toBe(0);
  const trusted = new Trust({ trust: 1, gainSd: GAIN_SD }, { squares: 50, products: 10 });
  for (let node = 0; node < 150; node++) trusted.add(fix(0.5 + 0.001 * (node % 40)));
  trusted.add(fix(1));
  expect(trusted.of(150)).toBeLessThanOrEqual(2 * trusted.value);
});

test('a model that is sure of everything stands no higher than one that is careful', () => {
  const trust = new Trust({ trust: 1, gainSd: GAIN_SD }, { squares: 50, products: 10 });
  const standings: Record<string, number[]> = { careful: [], sure: [] };
  for (let node = 0; node < 40; node++) {
    const [model, chance] = node % 2 === 0 ? ['careful', 0.2 + 0.01 * (node % 7)] : ['sure', 0.9 + 0.01 * (node % 7)];
    trust.add(fix(chance as number), model as string);
    standings[model as string]!.push(trust.of(node));
  }
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  expect(Math.abs(mean(standings.sure!) - mean(standings.careful!))).toBeLessThan(0.01);
});
