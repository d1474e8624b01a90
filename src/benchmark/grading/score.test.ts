import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeTests, scoreOf } from './judge.ts';
import { SCORE_ID, type Scale, scoreRunner } from './score.ts';

const nonce = 'a'.repeat(32);
const run = { exitCode: 0, stderr: '', truncated: false, timedOut: false, seconds: 1 } as const;
const read = (scale: Scale, stdout: string, timedOut = false) =>
  scoreRunner('x', scale).read({ ...run, stdout, timedOut, nonce, files: [] });
const printed = (value: string) => `${nonce} begin\n${nonce} score ${value}\n`;
const judged = (scale: Scale, value: string) => {
  const report = read(scale, printed(value));
  const judgement = judgeTests([SCORE_ID], report, { ...run, stdout: '' });
  return [judgement.verdict, scoreOf(judgement, report), judgement.evidence];
};

test('a number lies between the worst and the best one, whichever is larger, and resolves from `pass` on', () => {
  const higher = { worst: 0, best: 200, pass: 0.75 };
  expect(judged(higher, '50')).toEqual(['unresolved', 0.25, 'The score is 0.25, too low to pass.']);
  expect(judged(higher, '150')).toEqual(['resolved', undefined, 'The score is 0.75, enough to pass.']);
  const lower = { worst: 3, best: 1, pass: 1 };
  expect(judged(lower, '1.5')).toEqual(['unresolved', 0.75, 'The score is 0.75, too low to pass.']);
  expect(judged(lower, '0.2')[0]).toBe('resolved');
  expect(judged(lower, '1e9').slice(0, 2)).toEqual(['unresolved', 0]);
});

test('what is no number, or not the runner’s, gives no score', () => {
  const scale = { worst: 0, best: 1, pass: 1 };
  for (const stdout of [...['', 'NaN', 'Infinity', 'one', '1 2'].map(printed), `${nonce} begin\n`, `${printed('1')}x`])
    expect(read(scale, stdout)).toMatchObject({ tests: new Map(), began: true, complete: false });
  expect(read(scale, printed('1').replaceAll(nonce, 'b'.repeat(32)))).toMatchObject({ began: false, complete: false });
  expect(read(scale, printed('1'), true)).toMatchObject({ complete: false });
});

test('a better number never has a lower score', () => {
  const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(number, number, number, number, (worst, best, a, b) => {
      fc.pre(Math.abs(worst - best) > 1e-3);
      const of = (value: number) => read({ worst, best, pass: 1 }, printed(String(value))).score!;
      const [less, more] = a < b ? [of(a), of(b)] : [of(b), of(a)];
      expect(best > worst ? less <= more : less >= more).toBe(true);
      expect(less >= 0 && less <= 1).toBe(true);
    }),
  );
});
