import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TranscriptEntry } from '../../gateway/record/transcript.ts';
import { tail } from '../../operator/trajectory.ts';
import { CallLog, describeRefused } from './call-log.ts';
import { renderConversation } from './conversation.ts';

function call(request: unknown, response: unknown, other: Partial<TranscriptEntry> = {}): TranscriptEntry {
  return {
    at: '2026-01-01T00:00:00.000Z',
    task: 'a',
    path: '/v1/chat/completions',
    model: 'm',
    request: typeof request === 'string' ? request : JSON.stringify(request),
    status: 200,
    response: typeof response === 'string' ? response : JSON.stringify(response),
    spent: { requests: 1, inputTokens: 1, outputTokens: 1, costUSD: 0 },
    seconds: 0,
    tries: 1,
    rehearsal: false,
    ...other,
  };
}

const user = { role: 'user', content: 'Fix it.' };
const asks = {
  role: 'assistant',
  content: null,
  tool_calls: [{ function: { name: 'bash', arguments: '{"command":"ls"}' } }],
};
const tool = { role: 'tool', tool_call_id: '1', content: 'a.ts' };
const says = (content: string) => ({ choices: [{ message: { role: 'assistant', content } }] });

it('writes each turn once, though every call repeats those before', () => {
  const calls = [
    call({ messages: [user] }, { choices: [{ message: asks }] }),
    call({ messages: [user, asks, tool] }, says('Done.')),
    call({ messages: [{ role: 'user', content: [{ type: 'text', text: 'Again.' }] }] }, '', {
      error: 'gateway.budget: spent',
    }),
  ];
  expect(renderConversation(calls)).toMatchInlineSnapshot(`
    "## user
    Fix it.

    ## assistant
    -> {"name":"bash","arguments":"{\\"command\\":\\"ls\\"}"}

    ## tool
    a.ts

    === a new conversation

    ## user
    Again.

    [the call failed: gateway.budget: spent]"
  `);
});

it('tells of calls that were refused, also of those the agent went on after', () => {
  const calls = [
    call({ messages: [user] }, { error: { code: 'context_length_exceeded' } }, { status: 400 }),
    call('', '', { status: 413, error: 'gateway.oversize: the request is over 4 bytes' }),
    call({ messages: [user, tool] }, 'too much', { status: 422 }),
  ];
  expect(renderConversation(calls)).toMatchInlineSnapshot(`
    "## user
    Fix it.

    [the model's endpoint refused the call (400): {"error":{"code":"context_length_exceeded"}}]

    [the call failed: gateway.oversize: the request is over 4 bytes]

    ## tool
    a.ts

    [the model's endpoint refused the call (422): too much]"
  `);
});

it('reads the Responses API, and leaves what it cannot read as it is', () => {
  const responses = call(
    { instructions: 'Be brief.', input: 'Hi' },
    { output: [{ type: 'message', content: [{ text: 'Hello' }] }] },
  );
  expect(renderConversation([responses])).toMatchInlineSnapshot(`
    "## system
    Be brief.

    Hi

    ## message
    Hello"
  `);
  expect(renderConversation([call('no json', 'data: {"x":1}')])).toBe('no json\n\ndata: {"x":1}');
  expect(renderConversation([])).toBe('');
});

it.each([
  [{}, null],
  [{ status: 400 }, 'suspect'],
  [{ status: 400, response: '{"error":{"code":"context_length_exceeded"}}' }, null],
  [{ status: 402, error: 'gateway.budget: spent' }, null],
  [{ status: 403, error: 'gateway.model: no' }, null],
  [{ status: 401 }, 'suspect'],
  [{ status: 404 }, 'suspect'],
  [{ status: 429, error: 'gateway.rate-limited: busy' }, 'suspect'],
  [{ status: 502, error: 'gateway.cut: broke off' }, 'suspect'],
  [{ status: 502, error: 'gateway.too-large: too much' }, null],
  [{ status: 403, error: 'gateway.unknown-price: none' }, 'suspect'],
])('tells what may be the endpoint’s trouble from what is surely the agent’s own: %o', (over, expected) => {
  const log = new CallLog(1_000);
  for (const entry of [call({}, says('ok')), call({}, '', over)]) log.sink(entry);
  expect(log.close().suspect).toEqual(expected === null ? null : { path: '/v1/chat/completions', model: 'm' });
});

