import { expect, test } from 'vitest';
import { MAX_GRADINGS, MAX_RESULT_BYTES, orderSchema, resultSchema } from './contract.ts';

const SHA = 'a'.repeat(40);
const identity = { v: 2, jobId: 'r1-d3', nonce: '0'.repeat(32), sha: SHA } as const;
const order = {
  ...identity,
  repository: 41,
  app: 'huxley[bot]',
  configuration: SHA,
  run: 'r1',
  variant: 'v0',
  tree: SHA,
  suite: null,
  deadline: '2026-01-01T00:00:00Z',
  kind: 'evaluate',
  split: 'search',
  tasks: ['t1'],
};
const entry = { task: 't1', verdict: 'resolved', costUSD: 0, seconds: 1, evidence: '' };
const result = {
  ...identity,
  order: 'd'.repeat(64),
  usage: { requests: 0, inputTokens: 0, outputTokens: 0, costUSD: 0 },
  rehearsal: false,
  seconds: 1,
  error: null,
  kind: 'evaluate',
};
const takes = (over: object) =>
  resultSchema.safeParse({ ...result, perTask: [{ ...entry, ...over }] }).error?.issues[0]?.path.join('.') ?? 'ok';

test('an order without gradings is read as before, and another says how many', () => {
  expect(orderSchema.parse(order)).toStrictEqual(order);
  for (const gradings of [1, MAX_GRADINGS])
    expect(orderSchema.parse({ ...order, gradings })).toEqual({ ...order, gradings });
  for (const gradings of [0, MAX_GRADINGS + 1, 1.5, '3', null, undefined])
    expect(orderSchema.safeParse({ ...order, gradings }).success).toBe(false);
  const preflight = { ...order, kind: 'preflight', gradings: 2, split: undefined };
  expect(orderSchema.safeParse(preflight).success).toBe(false);
});

test('a result tells the verdict of every grading, and its own is the first outcome of them', () => {
  expect(takes({})).toBe('ok');
  expect(takes({ verdicts: ['resolved', 'unresolved'] })).toBe('ok');
  expect(takes({ verdicts: ['infrastructure', 'resolved', 'tampered'] })).toBe('ok');
  expect(takes({ verdict: 'infrastructure', verdicts: ['infrastructure', 'infrastructure'] })).toBe('ok');
  expect(takes({ verdicts: ['unresolved', 'resolved'] })).toBe('perTask.0.verdict');
  expect(takes({ verdict: 'infrastructure', verdicts: ['infrastructure', 'resolved'] })).toBe('perTask.0.verdict');
  expect(takes({ verdicts: ['resolved'] })).toBe('perTask.0.verdicts');
  expect(takes({ verdicts: Array(MAX_GRADINGS + 1).fill('resolved') })).toBe('perTask.0.verdicts');
  expect(takes({ verdicts: ['resolved', 'splendid'] })).toBe('perTask.0.verdicts.1');
});

test('a score says how far an attempt came that did not resolve its task', () => {
  for (const score of [0, 0.5]) expect(takes({ verdict: 'unresolved', score })).toBe('ok');
  for (const score of [-0.1, 1, Number.NaN, '0.5', null])
    expect(takes({ verdict: 'unresolved', score })).toBe('perTask.0.score');
  for (const verdict of ['resolved', 'tampered', 'timeout', 'invalid', 'infrastructure'])
    expect(takes({ verdict, score: 0.5 })).toBe('perTask.0.score');
});

test('the largest evaluation fits what the App reads', () => {
  const largest = { ...entry, task: 't'.repeat(200), evidence: '\u0001'.repeat(4_000) };
  const verdicts = Array(MAX_GRADINGS).fill('infrastructure');
  const perTask = Array(100).fill({ ...largest, verdict: 'infrastructure', verdicts });
  expect(resultSchema.safeParse({ ...result, perTask }).success).toBe(true);
  expect(JSON.stringify({ ...result, perTask }).length).toBeLessThan(MAX_RESULT_BYTES);
});
