import { expect, test } from 'vitest';
import { jobRecordSchema, workflowRunOf } from './job-record.ts';

const order = {
  v: 2,
  jobId: 'r1-d0',
  nonce: '0'.repeat(32),
  repository: 7,
  app: 'huxley[bot]',
  configuration: '0'.repeat(40),
  run: 'r1',
  variant: 'v0',
  sha: '0'.repeat(40),
  tree: '0'.repeat(40),
  suite: null,
  deadline: '2026-11-29T12:00:00.000Z',
  kind: 'evaluate',
  split: 'search',
  tasks: ['a'],
} as const;
const at = '2026-11-29T11:00:00.000Z';
const earlier = { attempt: 1, notBefore: at, sentAt: at, workflowRun: null, order, text: JSON.stringify(order) };

test('a record has what its state has, and no more', () => {
  const { sentAt: _, notBefore, workflowRun: __, ...common } = earlier;
  const waiting = { ...common, state: 'waiting', notBefore };
  expect(jobRecordSchema.parse(waiting)).toEqual(waiting);
  const running = { ...common, state: 'running', sentAt: at, workflowRun: 3 };
  expect(workflowRunOf(jobRecordSchema.parse(running))).toBe(3);
  for (const odd of [
    { ...waiting, workflowRun: 3 },
    { ...running, workflowRun: null },
    { ...waiting, state: 'done' },
  ])
    expect(jobRecordSchema.safeParse(odd).success).toBe(false);
});

test.each([
  [{ ...earlier, state: 'waiting', sentAt: null }, 'waiting', null],
  [{ ...earlier, state: 'dispatching' }, 'dispatching', null],
  [{ ...earlier, state: 'running' }, 'dispatching', null],
  [{ ...earlier, state: 'running', workflowRun: 5 }, 'running', 5],
])('records that 0.1 kept are read (%#)', (record, state, workflowRun) => {
  const read = jobRecordSchema.parse(record);
  expect(read.state).toBe(state);
  expect(workflowRunOf(read)).toBe(workflowRun);
});
