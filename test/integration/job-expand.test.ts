import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type ExpandOrder, type ExpandResult, resultSchema } from '../../src/contract/contract.ts';
import { runJob } from '../../src/job/run-job.ts';
import { runGit } from '../../src/job/tree/run-git.ts';
import { trajectory } from '../../src/operator/trajectory.fixture.ts';
import { fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { DIAGNOSIS, expandingEndpoint, OBEDIENT_AGENT } from '../support/expanding.ts';
import { type Commit, commitOf, expandOrder, machineWith } from '../support/job.ts';
import { tinySuite } from '../support/tiny-suite.ts';

const SOLUTION = 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen';
const suite = tinySuite({ a: 'alpha', 'write-sixteen': SOLUTION });
const files = {
  'agent.mjs': OBEDIENT_AGENT,
  'package.json': '{"name":"agent"}',
  '.gitignore': 'scratch/\n',
  '.github/huxley.yml': 'version: 1\n',
  'vault/check.sh': 'test ! -e broken.txt',
};
const failed = trajectory('v3', 'a', 'unresolved');

async function expanded(
  commands: string,
  over: { order?: (order: ExpandOrder) => Partial<ExpandOrder>; diagnosis?: unknown; commit?: Commit } = {},
): Promise<ExpandResult> {
  await using endpoint = await expandingEndpoint(commands, over.diagnosis);
  const commit = over.commit ?? (await commitOf(files));
  const order = expandOrder(commit);
  const agent = { ...order.agent, check: 'sh vault/check.sh', protect: ['vault/**'] };
  const machine = machineWith(commit, suite, endpoint, { fetchEvidence: async () => [failed] });
  const result = await runJob({ ...order, agent, ...over.order?.(order) }, machine);
  expect(resultSchema.parse(result)).toEqual(result);
  expect(JSON.parse(readFileSync(join(machine.results.folder, 'result.json'), 'utf8'))).toEqual(result);
  return result as ExpandResult;
}

it('diagnoses, modifies, validates and checks, and returns the changed files', async () => {
  const result = await expanded(
    'echo "// again" >> agent.mjs; printf x > run.sh; chmod +x run.sh; mkdir scratch; echo > scratch/s',
  );
  expect(result).toMatchObject({
    error: null,
    failure: null,
    diagnosis: DIAGNOSIS,
    files: [
      { path: 'agent.mjs', mode: '100644', content: `${OBEDIENT_AGENT}// again\n` },
      { path: 'run.sh', mode: '100755', content: 'x' },
    ],
    usage: { requests: 2 },
  });
});

it('hands the agent the proposal and nothing of the records', async () => {
  await using endpoint = await expandingEndpoint('true');
  const commit = await commitOf(files);
  await runJob(expandOrder(commit), machineWith(commit, suite, endpoint, { fetchEvidence: async () => [failed] }));
  const [diagnosis, modify] = endpoint.calls.map(({ body }) => JSON.stringify(body));
  expect(diagnosis).toContain('conversation of v3 on a');
  expect(diagnosis).not.toContain('version: 1');
  expect(modify).toContain('When a command fails, try once more.');
  expect(modify).not.toContain('of v3 on a');
});

it.each([
  ['nothing', 'true', 'modify', 'the agent changed nothing (exit 0)'],
  [
    'only what is ignored',
    'mkdir scratch __pycache__; echo > scratch/x; echo > __pycache__/y.pyc',
    'modify',
    'the agent changed nothing',
  ],
  [
    'a protected path',
    'mkdir vault; echo true > vault/check.sh',
    'validate',
    "vault/check.sh is protected by 'vault/**'",
  ],
  [
    'a workflow',
    'mkdir -p .github/workflows; echo "on: push" > .github/workflows/x.yml',
    'validate',
    '.github, which is always protected',
  ],
  ['a dependency', `echo '{"dependencies":{"x":"1"}}' > package.json`, 'validate', 'the dependencies of package.json'],
  ['a binary', 'head -c 100 /dev/zero > blob', 'validate', 'blob is binary'],
  ['a task by name', 'echo "// write-sixteen" >> agent.mjs', 'validate', 'agent.mjs names a benchmark task'],
  [
    'a solution',
    `echo "const x = '${SOLUTION}'" >> agent.mjs`,
    'validate',
    "repeats a benchmark task's statement, tests or solution",
  ],
  ['a link out', 'ln -s /etc/passwd x', 'modify', 'Left in the workspace: x (a link that leads out).'],
] as const)('a child that changes %s is not made', async (_, commands, stage, reason) => {
  const result = await expanded(commands);
  expect(result.error).toBeNull();
  expect(result.failure).toEqual({ stage, reason: expect.stringContaining(reason) });
  expect(result.files).toEqual([]);
  expect(result.diagnosis).toEqual(DIAGNOSIS);
});

it('keeps the files of a child that fails its own check, which it cannot edit', async () => {
  const result = await expanded('echo > broken.txt');
  expect(result.failure).toEqual({ stage: 'check', reason: 'sh vault/check.sh: exit 1\n' });
  expect(result.files.map(({ path }) => path)).toEqual(['broken.txt']);
});

it('ends a check that never ends', async () => {
  const result = await expanded('echo x > y.txt', {
    order: (order) => ({ agent: { ...order.agent, check: 'sleep 60' }, limits: { ...order.limits, taskSeconds: 3 } }),
  });
  expect(result.failure).toEqual({ stage: 'check', reason: 'sleep 60: not done after 3 s\n' });
});

it.each([
  ['is no JSON', 'nonsense', 'no JSON object'],
  ['has another shape', '{"verdict":1}', 'the answer has not the shape asked for'],
  ['is empty', JSON.stringify({ ...DIAGNOSIS, title: ' ' }), 'an empty title or proposal'],
])('a diagnosis that %s costs what it costs and makes no child', async (_, answer, reason) => {
  await using endpoint = await fakeEndpoint((_call, response) =>
    sendJson(
      response,
      JSON.stringify({
        choices: [{ index: 0, message: { role: 'assistant', content: answer }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 100, completion_tokens: 10 },
      }),
    ),
  );
  const commit = await commitOf(files);
  const machine = machineWith(commit, suite, endpoint, { fetchEvidence: async () => [failed] });
  const result = await runJob(expandOrder(commit), machine);
  expect(result).toMatchObject({
    error: null,
    failure: { stage: 'diagnose', reason: expect.stringContaining(reason) },
    usage: { requests: 2, inputTokens: 200, outputTokens: 20 },
  });
});

it('adopts what a person changed without a model: validated, built and checked as any change', async () => {
  await using endpoint = await expandingEndpoint('true');
  const adopted = async (more: Readonly<Record<string, string>>) => {
    const root = await commitOf(files);
    const changed = await commitOf({ ...files, ...more });
    await runGit(root.repository, ['fetch', '-q', changed.repository, changed.sha]);
    const order = expandOrder(root, {
      operator: { name: 'adoption', child: 'v4', base: root.sha, head: changed.sha },
      tasks: [],
    });
    const agent = { ...order.agent, check: 'sh vault/check.sh', protect: ['vault/**'] };
    return (await runJob({ ...order, agent }, machineWith(root, suite, endpoint))) as ExpandResult;
  };
  expect(await adopted({ 'notes.md': 'Why\n', 'agent.mjs': '// other\n' })).toMatchObject({
    ...{ error: null, failure: null, diagnosis: null },
    files: [
      { path: 'agent.mjs', mode: '100644', content: '// other\n' },
      { path: 'notes.md', mode: '100644', content: 'Why\n' },
    ],
  });
  for (const [more, stage, reason] of [
    [{ 'notes.md': SOLUTION }, 'validate', 'notes.md'],
    [{ 'agent.mjs': '// write-sixteen\n' }, 'validate', 'agent.mjs names a benchmark task'],
    [{ 'vault/check.sh': 'true' }, 'validate', 'protected'],
    [{ 'broken.txt': 'x' }, 'check', 'exit 1'],
  ] as const)
    expect((await adopted(more)).failure).toMatchObject({ stage, reason: expect.stringContaining(reason) });
  expect(endpoint.calls).toEqual([]);
});

it('takes edits back, checks what is left like any other child, and asks no model; what later edits build on stays', async () => {
  await using endpoint = await expandingEndpoint('true');
  const versions = [
    files,
    { ...files, 'tips.md': 'Think.\n', 'vault/notes': 'n' },
    {
      ...files,
      'tips.md': 'Think.\n',
      'vault/notes': 'n',
      'prompt.md': 'a\n',
      '.gitattributes': '* merge=evil filter=evil\n',
    },
    {
      ...files,
      'tips.md': 'Think.\n',
      'vault/notes': 'n',
      'prompt.md': 'b\n',
      '.gitattributes': '* merge=evil filter=evil\n',
    },
    { ...files, 'tips.md': 'Think.\n', 'vault/notes': 'n', 'prompt.md': 'b\n', 'broken.txt': '', 'ok.txt': '' },
  ];
  const commits = await Promise.all(versions.map(commitOf));
  const slimmed = async (at: number, dropped: readonly number[], check = 'sh vault/check.sh') => {
    const top = commits[at]!;
    await runGit(top.repository, ['config', 'merge.evil.driver', 'touch pwned']);
    for (const { repository, sha } of commits) await runGit(top.repository, ['fetch', '-q', repository, sha]);
    const drop = dropped.map((n) => ({
      ...{ variant: `v${n}` as const, base: commits[n - 1]!.sha, head: commits[n]!.sha },
    }));
    const order = expandOrder(top, { operator: { name: 'slim', child: 'v9', drop }, tasks: [] });
    const agent = { ...order.agent, check, protect: ['vault/check.sh'] };
    const result = await runJob({ ...order, agent }, machineWith(top, suite, endpoint));
    return resultSchema.parse(result) as ExpandResult;
  };
  expect(await slimmed(3, [2, 1])).toMatchObject({
    ...{ error: null, failure: null, diagnosis: null, unreverted: ['v2'] },
    files: [
      { path: 'tips.md', mode: '100644', content: null },
      { path: 'vault/notes', mode: '100644', content: null },
    ],
  });
  const alone = await slimmed(3, [1]);
  expect([alone.failure, 'unreverted' in alone]).toEqual([null, false]);
  expect((await slimmed(3, [2])).failure).toEqual({
    stage: 'modify',
    reason:
      'later edits build on those that were to go, or what would be left of them is not allowed: v2 (in prompt.md)',
  });
  const failing = await slimmed(4, [1], 'test -e tips.md');
  expect(failing).toMatchObject({ failure: { stage: 'check' }, files: [{ path: 'tips.md' }, { path: 'vault/notes' }] });
  expect(endpoint.calls).toEqual([]);
});

it('says which evidence is missing', async () => {
  const result = await expanded('true', {
    order: (order) => ({ operator: { name: 'hybridization', child: order.operator.child, donor: null } }),
  });
  expect(result.failure).toMatchObject({
    stage: 'diagnose',
    reason: expect.stringContaining('hybridization needs one task'),
  });
  expect(result.usage.requests).toBe(0);
});

it('stops at its budget', async () => {
  const result = await expanded('true', { order: (order) => ({ limits: { ...order.limits, costUSD: 0.001 } }) });
  expect(result.failure).toMatchObject({ stage: 'diagnose', reason: expect.stringContaining('budget') });
  expect(result.usage.costUSD).toBe(0);
});

it('says that the endpoint was down, which is nobody’s failure', async () => {
  const commit = await commitOf(files);
  const closed = { baseURL: 'http://127.0.0.1:9/v1' };
  const machine = machineWith(commit, suite, closed, { fetchEvidence: async () => [failed] });
  expect(await runJob(expandOrder(commit), machine)).toMatchObject({
    error: { code: 'job.model', message: expect.stringContaining('While diagnosing: The model could not be reached') },
    failure: null,
  });
});

it('shows hybridization how the donor’s source differs', async () => {
  await using endpoint = await expandingEndpoint('echo "// new" >> agent.mjs');
  const parent = await commitOf(files);
  const donor = await commitOf({ ...files, 'retry.mjs': 'export const retries = 3;\n', '.github/x': 'unseen' });
  const { runGit } = await import('../../src/job/tree/run-git.ts');
  await runGit(parent.repository, ['fetch', '-q', donor.repository, donor.sha]);
  const order = expandOrder(parent, {
    operator: { name: 'hybridization', child: 'v6', donor: { variant: 'v5', sha: donor.sha, tree: donor.tree } },
  });
  const machine = machineWith(parent, suite, endpoint, {
    fetchEvidence: async () => [failed, trajectory('v5', 'a', 'resolved')],
  });
  const result = await runJob(order, machine);
  expect(result).toMatchObject({ error: null, failure: null, files: [{ path: 'agent.mjs' }] });
  const shown = JSON.stringify(endpoint.calls[0]!.body);
  expect(shown).toContain('+export const retries = 3;');
  expect(shown).toContain('conversation of v5 on a');
  expect(shown).not.toContain('unseen');
});
