import type OpenAI from 'openai';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import type { Api } from '../model/limits/api.ts';
import { answerSchema } from './read-diagnosis.ts';

/** Said to a model whose endpoint takes no response format. */
const SHAPE = `Answer with one JSON object and nothing else, by this JSON schema: ${JSON.stringify(z.toJSONSchema(answerSchema))}`;

export interface Question {
  readonly model: string;
  readonly system: string;
  readonly user: string;
  /** Output tokens at most. */
  readonly tokens: number;
  /** Asks for the shape as a field of the API, else in words. */
  readonly structured: boolean;
  readonly signal: AbortSignal;
}

/** An answer by any API. */
export interface Reply {
  /** A text, or parts of which some have one; nothing where there is none. */
  readonly content: unknown;
  readonly refusal?: string | null | undefined;
  /** Why it ended before its end. */
  readonly cut?: 'length' | 'content_filter' | undefined;
  /** Output tokens spent on reasoning, where it says. */
  readonly thought?: number | undefined;
  /** The endpoint's own error, where that came in place of an answer. */
  readonly error?: string | undefined;
}

/** The API a diagnosis is asked by: the first of these that the model's provider speaks. */
export function apiFor(apis: readonly Api[] | undefined): Api {
  return (['chat', 'responses', 'messages'] as const).find((api) => apis === undefined || apis.includes(api)) ?? 'chat';
}

/** Asks once. `client` is at an endpoint that serves all three APIs; what it throws is the endpoint's refusal. */
export async function ask(client: OpenAI, api: Api, question: Question): Promise<Reply> {
  const system = question.structured ? question.system : `${question.system}\n\n${SHAPE}`;
  const asked = { ...question, system };
  if (api === 'chat') return await askChat(client, asked);
  return api === 'responses' ? await askResponses(client, asked) : await askMessages(client, asked);
}

interface WithError {
  readonly error?: { readonly message?: unknown } | null;
}

function errorIn({ error }: WithError, isAnswer: boolean): Pick<Reply, 'error'> {
  return error || !isAnswer ? { error: String(error?.message ?? 'no choice in the answer') } : {};
}

async function askChat(client: OpenAI, { model, system, user, tokens, structured, signal }: Question): Promise<Reply> {
  const completion = await client.chat.completions.create(
    {
      model,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: user },
      ],
      ...(structured ? { response_format: zodResponseFormat(answerSchema, 'huxley_diagnosis') } : {}),
      max_completion_tokens: tokens,
    },
    { signal },
  );
  const choice = completion.choices?.[0];
  const reason = choice?.finish_reason;
  return {
    content: choice?.message?.content,
    refusal: choice?.message?.refusal,
    cut: reason === 'length' || reason === 'content_filter' ? reason : undefined,
    thought: completion.usage?.completion_tokens_details?.reasoning_tokens,
    ...errorIn(completion as WithError, choice !== undefined),
  };
}

async function askResponses(
  client: OpenAI,
  { model, system, user, tokens, structured, signal }: Question,
): Promise<Reply> {
  const response = await client.responses.create(
    {
      ...{ model, instructions: system, input: user, max_output_tokens: tokens },
      ...(structured ? { text: { format: zodTextFormat(answerSchema, 'huxley_diagnosis') } } : {}),
    },
    { signal },
  );
  const parts = (response.output ?? []).flatMap((item) => (item.type === 'message' ? item.content : []));
  const reason = response.incomplete_details?.reason;
  return {
    content: parts,
    refusal: parts.find((part) => part.type === 'refusal')?.refusal,
    cut: reason === 'max_output_tokens' ? 'length' : reason === 'content_filter' ? reason : undefined,
    thought: response.usage?.output_tokens_details?.reasoning_tokens,
    ...errorIn(response as WithError, Array.isArray(response.output)),
  };
}

/** What of Anthropic's answer is read here. */
interface Message {
  readonly content?: readonly unknown[];
  readonly stop_reason?: string | null;
}

async function askMessages(client: OpenAI, { model, system, user, tokens, signal }: Question): Promise<Reply> {
  const body = { model, system, messages: [{ role: 'user', content: user }], max_tokens: tokens };
  const message = await client.post<Message & WithError>('/messages', { body, signal });
  return {
    content: message.content,
    refusal: message.stop_reason === 'refusal' ? 'it gave no reason' : null,
    cut: message.stop_reason === 'max_tokens' ? 'length' : undefined,
    ...errorIn(message, Array.isArray(message.content)),
  };
}
