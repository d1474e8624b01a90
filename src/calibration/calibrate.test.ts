import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRng, sample } from '../model/rng.ts';
import type { Outcome } from '../model/verdict.ts';
import { type CalibrationAttempt, calibrate, LEVEL } from './calibrate.ts';
import { differenceOf, unbiasedVariance } from './difference.ts';

const tries = (task: string, ...attempts: readonly (readonly Outcome[])[]): CalibrationAttempt[] =>
  attempts.map((verdicts) => ({ task, verdicts }));
const R = ['resolved'] as const;
const U = ['unresolved'] as const;
const outcomes = fc.array(fc.constantFrom<Outcome>('resolved', 'unresolved', 'timeout', 'invalid', 'tampered'), {
  minLength: 1,
  maxLength: 5,
});
const attempts = fc.array(fc.record({ task: fc.constantFrom('a', 'b', 'c', 'd', 'e'), verdicts: outcomes }), {
  minLength: 1,
  maxLength: 30,
});

test('a calibration by hand: who is flaky, the score, the noise', () => {
  const { tasks, score, interval, noise } = calibrate([
    ...tries('grader', ['unresolved', 'resolved', 'unresolved'], U, U, U),
    ...tries('agent', R, ['timeout', 'unresolved'], R, R),
    ...tries('both', ['resolved', 'invalid'], U, U, R),
    ...tries('steady', R, R, R, R),
  ]);
  const task = (name: string, resolved: number, graderFlaky: boolean, agentFlaky: boolean) => ({
    ...{ task: name, attempts: 4, resolved },
    ...{ graderFlaky, agentFlaky },
  });
  expect(tasks).toEqual([
    task('grader', 0, true, false),
    task('agent', 3, false, true),
    task('both', 2, true, true),
    task('steady', 4, false, false),
  ]);
  // v = 3/16 · 4/3 = 1/4 and 1/4 · 4/3 = 1/3
  const variance = 1 / 4 + 1 / 3;
  expect(score).toBe(9 / 16);
  expect(interval!.upper - score).toBeCloseTo((1.6449 * Math.sqrt(variance / 4)) / 4, 4);
  expect(noise!.sd).toBeCloseTo(25 * Math.sqrt(2 * variance), 10);
  // D = 2 with probability 1/12, which is too often; D = 3 never
  expect(noise!.significant).toBe(75);
  // D = 0 with probability 1/2 · 1/3 + 2/12
  for (const { chance } of noise!.chances) expect(chance).toBeCloseTo(2 / 3, 10);
});

test('where nothing varies the smallest difference is one task, and no attempts, or one each, say that they cannot tell', () => {
  const steady = calibrate([...tries('a', R, R), ...tries('b', U, ['timeout'])]);
  expect(steady).toMatchObject({ score: 0.5, interval: { lower: 0.5, upper: 0.5 }, noise: { sd: 0, significant: 50 } });
  expect(steady.noise!.chances.map(({ points, chance }) => [points, chance])).toEqual([1, 2, 3, 5].map((n) => [n, 0]));
  expect(calibrate(tries('a', ['resolved', 'unresolved']))).toEqual({
    tasks: [{ task: 'a', attempts: 1, resolved: 1, graderFlaky: true, agentFlaky: false }],
    score: 1,
    interval: null,
    noise: null,
  });
  expect(calibrate(tries('a', R, U)).noise!.significant).toBeNull();
  expect(() => calibrate([])).toThrow(expect.objectContaining({ code: 'calibration.attempts' }));
});

test('whatever the attempts, their order changes nothing, flaky is what differs, and numbers stay in their ranges', () => {
  fc.assert(
    fc.property(attempts, fc.nat(), (some, seed) => {
      const found = calibrate(some);
      const again = calibrate(sample(some, createRng(seed)));
      expect(new Map(again.tasks.map((each) => [each.task, each]))).toEqual(
        new Map(found.tasks.map((each) => [each.task, each])),
      );
      expect(again.score).toBeCloseTo(found.score, 12);
      expect(again.noise?.sd ?? -1).toBeCloseTo(found.noise?.sd ?? -1, 10);
      for (const { task, graderFlaky, agentFlaky, resolved, attempts: n } of found.tasks) {
        const own = some.filter((attempt) => attempt.task === task);
        const good = own.map(({ verdicts }) => verdicts.map((verdict) => verdict === 'resolved'));
        expect(graderFlaky).toBe(good.some((each) => each.includes(true) && each.includes(false)));
        expect([n, resolved]).toEqual([own.length, good.filter(([first]) => first).length]);
        expect(agentFlaky).toBe(good.some(([first]) => first) && good.some(([first]) => !first));
      }
      const { interval, noise, score } = found;
      expect([interval === null, noise === null]).toEqual(
        Array(2).fill(found.tasks.every(({ attempts: n }) => n === 1)),
      );
      if (interval === null || noise === null) return;
      expect(0 <= interval.lower && interval.lower <= score && score <= interval.upper && interval.upper <= 1).toBe(
        true,
      );
      const chances = noise.chances.map(({ chance }) => chance);
      expect(chances).toEqual([...chances].sort((a, b) => b - a));
      for (const chance of chances) expect(chance >= 0 && chance <= 1).toBe(true);
      expect(noise.sd === 0).toBe(!found.tasks.some(({ agentFlaky }) => agentFlaky));
    }),
  );
});

