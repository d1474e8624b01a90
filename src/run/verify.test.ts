import { expect, test } from 'vitest';
import type { WorkflowRun } from '../github/forge.ts';
import { CONTRACT_VERSION, type EvaluateOrder, type Result } from '../job/contract.ts';
import { verifyResult, verifyRun } from './verify.ts';

const sha = 'a'.repeat(40);
const order: EvaluateOrder = {
  v: CONTRACT_VERSION,
  jobId: 'r1-d3',
  nonce: '0'.repeat(32),
  run: 'r1',
  variant: 'v1',
  sha,
  tree: 'b'.repeat(40),
  suite: { name: 'kata', digest: null },
  agent: { solve: 'x', modify: 'x', check: null, image: 'sandbox', protect: [], allowDependencies: false },
  models: { solve: 'm', modify: 'm', diagnose: 'm', baseURL: null },
  limits: { taskSeconds: 60, costUSD: 1, taskCostUSD: 1, memoryMB: 512, cpus: 1, pids: 64 },
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
  sha,
  kind: 'evaluate',
  usage: { requests: 0, inputTokens: 0, outputTokens: 0, costUSD: 0 },
  rehearsal: false,
  seconds: 1,
  error: null,
  perTask: perTask('t1'),
};

test('a result that answers its order counts, partial ones too', () => {
  expect(verifyResult(order, JSON.stringify(result))).toEqual({ ok: true, result });
});

test('a worker may tell what it noticed about a task', () => {
  const told = (signs: unknown) =>
    verifyResult(
      order,
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
  ['another commit', { sha: 'c'.repeat(40) }, /sha is not the order's/],
  ['another version', { v: 2 }, /breaks the contract at v/],
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
  expect(verifyResult(order, JSON.stringify({ ...result, ...change }))).toMatchObject({
    ok: false,
    reason: expect.stringMatching(reason),
  });
});

test('what is not JSON is no evidence', () => {
  expect(verifyResult(order, '{"v":1')).toMatchObject({ ok: false, reason: expect.stringMatching(/not JSON/) });
});

test('only a dispatch of the one workflow on the default branch is believed', () => {
  const run: WorkflowRun = {
    id: 7,
    title: '',
    event: 'workflow_dispatch',
    path: '.github/workflows/huxley.yml',
    branch: 'main',
    headSha: 'a'.repeat(40),
    completed: true,
    conclusion: 'success',
    url: 'https://github.test/octo/agent/actions/runs/7',
  };
  const verify = (change: Partial<WorkflowRun>) =>
    verifyRun({ ...run, ...change }, '.github/workflows/huxley.yml', 'main');
  expect(verify({})).toBeNull();
  expect(verify({ event: 'push' })).toMatch(/started by push/);
  expect(verify({ path: '.github/workflows/evil.yml' })).toMatch(/ran .github\/workflows\/evil.yml/);
  expect(verify({ branch: 'huxley/r1/v1' })).toMatch(/ran on huxley\/r1\/v1/);
});
