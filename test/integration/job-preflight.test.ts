import { expect, inject, test } from 'vitest';
import type { Suite, SuiteTask } from '../../src/benchmark/suite.ts';
import type { PreflightOrder } from '../../src/contract/contract.ts';
import { endpointsOf } from '../../src/job/endpoints.ts';
import { runPreflight } from '../../src/job/preflight-job.ts';
import type { JobMachine } from '../../src/job/run-job.ts';
import { HuxleyError } from '../../src/model/error.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { chatAnswer, type FakeEndpoint, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { ASKING_AGENT, commitOf, evaluateOrder, machineWith } from '../support/job.ts';

const AGENT = { 'agent.mjs': ASKING_AGENT, 'check.sh': 'test -e agent.mjs' };

function suiteOf(tasks: readonly Partial<SuiteTask>[], over: Partial<Suite> = {}): Suite {
  const whole = tasks.map((task) => ({
    id: 'a',
    language: 'shell',
    image: null,
    workdir: '/work',
    statement: 'x',
    solutionPaths: [],
    testSeconds: 10,
    ...task,
  }));
  return {
    name: 'tiny',
    digest: 'sha256:1',
    list: () => whole,
    workspace: async () => [],
    grade: () => Promise.reject(new Error('nothing is graded')),
    reference: async () => null,
    ...over,
  };
}

interface Case {
  readonly files?: Readonly<Record<string, string>>;
  readonly suite?: Suite;
  readonly order?: (order: PreflightOrder) => Partial<PreflightOrder>;
  readonly machine?: Partial<JobMachine>;
  readonly answer?: Parameters<typeof fakeEndpoint>[0];
}

async function look({ files = AGENT, suite = suiteOf([{}]), order = () => ({}), machine, answer }: Case = {}) {
  await using endpoint: FakeEndpoint = await fakeEndpoint(
    answer ?? ((_, response) => sendJson(response, chatAnswer('OK'))),
  );
  const commit = await commitOf(files);
  const { split: _, ...base } = evaluateOrder(commit, ['a']);
  const whole: PreflightOrder = { ...base, kind: 'preflight', agent: { ...base.agent, check: 'sh check.sh' } };
  const result = await runPreflight({ ...whole, ...order(whole) }, machineWith(commit, suite, endpoint, machine));
  return { ...result, calls: endpoint.calls };
}

test('a run that can do its work has nothing found, for one call to each model', async () => {
  const models = { solve: 'gpt-5-mini', modify: 'gpt-5', diagnose: 'gpt-5', baseURL: null };
  const { findings, error, usage, calls } = await look({ order: () => ({ models }) });
  expect({ findings, error }).toEqual({ findings: [], error: null });
  expect(calls.map(({ body }) => body.model).sort()).toEqual(['gpt-5', 'gpt-5-mini']);
  expect(usage.costUSD).toBeGreaterThan(0);
});