/** Every way in which counts up to these could come out. */
const countsUpTo = (highest: readonly number[]): number[][] =>
  highest.reduce<number[][]>(
    (ways, n) => ways.flatMap((way) => Array.from({ length: n + 1 }, (_, k) => [...way, k])),
    [[]],
  );
const rate = fc.double({ min: 0, max: 1, noNaN: true });
const binomial = (k: number, n: number, p: number): number =>
  n === 0 ? 1 : k > 0 ? (n / k) * p * binomial(k - 1, n - 1, p) : (1 - p) ** n;

test('the distribution of the difference is the one that enumeration gives', () => {
  fc.assert(
    fc.property(fc.array(rate, { minLength: 1, maxLength: 5 }), (rates) => {
      const exact = new Map<number, number>();
      for (const way of countsUpTo(rates.map(() => 3))) {
        const chance = way.reduce((product, bits, i) => {
          const p = rates[i]!;
          return product * (bits & 1 ? p : 1 - p) * (bits & 2 ? p : 1 - p);
        }, 1);
        const d = way.reduce((sum, bits) => sum + (bits & 1) - (bits >> 1), 0);
        exact.set(d, (exact.get(d) ?? 0) + chance);
      }
      const { atLeast } = differenceOf(rates.map((p) => p * (1 - p)));
      for (let k = -rates.length; k <= rates.length + 1; k++) {
        const tail = [...exact].reduce((sum, [d, chance]) => sum + (d >= k ? chance : 0), 0);
        expect(atLeast(k)).toBeCloseTo(tail, 10);
      }
    }),
  );
});

test('chances of a difference are estimated without bias, however few the attempts', () => {
  const task = fc.record({ p: rate, n: fc.integer({ min: 2, max: 4 }) });
  fc.assert(
    fc.property(fc.array(task, { minLength: 1, maxLength: 3 }), (tasks) => {
      const truth = differenceOf(tasks.map(({ p }) => p * (1 - p)));
      for (let k = 1; k <= tasks.length; k++) {
        const expected = countsUpTo(tasks.map(({ n }) => n)).reduce((sum, way) => {
          const chance = way.reduce(
            (product, resolved, i) => product * binomial(resolved, tasks[i]!.n, tasks[i]!.p),
            1,
          );
          const seen = way.map((resolved, i) => unbiasedVariance(resolved, tasks[i]!.n));
          return sum + chance * differenceOf(seen).atLeast(k);
        }, 0);
        expect(expected).toBeCloseTo(truth.atLeast(k), 10);
      }
    }),
    { numRuns: 30 },
  );
});

test('over many calibrations the interval holds the true score nine times in ten, and a significant difference is as rare as said', () => {
  const rng = createRng(7);
  const rates = Array.from({ length: 40 }, () => rng.next());
  const truth = rates.reduce((sum, p) => sum + p, 0) / rates.length;
  const run = () => rates.filter((p) => rng.next() < p).length;
  let held = 0;
  let beyond = 0;
  for (let i = 0; i < 1_000; i++) {
    const { interval, noise } = calibrate(
      rates.flatMap((p, task) => Array.from({ length: 4 }, () => tries(`${task}`, rng.next() < p ? R : U)).flat()),
    );
    if (interval!.lower <= truth && truth <= interval!.upper) held++;
    if ((100 * (run() - run())) / rates.length >= noise!.significant! - 1e-9) beyond++;
  }
  expect(held / 1_000).toBeGreaterThan(0.86);
  expect(held / 1_000).toBeLessThan(0.94);
  expect(beyond / 1_000).toBeLessThan(LEVEL + 0.02);
});
