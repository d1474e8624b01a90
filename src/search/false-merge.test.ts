import { expect, test } from 'vitest';
import { type Attempt, mergedShare, rigged } from '../../test/support/false-merge.ts';
import { ROOT } from '../model/ids.ts';

// Two of the schemes of false-merge.long.test.ts, with fewer comparisons: the limits are four standard errors above 5 %.
const scheme = { attempt: rigged(0.5), tries: 6, batch: 4 };

test('equal agents, and the variant voids every failure: at most 5 % are merged', () => {
  expect(mergedShare(scheme, 2_000)).toBeLessThanOrEqual(0.07);
});

test('in rounds, and the variant voids every failure: at most 5 % are merged', () => {
  expect(mergedShare({ ...scheme, rounds: true }, 1_000)).toBeLessThanOrEqual(0.078);
});

test('a better agent is merged all the same, also while 3 % of attempts come to nothing', () => {
  const better: Attempt = (arm, _, rng) => {
    if (rng.next() < 0.03) return null;
    return rng.next() < (arm === ROOT ? 0.3 : 0.9) ? 'resolved' : 'unresolved';
  };
  expect(mergedShare({ attempt: better, tries: 3, batch: 1 }, 500)).toBeGreaterThan(0.8);
});
