import { expect, test } from 'vitest';
import { createRng } from '../../../model/rng.ts';
import { normalCdf } from '../special.ts';
import { Named } from './named.ts';

const SCALE = 2;

/** What is learned from so many results on named tasks that are this much easier than they seem. */
function learn(easier: number, results: number): Named {
  const rng = createRng(7);
  const named = new Named(true);
  named.add([{ task: 'a', change: 'fix', chance: 0.5 }], new Map([['a', 0]]));
  for (let n = 0; n < results; n++) {
    const z = rng.normal();
    const resolved = rng.next() < normalCdf(z + easier / SCALE);
    named.see(0, 0, resolved, z + named.easier(0, 0) / SCALE, SCALE);
  }
  return named;
}

test('how much easier named tasks are is learned from their results', () => {
  expect(learn(1.5, 2_000).easier(0, 0)).toBeCloseTo(1.5, 0.5);
  expect(learn(0, 2_000).easier(0, 0)).toBeLessThan(0.3);
  expect(learn(-1.5, 2_000).easier(0, 0)).toBeLessThan(0.1);
  expect(learn(1.5, 3).easier(0, 0)).toBeLessThan(1.5);
});

test('what would rather stay as it is, or be broken, is no easier and no harder', () => {
  const named = learn(1.5, 200);
  named.add(
    [
      { task: 'a', change: 'break', chance: 0.9 },
      { task: 'b', change: 'fix', chance: 0.4 },
    ],
    new Map([
      ['a', 0],
      ['b', 1],
    ]),
  );
  expect([named.easier(1, 0), named.easier(1, 1)]).toEqual([0, 0]);
});

test('other tasks, other variants, and beliefs that leave it out know no difference', () => {
  const named = learn(1.5, 200);
  named.add(undefined, new Map());
  expect([named.easier(0, 1), named.easier(1, 0)]).toEqual([0, 0]);
  const off = new Named(false);
  off.add([{ task: 'a', change: 'fix', chance: 0.5 }], new Map([['a', 0]]));
  off.see(0, 0, true, 0, SCALE);
  expect(off.easier(0, 0)).toBe(0);
});
