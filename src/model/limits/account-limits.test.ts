import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allowedUSD, hasRoom, limitsOf, NO_LIMITS } from './account-limits.ts';

test('an account has the default but for what is its own, whatever the case of its name', () => {
  const settings = {
    default: { jobs: 10, runs: 2, monthlyUSD: null },
    accounts: { octo: { jobs: null, monthlyUSD: 5 } },
  };
  expect(limitsOf(settings, 'Octo')).toEqual({ jobs: null, runs: 2, monthlyUSD: 5 });
  expect(limitsOf(settings, 'constructor')).toEqual(settings.default);
  expect(limitsOf(undefined, 'octo')).toEqual(NO_LIMITS);
});

test('of those that ask one after the other, exactly as many begin as the limit says', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.nat(40), (limit, asking) => {
      let used = 0;
      for (let i = 0; i < asking; i++) if (hasRoom(limit, used)) used++;
      expect(used).toBe(Math.min(limit, asking));
    }),
  );
  expect(hasRoom(null, 1e9)).toBe(true);
});

test('runs that are given what is left never have more than the month’s dollars together', () => {
  const amount = fc.double({ min: 0, max: 100, noNaN: true });
  fc.assert(
    fc.property(amount, fc.array(fc.option(amount)), (monthly, wanted) => {
      let given = 0;
      for (const own of wanted) given += allowedUSD(monthly, given, own)!;
      expect(given).toBeLessThanOrEqual(monthly + 1e-6);
    }),
  );
  expect([allowedUSD(null, 9, 3), allowedUSD(null, 9, null), allowedUSD(10, 9, null), allowedUSD(10, 11, 3)]).toEqual([
    3,
    null,
    1,
    0,
  ]);
});
