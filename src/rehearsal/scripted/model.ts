import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A call of an agent's, as the script sees it. */
export interface Turn {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** What the agent offers, in the words of any of the APIs. */
  readonly tools: readonly OfferedTool[];
  /** Whether the conversation holds what a tool answered. */
  readonly called: boolean;
}

export interface OfferedTool {
  readonly name: string;
  /** The JSON schema of its input, where it has one. */
  readonly schema: { readonly properties?: Readonly<Record<string, unknown>>; readonly required?: readonly string[] };
}

/** Words, or a call of one of the agent's tools. */
export type Answer = { readonly words: string } | { readonly call: string; readonly input: object };

export type Script = (turn: Turn) => Answer;

export interface ScriptedModel extends AsyncDisposable {
  readonly baseURL: string;
  /** What came, in order. */
  readonly requests: readonly { readonly path: string; readonly body: Readonly<Record<string, unknown>> }[];
}

type Body = Readonly<Record<string, unknown>>;

/**
 * A model at the wire that speaks Chat Completions, Responses and Messages, whole and streamed, as the providers document them, and
 * says what a script tells it; each call is billed `inputTokens`, or what that makes of its body. It thinks nothing: it is for
 * trying whether an agent works, and measures none.
 */
export async function scriptedModel(
  script: Script,
  inputTokens: number | ((body: Body) => number) = 20_100,
): Promise<ScriptedModel> {
  const requests: { path: string; body: Body }[] = [];
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').split('?')[0]!;
    const body = JSON.parse((await text(request)) || '{}') as Body;
    requests.push({ path, body });
    const billed = typeof inputTokens === 'number' ? inputTokens : inputTokens(body);
    if (path === '/v1/messages/count_tokens') return json(response, { input_tokens: billed - 100 });
    if (!(path in RESULT)) return response.writeHead(404).end();
    const called = JSON.stringify(body).includes(RESULT[path]!);
    const said = script({ path, body, called, tools: toolsIn(body.tools) });
    const answer = 'words' in said ? said : { call: said.call, input: JSON.stringify(said.input) };
    if (path === '/v1/messages') return messages(response, body, answer, billed);
    if (path === '/v1/responses') return responses(response, body, answer, billed);
    return chat(response, body, answer, billed);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** What of a conversation shows that the tool has been called. */
const RESULT: Readonly<Record<string, string>> = {
  '/v1/messages': '"tool_result"',
  '/v1/responses': '_call_output"',
  '/v1/chat/completions': '"role":"tool"',
};

function toolsIn(tools: unknown): readonly OfferedTool[] {
  if (!Array.isArray(tools)) return [];
  return tools.map((tool) => ({
    name: String(tool?.name ?? tool?.function?.name ?? tool?.type),
    schema: tool?.input_schema ?? tool?.parameters ?? tool?.function?.parameters ?? {},
  }));
}

interface Said {
  readonly words?: string;
  readonly call?: string;
  readonly input?: string;
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function events(response: ServerResponse, list: readonly string[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(list.join(''));
}

const typed = (event: { readonly type: string; readonly [field: string]: unknown }) =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

function messages(
  response: ServerResponse,
  { model, stream }: Body,
  { words, call, input }: Said,
  tokens: number,
): unknown {
  const usage = { input_tokens: 100, cache_read_input_tokens: 0, cache_creation_input_tokens: tokens - 100 };
  const block = call === undefined ? { type: 'text', text: words } : { type: 'tool_use', id: 'toolu_1', name: call };
  const stop_reason = call === undefined ? 'end_turn' : 'tool_use';
  const message = {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model, content: [] as object[], stop_reason: null },
    ...{ stop_sequence: null, usage: { ...usage, output_tokens: 1 } },
  };
  if (stream !== true) {
    const content = [call === undefined ? block : { ...block, input: JSON.parse(input!) }];
    return json(response, { ...message, content, stop_reason, usage: { ...usage, output_tokens: 20 } });
  }
  const empty = call === undefined ? { type: 'text', text: '' } : { ...block, input: {} };
  const delta =
    call === undefined ? { type: 'text_delta', text: words } : { type: 'input_json_delta', partial_json: input };
  return events(
    response,
    [
      { type: 'message_start', message },
      { type: 'content_block_start', index: 0, content_block: empty },
      { type: 'ping' },
      { type: 'content_block_delta', index: 0, delta },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 20 } },
      { type: 'message_stop' },
    ].map(typed),
  );
}

function responses(
  response: ServerResponse,
  { model, stream }: Body,
  { words, call, input }: Said,
  tokens: number,
): unknown {
  const part = { type: 'output_text', text: words, annotations: [] };
  const item =
    call === undefined
      ? { id: 'msg_1', type: 'message', status: 'completed', role: 'assistant', content: [part] }
      : { id: 'fc_1', type: 'function_call', status: 'completed', call_id: 'call_1', name: call, arguments: input };
  const usage = {
    ...{ input_tokens: tokens, output_tokens: 20, total_tokens: tokens + 20 },
    ...{ input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } },
  };
  const whole = { id: 'resp_1', object: 'response', created_at: 1, model, status: 'completed', output: [item], usage };
  if (stream !== true) return json(response, whole);
  const at = { output_index: 0, item_id: item.id };
  const begun = { ...item, status: 'in_progress', ...(call === undefined ? { content: [] } : { arguments: '' }) };
  const inside =
    call === undefined
      ? [
          { type: 'response.content_part.added', ...at, content_index: 0, part: { ...part, text: '' } },
          { type: 'response.output_text.delta', ...at, content_index: 0, delta: words },
          { type: 'response.output_text.done', ...at, content_index: 0, text: words },
          { type: 'response.content_part.done', ...at, content_index: 0, part },
        ]
      : [
          { type: 'response.function_call_arguments.delta', ...at, delta: input },
          { type: 'response.function_call_arguments.done', ...at, arguments: input },
        ];
  return events(
    response,
    [
      { type: 'response.created', response: { ...whole, status: 'in_progress', output: [], usage: null } },
      { type: 'response.output_item.added', output_index: 0, item: begun },
      ...inside,
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: whole },
    ].map((event, n) => typed({ ...event, sequence_number: n })),
  );
}

function chat(
  response: ServerResponse,
  { model, stream, stream_options }: Body,
  { words, call, input }: Said,
  tokens: number,
): unknown {
  const base = { id: 'chatcmpl-1', created: 1, model };
  const usage = { prompt_tokens: tokens, completion_tokens: 20, total_tokens: tokens + 20 };
  const calls = [{ id: 'call_1', type: 'function', function: { name: call, arguments: input } }];
  const finish_reason = call === undefined ? 'stop' : 'tool_calls';
  const said = call === undefined ? { content: words } : { content: null, tool_calls: calls };
  if (stream !== true) {
    const message = { role: 'assistant', ...said };
    return json(response, {
      ...base,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason }],
      usage,
    });
  }
  const chunk = (delta: object, finish: string | null = null) => ({
    ...{ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] },
  });
  const delta = call === undefined ? { content: words } : { tool_calls: [{ index: 0, ...calls[0] }] };
  const asked = (stream_options as { include_usage?: boolean } | undefined)?.include_usage === true;
  const list: object[] = [
    chunk({ role: 'assistant', content: '' }),
    chunk(delta),
    chunk({}, finish_reason),
    ...(asked ? [{ ...base, object: 'chat.completion.chunk', choices: [], usage }] : []),
  ];
  return events(response, [...list.map((each) => `data: ${JSON.stringify(each)}\n\n`), 'data: [DONE]\n\n']);
}
