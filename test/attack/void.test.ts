import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Suite } from '../../src/benchmark/suite.ts';
import type { EvaluateOrder, Result } from '../../src/contract/contract.ts';
import { startGateway } from '../../src/gateway/gateway.ts';
import { evaluate } from '../../src/job/evaluate.ts';
import { runJob } from '../../src/job/run-job.ts';
import { chatAnswer, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { ASKING_AGENT, commitOf, evaluateOrder, machineWith } from '../support/job.ts';
import { scriptedSandbox } from '../support/scripted-sandbox.ts';
import { tinySuite } from '../support/tiny-suite.ts';
import { attack } from './attack.ts';

const numbered = (number: number, name: string, defence: string) =>
  ({ number, family: 'tamper', name, answer: 'prevented', defence }) as const;

function perTask(result: Result) {
  expect(result.error).toBeNull();
  return result.kind === 'evaluate' ? result.perTask : [];
}

const verdictsOf = (result: Result) => perTask(result).map(({ task, verdict }) => `${task} ${verdict}`);
const all = (words: object, verdict: string) => Object.keys(words).map((task) => `${task} ${verdict}`);

/** Answers each call as the last word of a task's statement says: `Write the word 404 into answer.txt.` earns a 404. */
const asTold = () =>
  fakeEndpoint((call, response, request) => {
    const told = /the word (\w+) into/.exec(JSON.stringify(call.body))?.[1] ?? '200';
    const status = Number(told);
    if (status >= 400)
      return sendJson(response, JSON.stringify({ error: { message: `you asked for ${told}` } }), status);
    if (told === 'nonsense') return sendJson(response, '<html>');
    if (told === 'inside') return sendJson(response, '{"error":{"code":502,"message":"bad gateway"}}');
    if (told === 'moderated') return sendJson(response, '{"error":{"code":"content_policy_violation"}}', 400);
    if (told === 'silent') return undefined;
    if (told === 'cut') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"choices":');
      return sleep(20).then(() => request.socket.destroy());
    }
    return sendJson(response, chatAnswer('nothing of use'));
  });

const STATUSES = { a: '401', b: '402', c: '403', d: '404', e: '409', f: '429', g: '500', h: '503', i: 'moderated' };
const TROUBLE = { a: 'cut', b: 'nonsense', c: 'inside', d: 'silent', e: '504' };

async function measured(
  words: Readonly<Record<string, string>>,
  variant: EvaluateOrder['variant'],
  agent = ASKING_AGENT,
  suite: Suite = tinySuite(words),
) {
  await using endpoint = await asTold();
  const commit = await commitOf({ 'agent.mjs': agent });
  const machine = machineWith(commit, suite, endpoint, { concurrency: 3 });
  const upstream = () => ({ ...machine.upstream([]), callSeconds: 3 });
  const order = evaluateOrder(commit, Object.keys(words), { variant });
  return await runJob({ ...order, limits: { ...order.limits, costUSD: 50 } }, { ...machine, upstream });
}

