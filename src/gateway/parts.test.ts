import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admit, type CallPath } from './dialect/admit.ts';
import { assemble } from './dialect/assemble.ts';
import { compose, firstDialect } from './dialect/dialect.ts';
import { dataOf, eventsOf } from './dialect/sse.ts';
import { usageOf } from './money/usage.ts';
import { redactor } from './record/redact.ts';
import { withoutVolatile } from './record/volatile.ts';

const rules = { models: ['gpt-5-mini'] };
const sent = (path: CallPath, body: object) =>
  compose(admit(path, JSON.stringify({ model: 'gpt-5-mini', ...body }), rules), firstDialect(path), 1000);
const chat = (more: object = {}) =>
  sent('/v1/chat/completions', { messages: [{ role: 'user', content: 'é' }], ...more });

test('the most a call can use is every byte sent, and the output asked for', () => {
  expect(chat().most.output).toBe(1000);
  expect(chat({ max_tokens: 5 }).most.output).toBe(5);
  expect(chat({ max_completion_tokens: 1e9 }).body).toContain('"max_completion_tokens":1000');
  expect(chat({ n: 3 }).most.output).toBe(3000);
  expect(chat().most.input).toBeGreaterThan(Buffer.byteLength(chat().body));
});

test.each([
  [
    'a picture elsewhere',
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a/b.png' } }] }] },
    /a picture .*by its address/,
  ],
  [
    'a picture, where none are allowed',
    {
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] }],
    },
    /pictures are not allowed here/,
  ],
  ['a tool of the provider', { tools: [{ type: 'web_search' }] }, /type 'web_search'/],
  ['a search of the web', { web_search_options: {} }, /field 'web_search_options'/],
  [
    'an unknown field that names an address',
    { made_up: { at: 'https://a/b' } },
    /field 'made_up'.*names something elsewhere/,
  ],
  ['a dearer tier', { service_tier: 'priority' }, /service tiers/],
  ['many choices', { n: 1e9 }, /'n'/],
  ['no output', { max_completion_tokens: 0 }, /positive whole number/],
  ['another model', { model: 'gpt-5' }, /'gpt-5' is not allowed here; allowed: gpt-5-mini/],
])('%s is refused', (_, more, message) => {
  expect(() => chat(more)).toThrow(message);
});

test.each(['', '[]', 'null', '"x"', '{', `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`])(
  '%.20s is refused',
  (raw) => {
    expect(() => admit('/v1/chat/completions', raw, rules)).toThrow(/JSON object|too deeply|names no 'model'/);
  },
);

test('a stored conversation cannot be referred to', () => {
  const ask = (more: object) => sent('/v1/responses', { input: 'x', ...more });
  expect(ask({}).most.output).toBe(1000);
  expect(() => ask({ previous_response_id: 'resp_1' })).toThrow(/'previous_response_id'/);
  expect(() => ask({ input: [{ type: 'item_reference', id: 'msg_1' }] })).toThrow(/'item_reference'/);
});

test('secrets are removed in every form', () => {
  const secret = 'sk-"quoted"/and+odd';
  const redact = redactor([secret, 'short']);
  const forms = [
    secret,
    JSON.stringify({ secret }),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('hex'),
  ];
  for (const form of forms) {
    expect(redact(`a ${form} b`)).toContain('[removed secret]');
    expect(redact(form)).not.toContain('and+odd');
  }
  expect(redact('short words stay')).toBe('short words stay');
});

test('events come out as they went in, however they were cut', async () => {
  const text = 'data: {"a":"é"}\n\nevent: x\r\ndata: 1\r\ndata: 2\r\n\r\n: comment\n\ndata: [DONE]\n\n';
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(Buffer.byteLength(text))), async (cuts) => {
      const bytes = Buffer.from(text);
      const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
      const events: string[] = [];
      for await (const event of eventsOf(Readable.from(chunks))) events.push(event);
      expect(events.join('')).toBe(text);
      expect(events.map(dataOf)).toEqual(['{"a":"é"}', '1\n2', undefined, '[DONE]']);
    }),
  );
});

test('usage is read in both dialects, and believed only when it can be true', () => {
  expect(usageOf({ usage: { prompt_tokens: 3, completion_tokens: 2 } })).toEqual({ input: 3, output: 2, cached: 0 });
  expect(
    usageOf({ response: { usage: { input_tokens: 3, output_tokens: 2, input_tokens_details: { cached_tokens: 1 } } } }),
  ).toEqual({ input: 3, output: 2, cached: 1 });
  for (const usage of [
    null,
    {},
    { prompt_tokens: -1, completion_tokens: 2 },
    { prompt_tokens: '3', completion_tokens: 2 },
  ])
    expect(usageOf({ usage })).toBe(undefined);
});

test('durations, times and temporary folders do not count', () => {
  const run = (ms: string, time: string) =>
    `# duration_ms ${ms}\n✔ adds (${ms}ms)\nat ${time} in /tmp/x-${ms}/a.ts, 3 passed`;
  expect(withoutVolatile(run('1.25', '2026-01-01T10:00:00.123Z'))).toBe(
    withoutVolatile(run('730.5', '2026-02-03 11:22:33')),
  );
  expect(withoutVolatile('3 passed')).not.toBe(withoutVolatile('4 passed'));
});

test('a stream is written down as the answer it makes', () => {
  const stream = (...events: object[]) =>
    `${events.map((event) => `data: ${JSON.stringify(event)}`).join('\n\n')}\n\ndata: [DONE]\n\n`;
  const delta = (delta: object, finish_reason: string | null = null) => ({
    choices: [{ index: 0, delta, finish_reason }],
  });
  const call = (args: string, more: object = {}) => ({
    tool_calls: [{ index: 0, ...more, function: { arguments: args } }],
  });
  const chat = stream(
    delta({ role: 'assistant', content: 'I ' }),
    delta({ content: 'look.' }),
    delta({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'bash', arguments: '' } }] }),
    delta(call('{"command":')),
    delta(call('"ls"}')),
    delta({}, 'tool_calls'),
    { choices: [], usage: {} },
  );
  expect(JSON.parse(assemble(chat))).toEqual({
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'I look.',
          tool_calls: [{ index: 0, id: 'c1', function: { name: 'bash', arguments: '{"command":"ls"}' } }],
        },
        finish_reason: 'tool_calls',
      },
    ],
  });
  const response = { output: [{ type: 'message' }] };
  expect(assemble(stream({ type: 'response.created' }, { type: 'response.completed', response }))).toBe(
    JSON.stringify(response),
  );
  const error = { code: 'context_length_exceeded', message: 'No.' };
  const failed = { status: 'failed', error };
  expect(
    assemble(
      stream(
        { type: 'response.created', response: { output: [], error: null } },
        { type: 'response.failed', response: failed },
      ),
    ),
  ).toBe(JSON.stringify(failed));
  expect(assemble(stream({ error }))).toBe(JSON.stringify({ choices: [], error }));
  for (const text of ['', '{"choices":[]}', 'data: nonsense\n\n', '<html>']) expect(assemble(text)).toBe(text);
});

test('what a client says of itself is left out, whatever it is, and the call is made', () => {
  for (const client_metadata of [{ a: 1 }, 'codex', null]) {
    expect(JSON.stringify(chat({ client_metadata }))).not.toContain('client_metadata');
  }
});
