import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { openSuite } from '../../src/benchmark/kinds.ts';
import { type EvaluateOrder, resultSchema } from '../../src/contract/contract.ts';
import { runJob } from '../../src/job/run-job.ts';
import { COIN, folderOf, shellSuite } from '../support/bench.ts';
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
  const tests = (numbers: readonly number[]) =>
    ['one', 'two', 'three'].map(
      (name, i) => `test_${name}() { [ "$(bash "$ROOT/a.sh" ${i + 1})" = ${numbers[i]} ]; }\n`,
    );
  const three = {
    'tests/a.test.sh': tests([1, 2, 3]).join(''),
    'canary/a.test.sh': tests([7, 8, 9]).join(''),
    'solution/a.sh': 'echo $1\n',
    'expected.txt': ['one', 'two', 'three'].map((name) => `tests/a.test.sh::test_${name}\n`).join(''),
  };
  const graded3 = await openSuite(join(folderOf(shellSuite({ three, steady: {} })), 'suite'), {
    image: async () => inject('sandboxImage'),
  });
  const attempt = (script: string) =>
    graded(['three', 'steady'], `echo '${script}' > $HUXLEY_WORKSPACE/a.sh`, {}, graded3);
  const [one, single] = await attempt('echo 2; echo "ok 1 - test_one" "tests/a.test.sh::test_one passed" >&2');
  expect(one).toMatchObject({ verdict: 'unresolved', score: 1 / 3 });
  expect(single, 'with one required test there is no share').not.toHaveProperty('score');
  expect((await attempt('echo 0'))[0]).toMatchObject({ verdict: 'unresolved', score: 0 });
  const [resolved] = await attempt('echo $1');
  expect(resolved!.verdict).toBe('resolved');
  expect(resolved).not.toHaveProperty('score');
});
