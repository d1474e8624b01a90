import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortedBy } from './sort.ts';

test('in order either way, nulls last, alike ones as they were', () => {
  expect(sortedBy(['v10', 'v9', 'v1'], (each) => each)).toEqual(['v1', 'v9', 'v10']);
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(9))), fc.boolean(), (keys, down) => {
      const sorted = sortedBy(
        keys.map((key, at) => ({ key, at })),
        ({ key }) => key,
        down,
      );
      for (const [place, { key, at }] of sorted.slice(1).entries()) {
        const before = sorted[place]!;
        if (before.key === null) expect(key).toBeNull();
        else if (key !== null) expect(down ? key <= before.key : key >= before.key).toBe(true);
        if (before.key === key) expect(before.at).toBeLessThan(at);
      }
    }),
  );
});
