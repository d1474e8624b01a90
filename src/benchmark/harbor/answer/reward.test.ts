import fc from 'fast-check';
import { expect, it } from 'vitest';
import { combineRewards, gradeOfReward, isEnough, numberOf, readReward } from './reward.ts';

const files = (given: Readonly<Record<string, string>>) =>
  Object.entries(given).map(([path, text]) => ({ path, content: Buffer.from(text), executable: false }));
const graded = (given: Readonly<Record<string, string>>) => gradeOfReward(readReward(files(given)), 0);
const CTRF = JSON.stringify({
  results: {
    tests: [
      { name: 'a', status: 'passed' },
      { name: 'b', status: 'failed' },
      { name: 'c', status: 'skipped' },
    ],
  },
});

it.each([
  [{ 'reward.txt': '1\n' }, { verdict: 'resolved', passed: 1, expected: 1 }],
  [{ 'reward.txt': '1.0' }, { verdict: 'resolved' }],
  [{ 'reward.txt': '0' }, { verdict: 'unresolved', score: 0 }],
  [{ 'reward.txt': '0.75\n' }, { verdict: 'unresolved', score: 0.75 }],
  [{ 'reward.json': '{"reward": 1, "style": 0.2}', 'reward.txt': '0' }, { verdict: 'resolved' }],
  [{ 'reward.json': '{"a": 1, "b": 0.5}' }, { verdict: 'unresolved', score: 0.75 }],
  [{ 'reward.json': '1' }, { verdict: 'resolved' }],
  [{ 'ctrf.json': CTRF }, { verdict: 'unresolved', score: 0.5, passed: 1, expected: 2, failed: ['b'] }],
  [
    { 'ctrf.json': CTRF, 'reward.txt': '1' },
    { verdict: 'resolved', passed: 1, expected: 2 },
  ],
])('reads %j', (given, expected) => {
  expect(graded(given)).toMatchObject(expected);
});

it.each([
  [{}, 'it wrote no reward.'],
  [{ 'reward.txt': '' }, 'its reward.txt holds no number.'],
  [{ 'reward.txt': 'yes' }, 'its reward.txt holds no number.'],
  [{ 'reward.txt': 'Infinity' }, 'its reward.txt holds no number.'],
  [{ 'reward.json': '{"reward": "1"}', 'reward.txt': '1' }, 'its reward.json holds no number.'],
  [{ 'reward.json': '{}' }, 'its reward.json holds no number.'],
  [{ 'reward.txt': '2' }, 'its reward is 2, which is not a reward from 0 to 1.'],
  [{ 'reward.txt': '-1' }, 'its reward is -1, which is not a reward from 0 to 1.'],
])('resolves nothing by %j', (given, words) => {
  const grade = graded(given);
  expect(grade).toEqual(expect.objectContaining({ verdict: 'unresolved' }));
  expect(grade).not.toHaveProperty('score');
  expect(grade.evidence).toMatch(words);
});

it('counts no reward of a verifier that was ended by a signal', () => {
  for (const exitCode of [137, 143, null])
    expect(gradeOfReward(readReward(files({ 'reward.txt': '1' })), exitCode).verdict).toBe('unresolved');
});

it('takes any bytes for what they are, and resolves by exactly 1', () => {
  const name = fc.constantFrom('reward.txt', 'reward.json', 'ctrf.json');
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.oneof(fc.json(), fc.string())), { maxLength: 3 }), (given) => {
      const read = readReward(files(Object.fromEntries(given)));
      const { verdict, score } = gradeOfReward(read, 0);
      expect(verdict === 'resolved').toBe(read.reward === 1);
      if (score !== undefined) expect(score >= 0 && score < 1).toBe(true);
    }),
  );
});

const rewards = fc.dictionary(
  fc.constantFrom('reward', 'style', 'toString'),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

it('combines the rewards of steps by name, and asks each of them for its least', () => {
  expect(combineRewards([{ reward: 1, style: 1 }, { reward: 0.5 }], 'mean')).toEqual({ reward: 0.75, style: 0.5 });
  expect(combineRewards([{ reward: 1 }, { style: 0.5 }], 'final')).toEqual({ style: 0.5 });
  expect(combineRewards([{}, {}], 'mean')).toEqual({});
  expect(isEnough({ reward: 1 }, { reward: 1, style: 0 })).toBe(false);
  expect(isEnough({}, { toString: -1 })).toBe(false);
  expect(isEnough({}, {})).toBe(true);
});

it('gives a mean of 1 only to steps that all have 1', () => {
  fc.assert(
    fc.property(fc.array(rewards, { minLength: 1, maxLength: 5 }), (steps) => {
      const mean = combineRewards(steps, 'mean');
      for (const [name, number] of Object.entries(mean)) {
        expect(number).toBeLessThanOrEqual(1);
        expect(number === 1).toBe(steps.every((step) => Object.hasOwn(step, name) && step[name] === 1));
      }
      expect(numberOf(mean) === null).toBe(steps.every((step) => Object.keys(step).length === 0));
    }),
  );
});
