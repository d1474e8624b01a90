import { expect, it } from 'vitest';
import type { TranscriptEntry } from '../gateway/transcript.ts';
import { renderConversation } from './conversation.ts';
import { modelTrouble } from './trouble.ts';

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
  [{ status: 400 }, null],
  [{ status: 402, error: 'gateway.budget: spent' }, null],
  [{ status: 403, error: 'gateway.model: no' }, null],
  [{ status: 401 }, 'refused the call (401)'],
  [{ status: 404 }, 'refused the call (404)'],
  [{ status: 429, error: 'gateway.rate-limited: busy' }, 'could not be reached: gateway.rate-limited'],
  [{ status: 502, error: 'gateway.cut: broke off' }, 'could not be reached: gateway.cut'],
  [{ status: 403, error: 'gateway.unknown-price: none' }, 'gateway.unknown-price'],
])('tells the endpoint’s trouble from the agent’s own: %o', (over, expected) => {
  const trouble = modelTrouble([call({}, says('ok')), call({}, '', over)]);
  if (expected === null) expect(trouble).toBeNull();
  else expect(trouble).toContain(expected);
});