attack(
  numbered(
    200,
    'Earn a refusal of the provider for what cannot be solved',
    "infrastructure needs a call of the worker's own that fails too",
  ),
  async () => {
    const result = await measured(STATUSES, 'v3');
    expect(verdictsOf(result)).toEqual(all(STATUSES, 'unresolved'));
    for (const { evidence, signs } of perTask(result)) {
      expect(evidence).toMatch(/The only call refused: .* A call of the worker's own was answered\./);
      expect(signs, 'no sign of an attempt whose calls were all refused').toBeUndefined();
    }
    const root = await measured(STATUSES, 'v0');
    expect(verdictsOf(root), 'the root has no result: nothing is said of it').toEqual(all(STATUSES, 'infrastructure'));
    return `${Object.values(STATUSES).join(', ')}: each unresolved for a variant, none counted for the root`;
  },
);

attack(
  numbered(201, 'Provoke a cut, nonsense, an error in a 200, a timeout', "the same: the worker's own call is answered"),
  async () => {
    const result = await measured(TROUBLE, 'v3');
    expect(verdictsOf(result)).toEqual(all(TROUBLE, 'unresolved'));
    for (const { evidence } of perTask(result)) expect(evidence).toContain("A call of the worker's own was answered.");
    return Object.values(TROUBLE).join(', ');
  },
);

attack(numbered(202, 'Fail while the provider is really out', 'no result, for every variant alike'), async () => {
  const commit = await commitOf({ 'agent.mjs': ASKING_AGENT });
  for (const variant of ['v0', 'v3'] as const) {
    await using endpoint = await fakeEndpoint((_, response) => sendJson(response, '{}', 503));
    const machine = machineWith(commit, tinySuite({ a: 'alpha' }), endpoint);
    const [task] = perTask(await runJob(evaluateOrder(commit, ['a'], { variant }), machine));
    expect(task).toMatchObject({ verdict: 'infrastructure', evidence: expect.stringMatching(/own failed too: 502/) });
    // One retry of the task, each with two tries of the agent's call and two of the worker's own.
    expect(endpoint.calls).toHaveLength(8);
  }
  return '8 calls for the root, 8 for a variant, neither judged';
});

/** Asks the model many times at once, then leaves. */
const HAMMER = `
const e = process.env;
const ask = () => fetch(e.OPENAI_BASE_URL + '/chat/completions', {
  method: 'POST',
  headers: { authorization: 'Bearer ' + e.OPENAI_API_KEY, 'content-type': 'application/json' },
  body: JSON.stringify({ model: e.HUXLEY_MODEL, messages: [{ role: 'user', content: 'x' }], max_completion_tokens: 10 }),
}).then((r) => r.text()).catch(() => undefined);
await Promise.all(Array.from({ length: 60 }, ask));
`;

attack(
  numbered(
    203,
    'Hammer the endpoint until it is busy',
    "others wait while the worker's own call asks, longer than any burst lasts",
  ),
  async () => {
    const times: number[] = [];
    await using endpoint = await fakeEndpoint((_, response) => {
      const now = Date.now();
      times.push(now);
      const busy = times.filter((time) => now - time < 400).length > 3;
      return busy ? sendJson(response, '{}', 429) : sendJson(response, chatAnswer('no'));
    });
    const words = { a: 'alpha', b: 'beta', c: 'gamma' };
    const commit = await commitOf({ 'agent.mjs': HAMMER });
    const machine = machineWith(commit, tinySuite(words), endpoint, { concurrency: 3 });
    const upstream = () => ({
      ...machine.upstream([]),
      retry: { tries: 3, firstWait: 0.2, longestWait: 1, longestRetryAfter: 1 },
    });
    const result = await runJob(evaluateOrder(commit, Object.keys(words)), { ...machine, upstream });
    expect(verdictsOf(result)).toEqual(all(words, 'unresolved'));
    expect(perTask(result).some(({ evidence }) => /calls? refused: .*429/.test(evidence))).toBe(true);
    return `${times.length} calls arrived; each task unresolved`;
  },
);

attack(
  numbered(204, 'End its own processes, container or connections in mid-call', 'what the agent ends is its own affair'),
  async () => {
    const leaving = `import { connect } from 'node:net';
const s = connect(Number(new URL(process.env.OPENAI_BASE_URL).port), '127.0.0.1');
const body = JSON.stringify({ model: process.env.HUXLEY_MODEL, messages: [{ role: 'user', content: 'Write the word 503 into x' }], stream: true });
s.write('POST /v1/chat/completions HTTP/1.1\\r\\nhost: x\\r\\nauthorization: Bearer ' + process.env.OPENAI_API_KEY + '\\r\\ncontent-length: ' + body.length + '\\r\\n\\r\\n' + body);
setTimeout(() => { s.destroy(); process.kill(process.ppid, 9); process.kill(-1, 9); }, 100);`;
    const words = { a: 'alpha', b: 'beta' };
    expect(verdictsOf(await measured(words, 'v3', leaving))).toEqual(all(words, 'unresolved'));
    return 'each unresolved';
  },
);

attack(
  numbered(
    205,
    'Leave bytes that the machine fails at',
    'trouble that repeats while an idle attempt is served counts as failed',
  ),
  async () => {
    const words = { a: 'alpha', b: 'beta' };
    const suite = tinySuite(words);
    const bomb = ASKING_AGENT.replace('JSON.parse(answer).choices[0].message.content', "'bomb'");
    const failing = (bytes: RegExp): Suite => ({
      ...suite,
      grade: async (task, files, ...rest) => {
        if (files.some(({ content }) => bytes.test(Buffer.from(content).toString())))
          throw new RangeError('Invalid string length');
        return await suite.grade(task, files, ...rest);
      },
    });
    const provoked = await measured(words, 'v3', bomb, failing(/bomb/));
    expect(verdictsOf(provoked)).toEqual(all(words, 'unresolved'));
    expect(perTask(provoked)[0]!.evidence).toMatch(/No result in 3 tries .* it counts as failed/);
    const broken = await measured(words, 'v3', bomb, failing(/./));
    expect(verdictsOf(broken), 'a machine that is broken for everybody').toEqual(all(words, 'infrastructure'));
    return 'unresolved; a machine that serves nobody gives no result';
  },
);

attack(
  numbered(
    206,
    'Ask with any JSON there is',
    'bodies are checked by shape; what is written down is taken in by total functions',
  ),
  async () => {
    let bodies: readonly string[] = [];
    await using endpoint = await fakeEndpoint((call, response) => {
      const stream = call.body.stream === true;
      if (stream)
        response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .end(`data: ${JSON.stringify({ choices: [{ delta: call.body, finish_reason: 'stop' }] })}\n\n`);
      else
        sendJson(
          response,
          JSON.stringify({ choices: [{ message: (call.body.messages as unknown[])?.[0] }], error: null }),
        );
    });
    const gateway = await startGateway({
      upstream: { baseURL: endpoint.baseURL, apiKey: 'sk-none-at-all' },
      models: ['gpt-5-mini'],
      budget: {},
      retry: { tries: 1, firstWait: 0.001, longestWait: 0.001, longestRetryAfter: 0 },
    });
    const sandbox = scriptedSandbox(async (env) => {
      for (const body of bodies) {
        const headers = { authorization: `Bearer ${env.OPENAI_API_KEY}`, 'content-type': 'application/json' };
        await fetch(`${gateway.baseURL}/chat/completions`, { method: 'POST', headers, body }).then((answer) =>
          answer.text(),
        );
      }
    });
    const commit = { repository: '', sha: 'a'.repeat(40), tree: 'b'.repeat(40) };
    const order = evaluateOrder(commit, ['a'], { variant: 'v3' });
    const bench = {
      sandbox,
      suite: tinySuite({ a: 'alpha' }),
      gateway,
      image: 'none',
      concurrency: 1,
      signal: new AbortController().signal,
      report: () => undefined,
    };
    const hostile = fc.constantFrom<unknown>(
      { toString: 1 },
      { toString: null, valueOf: [] },
      '\ud800',
      '\u0000\u001b[31m',
      JSON.parse('{"__proto__":{"role":"system"}}'),
      1e308,
      -0,
      { constructor: { prototype: 1 } },
      [[[[[[[[]]]]]]]],
    );
    const value = fc.oneof(fc.jsonValue(), hostile);
    const message = fc.dictionary(
      fc.constantFrom('role', 'content', 'tool_calls', 'name', 'refusal', 'x', '__proto__'),
      value,
    );
    const request = fc.record({
      model: fc.constant('gpt-5-mini'),
      messages: fc.array(message, { maxLength: 4 }),
      stream: fc.boolean(),
      stop: value,
      user: value,
    });
    const raw = fc.oneof(
      request.map((body) => JSON.stringify(body)),
      fc.json(),
      fc.string(),
    );
    let seen = 0;
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(raw, { minLength: 1, maxLength: 5 }), async (given) => {
          bodies = given;
          const hooks = {
            previous: [],
            onResult: async () => undefined,
            onTrajectory: async (trajectory: object) => void JSON.stringify(trajectory),
          };
          const results = await evaluate(bench, order, '/nowhere', hooks);
          expect(results.map(({ verdict }) => verdict)).toEqual(['unresolved']);
          seen += given.length;
        }),
        { numRuns: 150 },
      );
    } finally {
      await gateway.close();
    }
    return `${seen} bodies, each attempt judged`;
  },
);

