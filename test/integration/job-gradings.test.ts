import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { openSuite } from '../../src/benchmark/kinds.ts';
import { type EvaluateOrder, resultSchema } from '../../src/contract/contract.ts';
import { runJob } from '../../src/job/run-job.ts';
import { COIN, folderOf, numbersSuite, shellSuite } from '../support/bench.ts';
import { chatAnswer, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { commitOf, evaluateOrder, machineWith } from '../support/job.ts';

const coins = ['coin1', 'coin2', 'coin3', 'coin4', 'coin5', 'coin6'];
const folder = folderOf(shellSuite({ steady: {}, ...Object.fromEntries(coins.map((name) => [name, COIN])) }));
const suite = await openSuite(join(folder, 'suite'), { image: async () => inject('sandboxImage') });

async function graded(tasks: readonly string[], solve: string, gradings: Pick<EvaluateOrder, 'gradings'>, of = suite) {
  await using endpoint = await fakeEndpoint((_, response) => sendJson(response, chatAnswer('')));
  const commit = await commitOf({ 'agent.mjs': '' });
  const order = evaluateOrder(commit, tasks, gradings);
  const result = await runJob({ ...order, agent: { ...order.agent, solve } }, machineWith(commit, of, endpoint));
  expect(resultSchema.parse(result)).toEqual(result);
  expect(result.error).toBeNull();
  return result.kind === 'evaluate' ? result.perTask : [];
}

const RIGHT = 'echo "echo 1" > $HUXLEY_WORKSPACE/a.sh';

it('grades the same files as often as ordered: flips of a task’s tests show, and only theirs', async () => {
  const [steady, ...flips] = await graded(['steady', ...coins], RIGHT, { gradings: 5 });
  expect(steady).toMatchObject({ verdict: 'resolved', verdicts: Array(5).fill('resolved') });
  expect(steady!.evidence).not.toContain('graded');
  for (const { verdict, verdicts } of flips) expect([verdict, verdicts!.length]).toEqual([verdicts![0], 5]);
  // No flip at all in six tasks of five gradings: 1 in 16 million.
  const seen = flips.filter(({ verdicts }) => new Set(verdicts).size > 1);
  expect(seen.length).toBeGreaterThan(0);
  for (const { verdicts } of seen) expect([...new Set(verdicts)].sort()).toEqual(['resolved', 'unresolved']);
  expect(seen[0]!.evidence).toContain(`The same files were graded 5 times: ${seen[0]!.verdicts!.join(', ')}.`);
});

it('tells a single grading, and an attempt that left nothing to grade, as ever', async () => {
  for (const gradings of [{}, { gradings: 1 }])
    expect(Object.keys((await graded(['steady'], RIGHT, gradings))[0]!)).not.toContain('verdicts');
  const refused = await graded(['steady'], 'rm $HUXLEY_WORKSPACE/a.sh; mkfifo $HUXLEY_WORKSPACE/a.sh', { gradings: 3 });
  expect(refused).toMatchObject([{ verdict: 'invalid' }]);
  expect(refused[0]).not.toHaveProperty('verdicts');
});

it('tells the share of the required tests that passed, of an attempt that failed some of several', async () => {
  const files = { ...numbersSuite(['three'], 3), ...shellSuite({ steady: {} }) };
  const graded3 = await openSuite(join(folderOf(files), 'suite'), { image: async () => inject('sandboxImage') });
  const attempt = (give: string, also = '') =>
    graded(
      ['three', 'steady'],
      `echo "${also}export const same = (n) => ${give};" > $HUXLEY_WORKSPACE/a.mjs; echo 'echo 0' > $HUXLEY_WORKSPACE/a.sh`,
      {},
      graded3,
    );
  const [one, single] = await attempt('2', "console.log('ok 1 - 1', 'tests/a.test.mjs > 1 passed');");
  expect(one).toMatchObject({ verdict: 'unresolved', score: 1 / 3 });
  expect(single, 'with one required test there is no share').not.toHaveProperty('score');
  expect((await attempt('0'))[0]).toMatchObject({ verdict: 'unresolved', score: 0 });
  const [resolved] = await attempt('n');
  expect(resolved!.verdict).toBe('resolved');
  expect(resolved).not.toHaveProperty('score');
});