it('says in a few words which calls were refused, and why', () => {
  const summary = (...entries: TranscriptEntry[]) => {
    const log = new CallLog(1_000);
    for (const entry of entries) log.sink(entry);
    return describeRefused(log.close());
  };
  const field = call('', '', { status: 400, error: "gateway.request: field 'web_search_options' is not passed on" });
  expect(summary()).toBe('');
  expect(summary(field)).toBe("the only call refused: field 'web_search_options' is not passed on");
  expect(summary(...Array(12).fill(field))).toBe("all 12 calls refused: field 'web_search_options' is not passed on");
  const moderated = call({}, { error: { message: 'Flagged\u0000\n by policy' } }, { status: 403 });
  expect(summary(call({}, says('ok')), field, field, moderated)).toBe(
    "3 of 4 calls refused: field 'web_search_options' is not passed on (2); the model's endpoint refused the call (403): Flagged by policy (1)",
  );
});

it('takes in any call whatever was asked and answered, in bounded memory', () => {
  const body = fc.oneof(
    fc.json({ maxDepth: 8 }),
    fc.string({ unit: 'binary' }),
    fc.record({ messages: fc.array(fc.anything().map((value) => value)) }).map((value) => safe(value)),
    fc.constantFrom(
      '{"messages":[{"role":{"toString":1},"content":{"toString":null}}],"instructions":{}}',
      '{"messages":{"toString":"x"}}',
      '{"choices":[null,{"message":null},{"message":{"role":[],"content":[null,{"text":{}}]}}]}',
      '{"__proto__":{"messages":1},"messages":[{"__proto__":{"role":"x"},"tool_calls":[null,{"function":null}]}]}',
      `{"messages":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      '{"error":{"message":{"toString":{}},"code":{}}}',
      '"\\ud800"',
    ),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(body, body, fc.constantFrom(200, 400, 500)), { maxLength: 8 }), (calls) => {
      const log = new CallLog(500);
      for (const [request, response, status] of calls) log.sink(call(request, response, { status }));
      const summary = log.close();
      expect(summary.answered + summary.refused).toBe(calls.length);
      expect(summary.conversation.isWellFormed()).toBe(true);
      expect(summary.conversation.length).toBeLessThan(600);
      expect(describeRefused(summary)).not.toMatch(/(?![\n\t])\p{Cc}/u);
    }),
  );
});

function safe(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '{}';
  }
}

it('cuts no character in half', () => {
  expect(tail('a𐀀b', 2)).toBe('[3 characters left out]\nb');
  expect(tail('a𐀀b', 3)).toBe('[1 characters left out]\n𐀀b');
});

it('reads Anthropic’s messages like the others: system, thoughts, calls and their results', () => {
  const question = {
    system: [{ type: 'text', text: 'be short', cache_control: { type: 'ephemeral' } }],
    messages: [
      { role: 'user', content: 'list' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'I look', signature: 's' },
          { type: 'tool_use', id: 't', name: 'Bash', input: { command: 'ls' } },
        ],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'a.txt' }] }],
      },
    ],
  };
  const answer = { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'one file' }] };
  const entry = { ...call(question, ''), response: JSON.stringify(answer) };
  expect(renderConversation([entry])).toBe(
    [
      '## system\nbe short',
      '## user\nlist',
      '## assistant\nI look\n-> {"name":"Bash","arguments":{"command":"ls"}}',
      '## user\na.txt',
      '## assistant\none file',
    ].join('\n\n'),
  );
});
