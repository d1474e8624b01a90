import { afterEach, expect, it } from 'vitest';
import { readInputs } from '../action/src/inputs.ts';
import { tasksAtOnce } from '../action/src/tasks-at-once.ts';

it.each([
  ['as many as there are cores', { cpus: 1, memoryMB: 2048 }, { cores: 4, freeMB: 14_000 }, 4],
  ['fewer where each takes more cores', { cpus: 2, memoryMB: 2048 }, { cores: 8, freeMB: 60_000 }, 4],
  ['two on one core', { cpus: 1, memoryMB: 512 }, { cores: 1, freeMB: 6_000 }, 2],
  ['what fits into memory', { cpus: 1, memoryMB: 4096 }, { cores: 16, freeMB: 15_000 }, 3],
  ['what graders need, where agents need less', { cpus: 1, memoryMB: 256 }, { cores: 8, freeMB: 7_000 }, 3],
  ['one where memory is short', { cpus: 1, memoryMB: 8192 }, { cores: 4, freeMB: 4_000 }, 1],
  ['no more than an input may say', { cpus: 0.1, memoryMB: 512 }, { cores: 96, freeMB: 500_000 }, 64],
])('works on %s', (_, limits, room, tasks) => {
  expect(tasksAtOnce(limits, { name: 'kata' }, room)).toBe(tasks);
  expect(tasksAtOnce(limits, { name: 'harbor:tasks' }, room)).toBe(Math.min(2, tasks));
});

afterEach(() => {
  for (const name of ['INPUT_ORDER', 'INPUT_CONCURRENCY']) delete process.env[name];
});

it.each([
  ['auto', null],
  ['', null],
  ['7', 7],
])('takes the input concurrency as %j', (text, concurrency) => {
  process.env.INPUT_ORDER = '{}';
  process.env.INPUT_CONCURRENCY = text;
  expect(readInputs().concurrency).toBe(concurrency);
});

it.each(['0', '1.5', '65', 'many'])('refuses the concurrency %j', (text) => {
  process.env.INPUT_ORDER = '{}';
  process.env.INPUT_CONCURRENCY = text;
  expect(() => readInputs()).toThrow(`concurrency is '${text}'`);
});
