import { expect, test } from 'vitest';
import { CONTRACT_VERSION, type IssuedOrder, type Result } from '../../contract/contract.ts';
import type { WorkflowRun } from '../../github/forge.ts';
import { claims, verifyResult, verifyRun } from './verify.ts';

const sha = 'a'.repeat(40);
const digest = 'd'.repeat(64);
const order: IssuedOrder & { kind: 'evaluate' } = {
  v: CONTRACT_VERSION,
  jobId: 'r1-d3',
  nonce: '0'.repeat(32),
  run: 'r1',
  variant: 'v1',
  sha,
  tree: 'b'.repeat(40),
  repository: 41,
  app: 'huxley[bot]',
  configuration: sha,
  suite: null,
  deadline: '2026-01-01T00:00:00Z',
  kind: 'evaluate',
  split: 'search',
  tasks: ['t1', 't2'],
};
const perTask = (...tasks: string[]) =>
  tasks.map((task) => ({ task, verdict: 'resolved' as const, costUSD: 0, seconds: 1, evidence: '' }));
const result: Result = {
  v: CONTRACT_VERSION,
  jobId: order.jobId,
  nonce: order.nonce,
  order: digest,
  sha,
  kind: 'evaluate',
  usage: { requests: 0, inputTokens: 0, outputTokens: 0, costUSD: 0 },
  rehearsal: false,
  seconds: 1,
  error: null,
  perTask: perTask('t1'),
};

test('a result that answers its order counts, partial ones too', () => {
  expect(verifyResult(order, digest, JSON.stringify(result))).toEqual({ ok: true, result });
});

test('as many gradings as were ordered, where a worker tells of each', () => {
  const verify = (gradings: number | undefined, n: number) =>
    verifyResult(
      gradings === undefined ? order : { ...order, gradings },
      digest,
      JSON.stringify({ ...result, perTask: [{ ...perTask('t1')[0], verdicts: Array(n).fill('resolved') }] }),
    );
  expect(verify(3, 3).ok).toBe(true);
  expect(verifyResult({ ...order, gradings: 3 }, digest, JSON.stringify(result)).ok).toBe(true);
  for (const odd of [verify(3, 2), verify(2, 3), verify(undefined, 2)])
    expect(odd).toMatchObject({ ok: false, reason: expect.stringContaining('another number of gradings') });
});

test('a worker may tell what it noticed about a task', () => {
  const told = (signs: unknown) =>
    verifyResult(
      order,
      digest,
      JSON.stringify({ ...result, perTask: [{ ...perTask('t1')[0], verdict: 'unresolved', signs }] }),
    );
  expect(told(['empty-patch', 'context-overflow'])).toMatchObject({
    ok: true,
    result: { perTask: [{ signs: ['empty-patch', 'context-overflow'] }] },
  });
  expect(told(undefined).ok).toBe(true);
  for (const odd of [[], ['bad-luck'], null, Array(3).fill('empty-patch')]) expect(told(odd).ok).toBe(false);
});

test.each([
  ['another job', { jobId: 'r1-d4' }, /jobId is not the order's/],
  ['an old attempt', { nonce: 'f'.repeat(32) }, /nonce is not the order's/],
  ['another order', { order: 'e'.repeat(64) }, /is for another order/],
  ['an order in other letters', { order: 'D'.repeat(64) }, /breaks the contract at order/],
  ['another commit', { sha: 'c'.repeat(40) }, /sha is not the order's/],
  ['another version', { v: 1 }, /breaks the contract at v/],
  [
    'an expansion',
    { kind: 'expand', perTask: undefined, files: [], diagnosis: null, failure: null },
    /kind is not the order's/,
  ],
  ['a task nobody ordered', { perTask: perTask('t1', 't3') }, /was not ordered/],
  ['a task twice', { perTask: perTask('t1', 't1') }, /names a task twice/],
  ['more than the contract has', { bonus: 1 }, /breaks the contract at its root/],
  [
    'a verdict of its own',
    { perTask: [{ ...perTask('t1')[0], verdict: 'brilliant' }] },
    /breaks the contract at perTask.0.verdict/,
  ],
])('a result for %s is no evidence', (_, change, reason) => {
  expect(verifyResult(order, digest, JSON.stringify({ ...result, ...change }))).toMatchObject({
    ok: false,
    reason: expect.stringMatching(reason),
  });
});

test('what is not JSON is no evidence', () => {
  expect(verifyResult(order, digest, '{"v":2')).toMatchObject({ ok: false, reason: expect.stringMatching(/not JSON/) });
});

const dispatched: WorkflowRun = {
  id: 7,
  title: `evaluate v1 · r1-d3 ${digest}`,
  event: 'workflow_dispatch',
  path: '.github/workflows/huxley.yml',
  branch: 'main',
  headSha: 'a'.repeat(40),
  attempt: 1,
  actor: 'huxley[bot]',
  triggeringActor: 'huxley[bot]',
  createdAt: '2026-01-01T00:00:00Z',
  queued: false,
  completed: true,
  conclusion: 'success',
  url: 'https://github.test/octo/agent/actions/runs/7',
};
const sentTo = { path: '.github/workflows/huxley.yml', branch: 'main', app: 'huxley[bot]' };

test.each([
  [{ event: 'push' }, /started by push/],
  [{ path: '.github/workflows/evil.yml' }, /ran .github\/workflows\/evil.yml/],
  [{ branch: 'huxley/r1/v1' }, /ran on huxley\/r1\/v1/],
  [{ branch: null }, /ran on null/],
  [{ actor: 'mallory' }, /started by mallory, not by huxley\[bot\]/],
  [{ actor: 'Huxley[bot]' }, /started by Huxley\[bot\]/],
  [{ triggeringActor: 'mallory' }, /started by mallory/],
  [{ attempt: 2 }, /was run again \(attempt 2\)/],
] satisfies [Partial<WorkflowRun>, RegExp][])(
  'a workflow run that differs by %j is not the one that was dispatched',
  (change, why) => {
    expect(verifyRun(dispatched, sentTo)).toBeNull();
    expect(verifyRun({ ...dispatched, ...change }, sentTo)).toMatch(why);
  },
);

const since = new Date('2025-12-31T23:59:00Z');
test.each([
  ['the digest and more', { title: `evaluate ${digest}0` }],
  ['more before the digest', { title: `evaluate 0${digest}` }],
  ['a part of the digest', { title: digest.slice(0, 63) }],
  ['the digest in capitals', { title: digest.toUpperCase() }],
  ['the job and the nonce alone', { title: `${order.jobId} ${order.nonce}` }],
  ['a name joined to the digest', { title: `x-${digest}` }],
  ['an older run', { createdAt: '2025-12-31T23:58:59Z' }],
  ['a time that is none', { createdAt: 'soon' }],
  ['somebody else', { actor: 'mallory' }],
])('%s is not found by the digest of an order', (_, change) => {
  expect(claims(dispatched, { ...sentTo, digest, since })).toBe(true);
  expect(claims({ ...dispatched, actor: null, triggeringActor: null }, { ...sentTo, digest, since })).toBe(true);
  expect(claims({ ...dispatched, ...change }, { ...sentTo, digest, since })).toBe(false);
});