test('everything that is wrong is found at once, each with what to do', async () => {
  const { findings } = await look({
    files: { 'agent.mjs': ASKING_AGENT, 'check.sh': 'echo "2 tests failed\u001b[31m"; exit 3' },
    suite: suiteOf([{ id: 'a' }, { id: 'b' }], {
      workspace: (id) => (id === 'b' ? Promise.reject(new Error('EACCES: tasks/b')) : Promise.resolve([])),
      problems: [new HuxleyError('suite.task', 'tasks/c/task.yml has no language', 'Add one.')],
    } as Partial<Suite>),
    order: () => ({ tasks: ['a', 'b', 'c', 'd'], suite: { name: 'tiny', digest: 'sha256:2' } }),
    answer: (_, response) => sendJson(response, '{"error":{"message":"The model does not exist"}}', 404),
  });
  const text = (about: string) => findings.flatMap((each) => (each.about === about ? [each.text] : [])).join('\n');
  expect(text('check')).toMatch(/The root does not pass `agent.check`[\s\S]*exit 3[\s\S]*2 tests failed/);
  expect(text('check')).not.toContain('\u001b');
  expect(text('models')).toMatch(/A call to gpt-5-mini failed: 404: .*does not exist.*Correct `models`/s);
  expect(text('tasks')).toContain('sha256:1 here, and sha256:2');
  expect(text('tasks')).toContain('2 of 4 tasks cannot be read: c, d');
  expect(text('tasks')).toContain('tasks/c/task.yml has no language. Add one.');
  expect(text('tasks')).toMatch(/workspace of 1 tasks cannot be read: b \(EACCES/);
  expect(findings.every(({ fatal }) => fatal)).toBe(true);
});

test('an image that is not there, and a suite that cannot be opened, are findings too', async () => {
  const gone = (code: string) => () => Promise.reject(new HuxleyError(code, `no ${code}`, 'Make one.'));
  const { findings, error } = await look({
    machine: { openSandbox: gone('setup.image'), openSuite: gone('suite.unknown') },
  });
  expect(error).toBeNull();
  expect(findings).toEqual([
    { about: 'tasks', fatal: true, text: 'no suite.unknown. Make one.' },
    { about: 'image', fatal: true, text: 'no setup.image. Make one.' },
  ]);
});

test('what is nobody’s finding is trouble of the job, which is tried again', async () => {
  const broken = { openSandbox: () => Promise.reject(new TypeError('socket hang up')) };
  expect(await look({ machine: broken })).toMatchObject({ error: { code: 'job.failed', message: 'socket hang up' } });
});

test('a model that is reached by the other dialect alone is reached', async () => {
  const answer: Case['answer'] = ({ path }, response) =>
    path.endsWith('/responses')
      ? sendJson(
          response,
          JSON.stringify({
            id: 'r',
            object: 'response',
            status: 'completed',
            model: 'gpt-5-mini',
            output: [],
            usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
          }),
        )
      : sendJson(response, '{"error":{"message":"use /v1/responses"}}', 404);
  expect((await look({ answer })).findings).toEqual([]);
});

test('a model is called by the APIs of its provider alone, and a provider without its key is found', async () => {
  const body = {
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  await using provider = await fakeEndpoint((_, response) => sendJson(response, JSON.stringify(body)));
  const { baseURL } = provider;
  const claude = { provider: 'a', model: 'claude-haiku-4-5' };
  const providers = { a: { baseURL, key: 'A_KEY', api: 'messages' as const } };
  const models = { solve: ['gpt-5-mini', claude], modify: claude, diagnose: claude, baseURL: null, providers };
  const asked = (secret: () => string): Case => ({
    order: () => ({ models }),
    machine: {
      upstream: (names) => endpointsOf(models, names, { defaultEndpoint: () => ({ baseURL, apiKey: 'none' }), secret }),
    },
    answer: () => expect.unreachable(),
  });
  const { findings } = await look(asked(() => 'sk-of-a-0123456789'));
  expect(findings).toEqual([]);
  expect(provider.calls.map(({ path, body }) => [path, body.model])).toEqual([
    ['/v1/chat/completions', 'gpt-5-mini'],
    ['/v1/messages', 'claude-haiku-4-5'],
  ]);
  const missing = () => {
    throw new HuxleyError('action.key', 'There is no A_KEY', 'Store it.');
  };
  expect((await look(asked(missing))).findings).toEqual([
    { about: 'models', fatal: true, text: 'There is no A_KEY. Store it.' },
  ]);
});

test.each<[string, string, Record<string, string>, RegExp | null]>([
  ['an interpreter that is not there', 'python4 agent.py', {}, /exit 127/],
  [
    'a module that is not there',
    'node needs.mjs',
    { 'needs.mjs': "import 'left-pad';" },
    /Cannot find package 'left-pad'/,
  ],
  ['an agent that comes to its first call', 'node agent.mjs', {}, null],
  [
    'an agent that gives up without a model',
    'node gives-up.mjs',
    { 'gives-up.mjs': 'throw new Error("no answer");' },
    null,
  ],
])('the agent is started in the image a task brings: %s', async (_, solve, more, found) => {
  const image = inject('sandboxImage');
  const sandbox = dockerSandbox({ socket: inject('engineSocket') });
  const { findings } = await look({
    files: { ...AGENT, ...more },
    suite: suiteOf([
      { id: 'a', image: 'of-the-task' },
      { id: 'b', image: 'of-the-task' },
    ]),
    order: (order) => ({ agent: { ...order.agent, solve } }),
    machine: { openSandbox: async () => ({ sandbox, image }) },
  });
  if (found === null) return expect(findings).toEqual([]);
  expect(findings).toEqual([{ about: 'image', fatal: true, text: expect.stringMatching(found) }]);
  expect(findings[0]!.text).toContain('The agent does not start in the image of a (of-the-task)');
});
