import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Grant } from '../../model/gate/verdict.ts';
import { createRng } from '../../model/rng.ts';
import { mcnemar } from './gate.ts';
import { NO_HISTORY } from './ledger.ts';
import { allowedBy, chanceToPass, intervalShare, isFutile, isLastLook, levelAtEnd, weigh } from './sequential.ts';

const grant = (after: number, evaluations: number, level: number): Grant => ({
  after,
  evaluations,
  level,
  ...NO_HISTORY,
});
const differences = (fixed: number, broken: number, same = 0) => [
  ...Array<number>(fixed).fill(1),
  ...Array<number>(broken).fill(-1),
  ...Array<number>(same).fill(0),
];

test('one round of equal weights is the exact McNemar test', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.nat(20), fc.nat(5), (fixed, broken, same) => {
      const { p, passed } = weigh([differences(fixed, broken, same)], [{ round: 0, allowed: 0.05 }], true);
      expect(p).toBeCloseTo(mcnemar(fixed, broken), 12);
      expect(passed).toBe(mcnemar(fixed, broken) <= 0.05);
    }),
  );
});

const step = fc.oneof(
  fc.constantFrom(-1, -0.65, -0.3, 0, 0.05, 0.5, 1),
  // What lies between two steps.
  fc.constantFrom(-0.375, -0.125, 0.125, 1 / 40, -1 / 40, 13 / 24, -1 / 16),
  fc.double({ min: -1, max: 1, noNaN: true }),
);
const looksOf = (allowed: readonly number[]) =>
  allowed.toSorted((a, b) => a - b).map((each, round) => ({ round, allowed: each }));

test('of all patterns of signs, no larger share passes than was allowed, and exactly the share that was spent', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(step, { maxLength: 4 }), { minLength: 1, maxLength: 3 }),
      fc.array(fc.double({ min: 0, max: 0.5, noNaN: true }), { minLength: 3, maxLength: 3 }),
      fc.boolean(),
      (rounds, allowed, equal) => {
        const looks = looksOf(allowed.slice(0, rounds.length));
        const flat = rounds.flat().filter((each) => each !== 0).length;
        let passes = 0;
        let spent = 0;
        for (let pattern = 0; pattern < 2 ** flat; pattern++) {
          let bit = 0;
          const flipped = rounds.map((round) =>
            round.map((each) => (each === 0 ? 0 : Math.abs(each) * ((pattern >> bit++) & 1 ? 1 : -1))),
          );
          const evidence = weigh(flipped, looks, equal);
          if (evidence.passed) passes++;
          else ({ spent } = evidence);
        }
        const share = passes / 2 ** flat;
        expect(share).toBeLessThanOrEqual(looks.at(-1)!.allowed + 1e-9);
        if (share < 1) expect(share).toBeCloseTo(spent, 9);
      },
    ),
    { numRuns: 200 },
  );
});

test.each([
  [3 / 8, 4 / 8],
  [1 / 16, 3 / 16],
  [0, 1 / 40],
])('equal agents that score %d or %d pass no more often than was allowed', (low, high) => {
  const rng = createRng(7);
  const attempt = () => (rng.next() < 0.5 ? low : high);
  const comparisons = 300;
  let passed = 0;
  for (let n = 0; n < comparisons; n++) {
    const rounds = [0, 1, 2].map(() => Array.from({ length: 33 }, () => attempt() - attempt()));
    if (weigh(rounds, looksOf([0.0015, 0.012, 0.04])).passed) passed++;
  }
  expect(passed / comparisons).toBeLessThan(0.04 + 3 * Math.sqrt((0.04 * 0.96) / comparisons));
});

test('it passes where its p is within what is allowed, and never before a look', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(step, { maxLength: 8 }), { minLength: 1, maxLength: 4 }),
      fc.double({ min: 0.001, max: 0.3, noNaN: true }),
      (rounds, level) => {
        const looks = rounds.map((_, round) => ({ round, allowed: round === rounds.length - 1 ? level : 0 }));
        const { passed, p, spent } = weigh(rounds, looks);
        expect(passed).toBe(p <= level + 1e-12);
        expect(spent).toBeLessThanOrEqual(level + 1e-9);
        // What comes after the last look says nothing yet.
        expect(weigh([...rounds, [1, 1, 1, 1, 1, 1, 1]], looks)).toEqual({ passed, p, spent });
      },
    ),
  );
});

