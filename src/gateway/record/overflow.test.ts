import { expect, test } from 'vitest';
import { isContextOverflow } from './overflow.ts';
import type { TranscriptEntry } from './transcript.ts';

function call(status: number, response: unknown, error?: string): TranscriptEntry {
  return {
    at: '2026-01-01T00:00:00.000Z',
    task: 'a',
    path: '/v1/chat/completions',
    model: 'm',
    request: '{}',
    status,
    response: typeof response === 'string' ? response : JSON.stringify(response),
    ...(error === undefined ? {} : { error }),
    spent: { requests: 1, inputTokens: 1, outputTokens: 1, costUSD: 0 },
    seconds: 0,
    tries: 1,
    rehearsal: false,
  };
}

const refusal = (code: unknown, message = 'No.', type = 'invalid_request_error') =>
  call(400, { error: { message, type, param: 'messages', code } });

test.each([
  ['OpenAI', refusal('context_length_exceeded')],
  ['OpenAI, of one message', refusal('string_above_max_length')],
  [
    'OpenAI, in a stream of the Responses API',
    call(200, { status: 'failed', error: { code: 'context_length_exceeded', message: 'No.' } }),
  ],
  ['llama.cpp', refusal(400, 'No.', 'exceed_context_size_error')],
  [
    'vLLM before 0.10',
    call(400, {
      object: 'error',
      message: "This model's maximum context length is 16384 tokens. However, you requested 122946 tokens.",
      type: 'BadRequestError',
      code: 400,
    }),
  ],
  ['vLLM', refusal(400, "This model's maximum context length is 16384 tokens.", 'BadRequestError')],
  ["Anthropic's", refusal(null, 'prompt is too long: 208310 tokens > 200000 maximum')],
  ["Gemini's", refusal(400, 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).')],
  ['a server that speaks in one word', call(413, { error: 'the prompt is too long' })],
  ['a proxy without JSON', call(400, 'Input is too long for requested model.')],
  ['the gateway itself', call(413, '', 'gateway.oversize: the request is over 4194304 bytes')],
])('%s refuses a conversation that is too long', (_, entry) => {
  expect(isContextOverflow(entry)).toBe(true);
});

test.each([
  ['an answer, whatever it talks about', call(200, { choices: [{ message: { content: 'context_length_exceeded' } }] })],
  ['an answer that was put together from a stream', call(200, 'data: maximum context length')],
  ['an answer of the Responses API', call(200, { status: 'completed', error: null, output: [] })],
  ['another refusal', refusal('invalid_value', "Invalid value: 'x'.")],
  ['an output that was cut', call(200, { choices: [{ finish_reason: 'length' }] })],
  ['trouble', call(502, '', 'gateway.upstream: the endpoint answered 500: maximum context length')],
  ['a budget that is spent', call(402, '', 'gateway.budget: spent')],
  ['no object', call(400, 'null')],
])('%s is none', (_, entry) => {
  expect(isContextOverflow(entry)).toBe(false);
});
