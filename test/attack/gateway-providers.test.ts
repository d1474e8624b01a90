import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { runJob } from '../../src/job/run-job.ts';
import { chatAnswer, type FakeEndpoint, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { KEY, openGateway, QUESTION } from '../support/gateway.ts';
import { commitOf, evaluateOrder, machineWith } from '../support/job.ts';
import { tinySuite } from '../support/tiny-suite.ts';
import { attack } from './attack.ts';

// Several providers stand behind one gateway, each with a key of its own. None may come to see another's.

const OTHER_KEY = 'sk-other-9876543210fedcba';
const CLAUDE = 'claude-sonnet-4-5';
const DATED = 'claude-sonnet-4-5-20250929';

interface Seen {
  readonly calls: FakeEndpoint['calls'];
  /** Everything that came with them, headers too. */
  readonly all: string[];
}

/** Notes all that comes; answers as told. */
async function listening(answer: Parameters<typeof fakeEndpoint>[0]) {
  const all: string[] = [];
  const endpoint = await fakeEndpoint((call, response, request) => {
    all.push(JSON.stringify([request.url, request.rawHeaders, call.body]));
    return answer(call, response, request);
  });
  return { endpoint, seen: { calls: endpoint.calls, all } satisfies Seen };
}

const says = (model: string) => JSON.stringify({ ...JSON.parse(chatAnswer('hi')), model });

attack(
  {
    number: 232,
    family: 'leak',
    name: 'Have one provider be sent the key of another',
    answer: 'prevented',
    defence: 'the name that is asked decides the endpoint, and the endpoint the key; redirects are not followed',
  },
  async () => {
    const { endpoint: b, seen } = await listening(({ body }, response) =>
      body.temperature === 1
        ? sendJson(response, '{}', 307, { location: `${ours.endpoint.baseURL}/chat/completions` })
        : sendJson(response, says(CLAUDE)),
    );
    await using other = b;
    const own: string[] = [];
    const ours = await openGateway(
      ({ body }, response, request) => {
        own.push(JSON.stringify([request.url, request.rawHeaders, body]));
        return body.temperature === 1
          ? sendJson(response, '{}', 308, { location: `${other.baseURL}/messages` })
          : sendJson(response, chatAnswer('hi'));
      },
      {
        models: ['gpt-5-mini', CLAUDE],
        providers: [{ baseURL: other.baseURL, apiKey: OTHER_KEY, models: [CLAUDE] }],
      },
    );
    const { gateway, post } = ours;
    const token = gateway.token('t');
    const statuses: number[] = [];
    const names = [CLAUDE, DATED, 'gpt-5-mini', 'gpt-5-mini-2025-08-07', 'claude-opus-4-5', `${CLAUDE}/../gpt-5-mini`];
    for (const model of names)
      for (const more of [{}, { temperature: 1 }])
        for (const path of ['/chat/completions', '/messages', '/messages/count_tokens'])
          statuses.push((await post(token, { ...QUESTION, model, max_tokens: 10, ...more }, path)).status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(5);
    expect(seen.all.join('\n')).toContain(OTHER_KEY);
    expect(seen.all.join('\n')).not.toContain(KEY);
    expect(own.join('\n')).toContain(KEY);
    expect(own.join('\n')).not.toContain(OTHER_KEY);
    expect(new Set(seen.calls.map(({ body }) => body.model))).toEqual(new Set([CLAUDE]));
    expect(new Set(ours.endpoint.calls.map(({ body }) => body.model))).toEqual(new Set(['gpt-5-mini']));
    return `${seen.all.length} calls to one and ${own.length} to the other, each with its own key alone`;
  },
);

attack(
  {
    number: 233,
    family: 'leak',
    name: 'Have one provider repeat the key of another, to the agent or into the records',
    answer: 'prevented',
    defence:
      'every provider’s key is removed from every answer and record, and none from what the gateway itself sends',
  },
  async () => {
    const file = `/tmp/huxley-providers-${process.pid}.jsonl`;
    const { endpoint: b, seen } = await listening((_, response) =>
      sendJson(response, chatAnswer(`${KEY} and ${Buffer.from(OTHER_KEY).toString('base64')}`)),
    );
    await using other = b;
    const { gateway, entries, post } = await openGateway(() => expect.unreachable(), {
      models: ['gpt-5-mini', CLAUDE],
      providers: [{ baseURL: other.baseURL, apiKey: OTHER_KEY, models: [CLAUDE] }],
      record: file,
    });
    const answer = await (await post(gateway.token('t'), { ...QUESTION, model: CLAUDE })).text();
    const everything = [answer, JSON.stringify(entries), readFileSync(file, 'utf8')].join('\n');
    for (const key of [KEY, OTHER_KEY, Buffer.from(OTHER_KEY).toString('base64').replace(/=+$/, '')])
      expect(everything).not.toContain(key);
    expect(everything.match(/\[removed secret\]/g)!.length).toBeGreaterThan(2);
    expect(seen.all).toHaveLength(1);
    return 'both keys are gone from answer, transcript and recording';
  },
);

attack(
  {
    number: 234,
    family: 'spend',
    name: 'Spend one budget at two providers at once',
    answer: 'prevented',
    defence: 'calls are set aside in one ledger, each at its own provider’s price',
  },
  async () => {
    const usage = { prompt_tokens: 100, completion_tokens: 1_000 };
    const { endpoint: b } = await listening((_, response) => sendJson(response, chatAnswer('hi', usage)));
    await using other = b;
    const { gateway, post } = await openGateway((_, response) => sendJson(response, chatAnswer('hi', usage)), {
      models: ['gpt-5-mini', CLAUDE],
      providers: [{ baseURL: other.baseURL, apiKey: OTHER_KEY, models: [CLAUDE] }],
      budget: { costUSD: 0.1 },
    });
    const token = gateway.token('t');
    const asked = Array.from({ length: 60 }, (_, n) => (n % 2 === 0 ? CLAUDE : 'gpt-5-mini'));
    const statuses = await Promise.all(
      asked.map(async (model) => {
        const answer = await post(token, { ...QUESTION, model, max_tokens: 1_000 });
        await answer.text();
        return answer.status;
      }),
    );
    const paid = (model: string) => asked.filter((name, n) => name === model && statuses[n] === 200).length;
    const claude = (100 * 3 + 1_000 * 15) / 1e6;
    const mini = (100 * 0.25 + 1_000 * 2) / 1e6;
    const expected = paid(CLAUDE) * claude + paid('gpt-5-mini') * mini;
    const { costUSD, requests } = gateway.usage();
    expect(costUSD).toBeCloseTo(expected, 9);
    expect(costUSD).toBeLessThanOrEqual(0.1);
    expect(requests).toBe(paid(CLAUDE) + paid('gpt-5-mini'));
    expect(statuses).toContain(402);
    return `$${costUSD} of $0.1 in ${requests} calls, ${statuses.filter((status) => status === 402).length} refused`;
  },
);

/** Asks once: by the API that the task's word stands for, or a small model that is at another provider. */
const ASTRAY = `
import { readFileSync } from 'node:fs';
const e = process.env;
const last = /the word (\\w+) into/.exec(readFileSync(e.HUXLEY_TASK, 'utf8'))[1];
const ask = (path, model) => fetch(e.OPENAI_BASE_URL + '/' + path, {
  method: 'POST',
  headers: { authorization: 'Bearer ' + e.OPENAI_API_KEY, 'content-type': 'application/json' },
  body: JSON.stringify({ model, [path === 'responses' ? 'input' : 'messages']: path === 'responses' ? 'x' : [{ role: 'user', content: 'x' }], max_tokens: 10 }),
}).then((r) => r.text());
const path = { alpha: 'responses', beta: 'messages', gamma: 'messages/count_tokens', delta: 'chat/completions' }[last];
await ask(path, last === 'delta' ? e.HUXLEY_SMALL_MODEL : e.HUXLEY_MODEL);
`;

attack(
  {
    number: 235,
    family: 'tamper',
    name: 'Ask where the provider serves nothing, to have no result',
    answer: 'prevented',
    defence: "the worker's own call goes to the model that was asked, by one API after another until one is served",
  },
  async () => {
    const only =
      (path: string, answer: string) =>
      (call: { path: string }, response: Parameters<typeof sendJson>[0]): void =>
        call.path === path ? sendJson(response, answer) : sendJson(response, '{"error":{"message":"not here"}}', 404);
    const usage = { input_tokens: 1, output_tokens: 1 };
    const message = JSON.stringify({ type: 'message', content: [{ type: 'text', text: 'hi' }], usage });
    await using endpoint = await fakeEndpoint(only('/v1/chat/completions', chatAnswer('hi')));
    await using other = await fakeEndpoint(only('/v1/messages', message));
    const words = { a: 'alpha', b: 'beta', c: 'gamma', d: 'delta' };
    const commit = await commitOf({ 'agent.mjs': ASTRAY });
    const machine = machineWith(commit, tinySuite(words), endpoint);
    const providers = [{ baseURL: other.baseURL, apiKey: 'sk-other', models: ['claude-haiku-4-5'] }];
    const order = evaluateOrder(commit, Object.keys(words));
    const solve = ['gpt-5-mini', 'claude-haiku-4-5'];
    const result = await runJob(
      { ...order, models: { ...order.models, solve } },
      { ...machine, upstream: (models) => ({ ...machine.upstream(models), providers }) },
    );
    expect(result).toMatchObject({ error: null, perTask: Object.keys(words).map(() => ({ verdict: 'unresolved' })) });
    if (result.kind === 'evaluate')
      for (const { evidence } of result.perTask) expect(evidence).toContain("A call of the worker's own was answered.");
    return 'Responses, Messages, a count of tokens and a model of another provider: each unresolved';
  },
);
