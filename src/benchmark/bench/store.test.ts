import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Grade, SuiteTask } from '../suite.ts';
import type { Session } from './record.ts';
import { type BenchAttempt, type BenchEvent, runBench } from './run-bench.ts';
import { agentIn, SessionStore } from './store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'huxley-bench-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const session: Session = { v: 1, suite: 'kata', digest: 'sha256:0', agent: 'oracle', agentDigest: null, model: null };
const task = (id: string): SuiteTask => ({
  id,
  language: 'python',
  image: null,
  workdir: '/work',
  statement: '',
  solutionPaths: ['a.py'],
  testSeconds: 1,
});
const tasks = ['a', 'b', 'c'].map(task);
const grade: Grade = {
  verdict: 'resolved',
  passed: 1,
  expected: 1,
  failed: [],
  evidence: 'ok',
  canary: 'failed',
  seconds: 1,
};

/** Runs a bench in the folder; which tasks it attempted. */
async function run(attempt: BenchAttempt, signal = new AbortController().signal): Promise<string[]> {
  const store = await SessionStore.open(folder, session, false);
  const attempted: string[] = [];
  const counted: BenchAttempt = (one, given) => {
    attempted.push(one.id);
    return attempt(one, given);
  };
  await runBench(tasks, counted, { store, concurrency: 2, signal, onEvent: () => undefined });
  return attempted;
}
const resolve: BenchAttempt = async () => ({ grade, patch: '', seconds: 1, costUSD: 0 });

test('what is finished is not repeated, what had no result is', async () => {
  const failing: BenchAttempt = async (one, signal) => {
    if (one.id === 'b') throw new Error('the engine fell over');
    return resolve(one, signal);
  };
  expect(await run(failing)).toEqual(['a', 'b', 'c']);
  const store = await SessionStore.open(folder, session, false);
  expect(store.finished.get('b')).toMatchObject({
    verdict: 'infrastructure',
    evidence: 'No result: the engine fell over',
  });
  expect(await run(resolve)).toEqual(['b']);
  expect(await run(resolve)).toEqual([]);
});

test('tasks of one image come one after the other, and results in the tasks’ own order', async () => {
  const images = { a: 'x', b: 'y', c: 'x', d: null, e: 'y' };
  const given = Object.entries(images).map(([id, image]) => ({ ...task(id), image }));
  const store = await SessionStore.open(folder, session, false);
  const signal = new AbortController().signal;
  const order: string[] = [];
  const onEvent = (event: BenchEvent) => void (event.type === 'started' && order.push(event.task));
  const records = await runBench(given, resolve, { store, concurrency: 1, signal, onEvent });
  expect(order.join('')).toBe('acbed');
  expect(records.map((record) => record.task).join('')).toBe('abcde');
});

test('a line cut by a kill is dropped, and its task done again', async () => {
  await run(resolve);
  const results = join(folder, 'results.jsonl');
  const whole = readFileSync(results, 'utf8');
  const last = whole.trim().split('\n').at(-1)!;
  rmSync(results);
  appendFileSync(results, whole.slice(0, whole.length - 10));
  expect(await run(resolve)).toEqual([JSON.parse(last).task]);
  expect(readFileSync(results, 'utf8').split('\n')).toHaveLength(4);
});

test('an abort leaves no result for what was under way', async () => {
  const abort = new AbortController();
  const stopping: BenchAttempt = async (one, signal) => {
    if (one.id === 'b') abort.abort();
    return resolve(one, signal);
  };
  await run(stopping, abort.signal);
  const store = await SessionStore.open(folder, session, false);
  expect(store.finished.has('b')).toBe(false);
  expect(store.finished.has('c')).toBe(false);
});

test('another session’s folder is refused, unless it is to be forgotten', async () => {
  await run(resolve);
  const other = { ...session, agent: 'nop' };
  await expect(SessionStore.open(folder, other, false)).rejects.toThrow('its agent is oracle, not nop');
  expect((await SessionStore.open(folder, other, true)).finished.size).toBe(0);
});

test('results that belong to no session here are left alone', async () => {
  const path = join(folder, 'results.jsonl');
  writeFileSync(path, 'of another program\n');
  for (const fresh of [false, true])
    await expect(SessionStore.open(folder, session, fresh)).rejects.toThrow('no session.json that it belongs to');
  expect(readFileSync(path, 'utf8')).toBe('of another program\n');
  expect(await agentIn(folder)).toBeUndefined();
});

test('a damaged line is named', async () => {
  await run(resolve);
  appendFileSync(join(folder, 'results.jsonl'), '{"task":\n');
  await expect(SessionStore.open(folder, session, false)).rejects.toThrow('results.jsonl:4: isn’t a result');
});
