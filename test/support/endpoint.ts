import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onLoopback } from './loopback.ts';

export interface ReceivedCall {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

export interface FakeEndpoint extends AsyncDisposable {
  readonly baseURL: string;
  readonly calls: readonly ReceivedCall[];
}

type Answer = (call: ReceivedCall, response: ServerResponse, request: IncomingMessage) => unknown;

/** A model's endpoint at the wire: answers each call as the test says. */
export async function fakeEndpoint(answer: Answer): Promise<FakeEndpoint> {
  const calls: ReceivedCall[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse((await text(request)) || '{}');
    const call = { path: request.url ?? '', authorization: request.headers.authorization, body };
    calls.push(call);
    await answer(call, response, request);
  });
  const { url, ...served } = await onLoopback(server);
  return { ...served, baseURL: `${url}/v1`, calls };
}

/** A chat completion that says `content` and reports the given usage. */
export function chatAnswer(content: string, usage = { prompt_tokens: 100, completion_tokens: 10 }): string {
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-5-mini',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens },
  });
}

export function sendJson(response: ServerResponse, body: string, status = 200, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}
