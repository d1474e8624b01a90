import { expect, test } from 'vitest';
import { DURATIONS } from '../../search/hours.ts';
import { jobsList, minutes } from './options.ts';

test('jobs at once may say how many tasks each has', () => {
  expect(jobsList('8x4, 1')).toEqual([{ concurrency: 8, batch: 4 }, { concurrency: 1 }]);
});

test.each(['', '0', '8x', 'x4', '8x0', '8,,4', '-1', '1.5', '8×4'])('refuses %j as jobs', (value) => {
  expect(() => jobsList(value)).toThrow('jobs x tasks in a job, both from 1');
});

test('times that are not given keep their defaults', () => {
  expect(minutes('task=20,spread=0')).toEqual({ ...DURATIONS, task: 20, spread: 0 });
  expect(() => minutes('tasks=20')).toThrow('start, expansion, task, spread');
  expect(() => minutes('task=soon')).toThrow('a number');
  expect(() => minutes('task')).toThrow('a number');
});
