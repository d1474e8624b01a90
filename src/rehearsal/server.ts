import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { withoutVolatile } from '../gateway/record/volatile.ts';
import { messageOf } from '../model/error.ts';
import type { ToolAnswer } from './action.ts';
import { type Conversation, chatRequest, fromChat, fromResponses, responsesRequest } from './conversation.ts';
import { type Kata, loadKatas } from './katas.ts';
import { respond } from './respond.ts';
import { type Bill, chatChunks, chatCompletion, response, responseEvents } from './wire.ts';

/** The rehearsal model's name; the gateway knows its price. */
export const REHEARSAL_MODEL = 'rehearsal';

export interface Rehearsal extends AsyncDisposable {
  /** For `models.baseURL`. Any key is taken. */
  readonly baseURL: string;
}

export interface RehearsalOptions {
  /** The same seed gives the same answers to the same conversations. */
  readonly seed: number;
  readonly katas?: readonly Kata[];
  /** 0 or absent for a free one. */
  readonly port?: number;
}

/** Tokens of a conversation that the model takes at most, as many as the smallest of the models in use. */
const CONTEXT_TOKENS = 128_000;

/**
 * Serves a model that is none: OpenAI-compatible, deterministic, without a key or a cost. It knows the katas' solutions but
 * gives the plausible wrong draft until the conversation holds what a real model would need; and it knows a catalogue of
 * edits of the starter agent. Every answer says that it is a rehearsal, in a header and by its fingerprint.
 */
export async function startRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const katas = options.katas ?? (await loadKatas());
  const server = createServer({ keepAliveTimeout: 0 }, async (request, reply) => {
    reply.setHeader('x-huxley-rehearsal', 'true');
    try {
      const body: unknown = JSON.parse((await text(request)) || '{}');
      if (request.url === '/v1/chat/completions') answerChat(reply, options.seed, katas, chatRequest.parse(body));
      else if (request.url === '/v1/responses')
        answerResponses(reply, options.seed, katas, responsesRequest.parse(body));
      else refuse(reply, 404, `${request.url} is not served by the rehearsal model`);
    } catch (error) {
      refuse(reply, 400, error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error));
    }
  });
  await new Promise<void>((done, failed) =>
    server.on('error', failed).listen(options.port ?? 0, '127.0.0.1', () => done()),
  );
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function answerChat(
  reply: ServerResponse,
  seed: number,
  katas: readonly Kata[],
  request: z.infer<typeof chatRequest>,
): void {
  const conversation = fromChat(request);
  if (refusesLength(reply, conversation)) return;
  const answer = respond(seed, katas, conversation);
  const parts = [idOf(seed, conversation), request.model, answer, billOf(conversation, answer)] as const;
  if (request.stream) sendEvents(reply, [...[...chatChunks(...parts)].map((chunk) => JSON.stringify(chunk)), '[DONE]']);
  else sendJson(reply, chatCompletion(...parts));
}

function answerResponses(
  reply: ServerResponse,
  seed: number,
  katas: readonly Kata[],
  request: z.infer<typeof responsesRequest>,
): void {
  const conversation = fromResponses(request);
  if (refusesLength(reply, conversation)) return;
  const answer = respond(seed, katas, conversation);
  const parts = [idOf(seed, conversation), request.model, answer, billOf(conversation, answer)] as const;
  if (request.stream)
    sendEvents(
      reply,
      [...responseEvents(...parts)].map((event) => JSON.stringify(event)),
    );
  else sendJson(reply, response(...parts));
}

function sendEvents(reply: ServerResponse, events: readonly string[]): void {
  reply.writeHead(200, { 'content-type': 'text/event-stream' });
  reply.end(events.map((data) => `data: ${data}\n\n`).join(''));
}

function sendJson(reply: ServerResponse, body: unknown, status = 200): void {
  reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(reply: ServerResponse, status: number, message: string, code: string | null = null): void {
  sendJson(reply, { error: { message, type: 'invalid_request_error', code, param: null } }, status);
}

/** Answers a conversation that is too long as OpenAI's endpoint does; false when it is not. */
function refusesLength(reply: ServerResponse, { turns, tools }: Conversation): boolean {
  if (tokens([turns, tools]) <= CONTEXT_TOKENS) return false;
  const message = `The conversation is over the ${CONTEXT_TOKENS} tokens that the rehearsal model can read.`;
  refuse(reply, 400, message, 'context_length_exceeded');
  return true;
}

function idOf(seed: number, { turns }: Conversation): string {
  const digest = createHash('sha256').update(`${seed}\n${withoutVolatile(JSON.stringify(turns))}`);
  return digest.digest('hex').slice(0, 16);
}

function billOf({ turns, tools }: Conversation, answer: ToolAnswer): Bill {
  return { input: tokens([turns, tools]), output: tokens(answer) };
}

function tokens(value: unknown): number {
  return Math.ceil(JSON.stringify(value).length / 4);
}