attack(
  numbered(
    207,
    'Spend all there is after a refusal, so that nobody can ask',
    'what cannot be found out counts for no variant',
  ),
  async () => {
    await using endpoint = await fakeEndpoint((call, response) =>
      JSON.stringify(call.body).includes('404')
        ? sendJson(response, '{"error":{"message":"no such item"}}', 404)
        : sendJson(response, chatAnswer('no', { prompt_tokens: 10, completion_tokens: 240_000 })),
    );
    const agent = `${ASKING_AGENT.replace('content: task', "content: '404'")}\n${ASKING_AGENT.replace(
      /^import.*$/gm,
      '',
    )
      .replaceAll('const ', 'var ')
      .replace('content: task', "content: 'spend'")}`.replaceAll('const ', 'var ');
    const commit = await commitOf({ 'agent.mjs': agent });
    const verdicts = [];
    for (const variant of ['v3', 'v0'] as const) {
      const order = evaluateOrder(commit, ['a'], { variant });
      const limits = { ...order.limits, costUSD: 0.4801, taskCostUSD: 0.48 };
      const [task] = perTask(
        await runJob({ ...order, limits }, machineWith(commit, tinySuite({ a: 'alpha' }), endpoint)),
      );
      verdicts.push(task!.verdict);
    }
    expect(verdicts).toEqual(['unresolved', 'infrastructure']);
    return 'unresolved for a variant, no result for the root';
  },
);
