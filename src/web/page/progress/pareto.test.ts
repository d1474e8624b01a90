import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pareto, type Weighed } from './pareto.ts';

const beats = (a: Weighed, b: Weighed) =>
  a.cost <= b.cost && a.score >= b.score && (a.cost < b.cost || a.score > b.score);

test('what is on the front nothing beats, and what is not is beaten or equalled by it', () => {
  const weighed = fc.record({ cost: fc.nat(20), score: fc.nat(20) });
  fc.assert(
    fc.property(fc.array(weighed), (all) => {
      const front = pareto(all);
      for (const each of front) expect(all.some((other) => beats(other, each))).toBe(false);
      for (const each of all)
        expect(
          front.some(
            (other) => other === each || beats(other, each) || (other.cost === each.cost && other.score === each.score),
          ),
        ).toBe(true);
      expect(front.map(({ cost }) => cost)).toEqual(front.map(({ cost }) => cost).toSorted((a, b) => a - b));
    }),
  );
});
