import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runDocument } from '../../../../test/support/run-document.ts';
import { runOf } from '../parts/run.ts';
import { pairUp, wayBetween } from './pairing.ts';

const run = runOf(runDocument({ variants: 30, tasks: 12, evaluations: 1_500 }));
const number = fc.integer({ min: 0, max: 29 });

test('pairs are of one task and round; turned round, what was fixed is broken', () => {
  const { evaluations } = run.document;
  fc.assert(
    fc.property(number, number, (a, b) => {
      const there = pairUp(run, a, b);
      for (const { task, pairs } of there)
        for (const [x, y] of pairs) {
          expect([evaluations.variant[x], evaluations.variant[y]]).toEqual([a, b]);
          expect([evaluations.task[x], evaluations.task[y]]).toEqual([task, task]);
          expect(evaluations.round[x]).toBe(evaluations.round[y]);
        }
      const back = new Map(pairUp(run, b, a).map((each) => [each.task, each]));
      expect(back.size).toBe(there.length);
      for (const { task, fixed, broken, bothResolved } of there)
        expect(back.get(task)).toMatchObject({ fixed: broken, broken: fixed, bothResolved });
    }),
  );
});

test('the way between two variants goes up to what they share and down again', () => {
  fc.assert(
    fc.property(number, number, (a, b) => {
      const { back, on } = wayBetween(run, a, b);
      let at: number | null = a;
      for (const each of back) {
        expect(each).toBe(at);
        at = run.variant(each)!.from;
      }
      for (const each of on) {
        expect(run.variant(each)!.from).toBe(at);
        at = each;
      }
      expect(at).toBe(b);
      expect(back.filter((each) => on.includes(each))).toEqual([]);
    }),
  );
});