test('error is allowed little by little, all of it at the last look, and a later grant adds to what was granted', () => {
  const first = { grants: [grant(0, 200, 0.04)], round: 66 };
  expect(allowedBy({ ...first, done: 66 })).toBeCloseTo(0.04 * 0.33 ** 3, 12);
  expect(isLastLook({ ...first, done: 132 })).toBe(false);
  expect(isLastLook({ ...first, done: 198 })).toBe(true);
  expect(allowedBy({ ...first, done: 198 })).toBe(0.04);
  // A first round is made, however little is paid.
  expect(allowedBy({ grants: [grant(0, 20, 0.04)], done: 66, round: 66 })).toBe(0.04);
  const second = { grants: [...first.grants, grant(198, 132, 0.01)], round: 66 };
  expect(allowedBy({ ...second, done: 264 })).toBeCloseTo(0.04 + 0.01 / 8, 12);
  expect(allowedBy({ ...second, done: 330 })).toBeCloseTo(0.05, 12);
  // Stopped in its second round and bought a last one, the first grant still has only what it had planned for that time.
  const stopped = { grants: [grant(0, 400, 0.04), grant(66, 66, 0.0025)], done: 132, round: 66 };
  expect(isLastLook(stopped)).toBe(true);
  expect(allowedBy(stopped)).toBeCloseTo(0.04 * 0.33 ** 3 + 0.0025, 12);
  expect(levelAtEnd(stopped, 400)).toBeCloseTo(0.0425, 12);
});

test('the shares of the intervals’ error add up to less than all of it, over any grants', () => {
  const grants = [grant(0, 200, 0.04), grant(198, 132, 0.01), grant(330, 66, 0.001)];
  let before = 0;
  let sum = 0;
  for (const [upTo, done] of [66, 132, 198, 264, 330, 396].map(
    (each, i) => [i < 3 ? 1 : i < 5 ? 2 : 3, each] as const,
  )) {
    sum += intervalShare({ grants: grants.slice(0, upTo), done, round: 66 }, before);
    before = done;
  }
  expect(sum).toBeCloseTo(0.8 + 0.16 + 0.032, 12);
});

test('results that are looked at again have the interval they had, whatever was granted since', () => {
  const first = { grants: [grant(0, 200, 0.04)], done: 132, round: 66 };
  const share = intervalShare(first, 66);
  expect(share).toBeCloseTo(0.8 * (0.66 ** 3 - 0.33 ** 3), 12);
  expect(intervalShare({ ...first, grants: [...first.grants, grant(132, 66, 0.0025)] }, 66)).toBe(share);
});

test('it is futile to go on where nothing differs or the variant is behind, not where it is ahead or little is known', () => {
  const at = (done: number) => ({ grants: [grant(0, 200, 0.04)], done, round: 66 });
  expect(isFutile([differences(2, 7, 24)], at(66))).toBe(true);
  expect(isFutile([differences(0, 0, 33), differences(0, 0, 33)], at(132))).toBe(true);
  expect(isFutile([differences(6, 3, 24)], at(66))).toBe(false);
  expect(isFutile([differences(0, 0, 6)], { ...at(12), round: 12 })).toBe(false);
});

test('the chance of passing grows with the gain seen, and is none without error to spend or evaluations to make', () => {
  const seen = (fixed: number) => [differences(fixed, 4, 29 - fixed)];
  const chances = [2, 6, 10, 14].map((fixed) => chanceToPass(seen(fixed), 66, 200, 0.04));
  expect(chances).toEqual(chances.toSorted((a, b) => a - b));
  expect(chances.at(-1)).toBeGreaterThan(0.9);
  expect(chanceToPass(seen(10), 66, 66, 0.04)).toBe(0);
  expect(chanceToPass(seen(10), 66, 200, 0)).toBe(0);
});
