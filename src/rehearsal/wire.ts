import type { ToolAnswer } from './action.ts';

/** A bill that depends on the sizes alone: four characters a token. */
export interface Bill {
  readonly input: number;
  readonly output: number;
}

/** An answer of the Chat Completions API. Says by its fingerprint that it is a rehearsal. */
export function chatCompletion(id: string, model: string, answer: ToolAnswer, bill: Bill) {
  const calls = answer.calls.map((call, i) => ({
    id: `call_${id}_${i}`,
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.args) },
  }));
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created: 0,
    model,
    system_fingerprint: 'rehearsal',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: answer.text,
          refusal: null,
          ...(calls.length > 0 ? { tool_calls: calls } : {}),
        },
        logprobs: null,
        finish_reason: calls.length > 0 ? 'tool_calls' : 'stop',
      },
    ],
    usage: {
      prompt_tokens: bill.input,
      completion_tokens: bill.output,
      total_tokens: bill.input + bill.output,
      prompt_tokens_details: { cached_tokens: 0 },
    },
  };
}

/** The same as a stream: the words in pieces, then the calls, then how it ended, then the bill. */
export function* chatChunks(id: string, model: string, answer: ToolAnswer, bill: Bill): Generator<unknown> {
  const { choices, usage, ...head } = chatCompletion(id, model, answer, bill);
  const { message, finish_reason } = choices[0]!;
  const chunk = (delta: object, end: string | null = null) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: end }],
    usage: null,
  });
  yield chunk({ role: 'assistant', content: '' });
  for (const piece of message.content.match(/[\s\S]{1,40}/g) ?? []) yield chunk({ content: piece });
  for (const [index, call] of (message.tool_calls ?? []).entries()) yield chunk({ tool_calls: [{ index, ...call }] });
  yield chunk({}, finish_reason);
  yield { ...head, object: 'chat.completion.chunk', choices: [], usage };
}

/** An answer of the Responses API. */
export function response(id: string, model: string, answer: ToolAnswer, bill: Bill) {
  const words = {
    type: 'message',
    id: `msg_${id}`,
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: answer.text, annotations: [] }],
  };
  const calls = answer.calls.map((call, i) => ({
    type: 'function_call',
    id: `fc_${id}_${i}`,
    call_id: `call_${id}_${i}`,
    name: call.name,
    arguments: JSON.stringify(call.args),
    status: 'completed',
  }));
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: 0,
    status: 'completed',
    error: null,
    model,
    output: [words, ...calls],
    usage: {
      input_tokens: bill.input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: bill.output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: bill.input + bill.output,
    },
  };
}

/** The same as a stream of the events clients build a response from. */
export function* responseEvents(id: string, model: string, answer: ToolAnswer, bill: Bill): Generator<unknown> {
  const whole = response(id, model, answer, bill);
  let n = 0;
  yield {
    type: 'response.created',
    sequence_number: n++,
    response: { ...whole, status: 'in_progress', output: [], usage: null },
  };
  for (const [output_index, item] of whole.output.entries()) {
    yield { type: 'response.output_item.added', sequence_number: n++, output_index, item };
    if (item.type === 'message')
      for (const delta of answer.text.match(/[\s\S]{1,40}/g) ?? [])
        yield {
          type: 'response.output_text.delta',
          sequence_number: n++,
          item_id: item.id,
          output_index,
          content_index: 0,
          delta,
        };
    yield { type: 'response.output_item.done', sequence_number: n++, output_index, item };
  }
  yield { type: 'response.completed', sequence_number: n++, response: whole };
}
