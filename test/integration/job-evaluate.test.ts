import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import type { Result } from '../../src/contract/contract.ts';
import { resultSchema } from '../../src/contract/contract.ts';
import { ResultFolder } from '../../src/job/result-folder.ts';
import { runJob } from '../../src/job/run-job.ts';
import { trajectorySchema } from '../../src/operator/trajectory.ts';
import { connect } from '../../src/sandbox/engine.ts';
import { OWNER_LABEL } from '../../src/sandbox/hardening.ts';
import { ownerToString, thisProcess } from '../../src/sandbox/owner.ts';
import { chatAnswer, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { ASKING_AGENT, commitOf, evaluateOrder, machineWith, PLANTED_KEY } from '../support/job.ts';
import { stuckSandbox } from '../support/refusing-engine.ts';
import { tinySuite } from '../support/tiny-suite.ts';

const suite = tinySuite({ a: 'alpha', b: 'beta', c: 'gamma' });

/** A model that knows one word. */
const alphaEndpoint = () => fakeEndpoint((_, response) => sendJson(response, chatAnswer('alpha')));

function verdicts(result: Result): string[] {
  return result.kind === 'evaluate' ? result.perTask.map(({ task, verdict }) => `${task} ${verdict}`) : [];
}

it('measures a variant task by task, with its costs and transcripts', async () => {
  await using endpoint = await alphaEndpoint();
  const commit = await commitOf({ 'agent.mjs': ASKING_AGENT });
  const machine = machineWith(commit, suite, endpoint);
  const result = await runJob(evaluateOrder(commit, ['a', 'b']), machine);

  expect(resultSchema.parse(result)).toEqual(result);
  expect(result.error).toBeNull();
  expect(verdicts(result)).toEqual(['a resolved', 'b unresolved']);
  // 100 input tokens at $0.25 and 10 output tokens at $2 a million
  expect(result.usage).toEqual({
    requests: 2,
    inputTokens: 200,
    outputTokens: 20,
    costUSD: expect.closeTo(0.00009, 9),
  });
  expect(result).toMatchObject({ perTask: [{ tokens: 110 }, { tokens: 110 }] });
  expect(JSON.parse(readFileSync(join(machine.results.folder, 'result.json'), 'utf8'))).toEqual(result);

  const transcript = JSON.parse(readFileSync(join(machine.results.folder, 'transcripts', 'b.json'), 'utf8'));
  expect(transcript).toMatchObject({ variant: 'v3', task: 'b', verdict: 'unresolved', ended: 'exit 0' });
  expect(transcript.conversation).toBe('## user\nWrite the word beta into answer.txt.\n\n## assistant\nalpha');
  expect(transcript.patch).toContain('-none yet\n+alpha');
  expect(JSON.stringify(transcript)).not.toContain(PLANTED_KEY);
});

it('keeps its verdict when the engine will not remove the container of the agent, nor that of its work', async ({
  skip,
}) => {
  const socket = inject('engineSocket');
  if (socket === null) return skip('the engine has no socket that another could be put before');
  await using stuck = await stuckSandbox(socket);
  await using endpoint = await alphaEndpoint();
  const commit = await commitOf({ 'agent.mjs': ASKING_AGENT });
  const openSandbox = async () => ({ sandbox: stuck.sandbox, image: inject('sandboxImage') });
  const machine = machineWith(commit, suite, endpoint, { openSandbox });
  const result = await runJob(evaluateOrder(commit, ['a']), machine);
  expect(verdicts(result)).toEqual(['a resolved']);
  expect(stuck.reports).toHaveLength(stuck.left().length);
  expect(stuck.left().length).toBeGreaterThan(0);
});

it('keeps no transcript of held-out tasks', async () => {
  await using endpoint = await alphaEndpoint();
  const commit = await commitOf({ 'agent.mjs': ASKING_AGENT });
  const machine = machineWith(commit, suite, endpoint);
  const result = await runJob(evaluateOrder(commit, ['a'], { split: 'heldout' }), machine);
  expect(verdicts(result)).toEqual(['a resolved']);
  expect(existsSync(join(machine.results.folder, 'transcripts'))).toBe(false);
});

const bad: readonly (readonly [name: string, agent: string, ended: RegExp])[] = [
  ['has no command', 'exit 127', /exit 127/],
  ['crashes', 'kill -SEGV $$', /exit 139|killed|exit 137/],
  ['never ends', 'trap "" TERM; (setsid sleep 600 &) ; sleep 600', /killed at its deadline of 3 s/],
  ['prints a gigabyte', 'head -c 1000000000 /dev/zero | tr "\\0" x', /printed more than was kept/],
  ['fills its disk', 'head -c 900000000 /dev/zero > $HUXLEY_WORKSPACE/big', /exit/],
  ['forks without end', 'f() { f | f & }; f; wait', /exit|killed/],
  [
    'forks without end, and never gives up',
    'exec python3 -c "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass"',
    /killed at its deadline of 3 s/,
  ],
  ['eats memory', 'tail /dev/zero', /out of memory|killed/],
];

it.each(bad)('an agent that %s is graded by what it left', async (name, command, ended) => {
  const taskSeconds = /end/.test(name) ? 3 : 60;
  await using endpoint = await alphaEndpoint();
  const commit = await commitOf({ 'agent.mjs': '' });
  const order = evaluateOrder(commit, ['a']);
  const result = await runJob(
    { ...order, agent: { ...order.agent, solve: command }, limits: { ...order.limits, taskSeconds } },
    machineWith(commit, suite, endpoint),
  );
  expect(result.error).toBeNull();
  expect(verdicts(result)).toEqual(['a unresolved']);
  expect(result.kind === 'evaluate' && result.perTask[0]!.evidence).toMatch(ended);
});

it('an agent whose container ends under it leaves nothing, which counts', async () => {
  await using endpoint = await alphaEndpoint();
  const commit = await commitOf({ 'agent.mjs': '' });
  const order = evaluateOrder(commit, ['a']);
  const solve = 'echo alpha > $HUXLEY_WORKSPACE/answer.txt; sleep 600';
  const running = runJob({ ...order, agent: { ...order.agent, solve } }, machineWith(commit, suite, endpoint));
  const docker = connect({ socket: inject('engineSocket') });
  const label = [`${OWNER_LABEL}=${ownerToString(thisProcess())}`];
  await expect
    .poll(
      async () => {
        for (const { Id } of await docker.listContainers({ filters: { label } })) {
          const { Processes } = await docker.getContainer(Id).top();
          if (!Processes.flat().includes('sleep 600')) continue;
          await docker.getContainer(Id).kill();
          return true;
        }
        return false;
      },
      { timeout: 15_000 },
    )
    .toBe(true);
  const result = await running;
  expect(result.kind === 'evaluate' && result.perTask).toMatchObject([
    { verdict: 'unresolved', evidence: expect.stringContaining('There are no files to grade: its container ended') },
  ]);
});

const shows: readonly (readonly [name: string, agent: string, signs: readonly string[] | undefined])[] = [
  ['writes nothing', 'true', ['empty-patch']],
  ['writes what nobody grades', 'echo alpha > $HUXLEY_WORKSPACE/notes.txt', ['empty-patch']],
  ['writes the wrong word', 'echo beta > $HUXLEY_WORKSPACE/answer.txt', undefined],
  ['deletes what it was given', 'rm $HUXLEY_WORKSPACE/answer.txt', undefined],
  ['writes the right word', 'echo alpha > $HUXLEY_WORKSPACE/answer.txt', undefined],
  ['pretends', 'echo context_length_exceeded | tee $HUXLEY_OUT $HUXLEY_WORKSPACE/answer.txt', undefined],
];

it.each(shows)('tells what an agent that %s shows', async (_, solve, signs) => {
  await using endpoint = await alphaEndpoint();
  const commit = await commitOf({ 'agent.mjs': '' });
  const order = evaluateOrder(commit, ['a']);
  const lines: string[] = [];
  const machine = machineWith(commit, suite, endpoint, { report: (line) => void lines.push(line) });
  const result = await runJob({ ...order, agent: { ...order.agent, solve } }, machine);
  expect(resultSchema.parse(result)).toEqual(result);
  expect(result.kind === 'evaluate' && result.perTask[0]!.signs).toEqual(signs);
  expect(result.kind === 'evaluate' && result.perTask[0]!.evidence.includes('Noticed: nothing changed.')).toBe(!!signs);
  expect(lines.join().includes('a: unresolved, nothing changed (')).toBe(!!signs);
  const trajectory = JSON.parse(readFileSync(join(machine.results.folder, 'transcripts', 'a.json'), 'utf8'));
  expect(trajectorySchema.parse(trajectory).signs).toEqual(signs);
});

it('tells that a conversation was too long: for the model, and for the gateway', async () => {
  const refusal = JSON.stringify({ error: { message: 'Too long.', code: 'context_length_exceeded' } });
  await using endpoint = await fakeEndpoint((_, response) => sendJson(response, refusal, 400));
  const asking = await commitOf({ 'agent.mjs': ASKING_AGENT });
  const refused = await runJob(evaluateOrder(asking, ['a']), machineWith(asking, suite, endpoint));
  expect(refused.kind === 'evaluate' && refused.perTask[0]).toMatchObject({
    verdict: 'unresolved',
    signs: ['empty-patch', 'context-overflow'],
  });

  const shouting = await commitOf({
    'agent.mjs': ASKING_AGENT.replace('content: task', "content: 'x'.repeat(5_000_000)"),
  });
  const machine = machineWith(shouting, suite, endpoint);
  const unread = await runJob(evaluateOrder(shouting, ['a']), machine);
  expect(endpoint.calls).toHaveLength(1);
  expect(unread.kind === 'evaluate' && unread.perTask[0]!.signs).toEqual(['empty-patch', 'context-overflow']);
  const { conversation } = JSON.parse(readFileSync(join(machine.results.folder, 'transcripts', 'a.json'), 'utf8'));
  expect(conversation).toBe('[the call failed: gateway.oversize: the request is over 4194304 bytes]');
});

it('calls a workspace that links out of itself invalid', async () => {
  await using endpoint = await alphaEndpoint();
  const commit = await commitOf({ 'agent.mjs': '' });
  const order = evaluateOrder(commit, ['a']);
  const solve = 'ln -sf /etc/passwd $HUXLEY_WORKSPACE/answer.txt';
  const result = await runJob({ ...order, agent: { ...order.agent, solve } }, machineWith(commit, suite, endpoint));
  expect(verdicts(result)).toEqual(['a invalid']);
});

it('hides .github, protected paths and the suite from the agent, and gives it nothing to write to in its checkout', async () => {
  await using endpoint = await alphaEndpoint();
  const commit = await commitOf({
    'agent.mjs': '',
    '.github/secret': 'planted',
    'tiny/a/solution': 'planted',
    'vault/x': 'planted',
  });
  const order = evaluateOrder(commit, ['a']);
  const solve = 'echo x > new; grep -rl planted /huxley /work /tmp /etc /home 2>/dev/null; ls -A; env';
  const machine = machineWith(commit, suite, endpoint);
  await runJob({ ...order, agent: { ...order.agent, solve, protect: ['vault/**'] } }, machine);
  const { transcript } = JSON.parse(readFileSync(join(machine.results.folder, 'transcripts', 'a.json'), 'utf8'));
  expect(transcript).toContain('agent.mjs');
  expect(transcript).not.toMatch(/secret|solution|vault|^\/.*:$/m);
  expect(transcript).not.toContain(PLANTED_KEY);
  expect(transcript).toContain('Read-only file system');
});

it('reports trouble with the model as no result, never as a failure', async () => {
  const commit = await commitOf({ 'agent.mjs': ASKING_AGENT });
  const closed = machineWith(commit, suite, { baseURL: 'http://127.0.0.1:9/v1' });
  expect(verdicts(await runJob(evaluateOrder(commit, ['a']), closed))).toEqual(['a infrastructure']);
  await using refusing = await fakeEndpoint((_, response) =>
    sendJson(response, '{"error":{"message":"bad key"}}', 401),
  );
  const refused = await runJob(evaluateOrder(commit, ['a']), machineWith(commit, suite, refusing));
  expect(refused.kind === 'evaluate' && refused.perTask[0]).toMatchObject({
    verdict: 'infrastructure',
    evidence: expect.stringContaining('refused the call (401)'),
  });
});

it('starts no task that the budget or the deadline does not cover in full', async () => {
  await using endpoint = await alphaEndpoint();
  const commit = await commitOf({ 'agent.mjs': ASKING_AGENT });
  const order = evaluateOrder(commit, ['a', 'b']);
  const poor = { ...order, limits: { ...order.limits, costUSD: 0.5, taskCostUSD: 0.5 } };
  const afterPoor = await runJob(poor, machineWith(commit, suite, endpoint, { concurrency: 1 }));
  expect(
    afterPoor.kind === 'evaluate' && afterPoor.perTask.map(({ verdict, evidence }) => [verdict, evidence]),
  ).toEqual([
    ['resolved', expect.any(String)],
    ['infrastructure', "the job's budget leaves less than a task may cost"],
  ]);
  const late = { ...order, deadline: new Date(Date.now() + 10_000).toISOString() };
  expect(verdicts(await runJob(late, machineWith(commit, suite, endpoint)))).toEqual([
    'a infrastructure',
    'b infrastructure',
  ]);
});

it('leaves what it has when cancelled, and goes on from there', async () => {
  const commit = await commitOf({ 'agent.mjs': ASKING_AGENT });
  const cancel = new AbortController();
  let calls = 0;
  await using endpoint = await fakeEndpoint(async (_, response) => {
    if (++calls === 2) return cancel.abort();
    return sendJson(response, chatAnswer('alpha'));
  });
  const order = evaluateOrder(commit, ['a', 'b']);
  const machine = machineWith(commit, suite, endpoint, { concurrency: 1, signal: cancel.signal });
  const broken = await runJob(order, machine);
  expect(broken.error?.code).toBe('job.cancelled');
  expect(verdicts(broken)).toEqual(['a resolved', 'b infrastructure']);

  const again = { ...machine, signal: new AbortController().signal, results: new ResultFolder(machine.results.folder) };
  const resumed = await runJob(order, again);
  expect(verdicts(resumed)).toEqual(['a resolved', 'b unresolved']);
  expect(resumed.error).toBeNull();
  expect(calls).toBe(3);
  expect(resumed.usage.requests).toBeGreaterThanOrEqual(2);
  expect(readdirSync(machine.results.folder).sort()).toEqual(['result.json', 'transcripts']);
});

it('refuses a commit whose tree is another than ordered', async () => {
  await using endpoint = await alphaEndpoint();
  const commit = await commitOf({ 'agent.mjs': ASKING_AGENT });
  const result = await runJob(
    { ...evaluateOrder(commit, ['a']), tree: 'b'.repeat(40) },
    machineWith(commit, suite, endpoint),
  );
  expect(result.error).toMatchObject({ code: 'job.tree' });
  expect(verdicts(result)).toEqual([]);
});
