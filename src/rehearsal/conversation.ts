import { z } from 'zod';
import { orphan } from './orphan.ts';

/** A conversation in neutral words, whichever API it came by. */
export interface Conversation {
  readonly turns: readonly Turn[];
  readonly tools: readonly Tool[];
  /** The JSON schema the answer must follow, where one was asked for. */
  readonly schema: unknown;
}

export interface Turn {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly text: string;
  /** Calls the assistant made in this turn. */
  readonly calls: readonly Call[];
}

export interface Call {
  readonly id: string;
  readonly name: string;
  /** As JSON text. */
  readonly args: string;
}

/** A tool the agent offers. */
interface Tool {
  readonly name: string;
  readonly parameters: readonly string[];
}

const content = z
  .union([z.string(), z.array(z.looseObject({ text: z.string().optional() })), z.null()])
  .optional()
  .transform((value) => (typeof value === 'string' ? value : (value ?? []).map((part) => part.text ?? '').join('')));

const parameters = z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() }).optional();

const chatMessage = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content,
  tool_calls: z
    .array(z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) }))
    .optional(),
  tool_call_id: z.string().optional(),
});

export const chatRequest = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  messages: z
    .array(chatMessage)
    .min(1)
    .check(({ value, issues }) => {
      const message = orphan(value);
      if (message) issues.push({ code: 'custom', message, input: value });
    }),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string(), parameters }) })).optional(),
  response_format: z.looseObject({ json_schema: z.looseObject({ schema: z.unknown() }).optional() }).optional(),
});

const responsesItem = z.looseObject({
  type: z.string().optional(),
  role: z.enum(['system', 'developer', 'user', 'assistant']).optional(),
  content,
  call_id: z.string().optional(),
  name: z.string().optional(),
  arguments: z.string().optional(),
  output: content,
});

export const responsesRequest = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  instructions: z.string().nullish(),
  input: z.union([z.string(), z.array(responsesItem)]),
  tools: z.array(z.looseObject({ name: z.string(), parameters })).optional(),
  text: z.looseObject({ format: z.looseObject({ schema: z.unknown() }).optional() }).optional(),
});

export function fromChat(request: z.infer<typeof chatRequest>): Conversation {
  return {
    turns: request.messages.map((message) => ({
      role: message.role === 'developer' ? 'system' : message.role,
      text: message.content,
      calls: (message.tool_calls ?? []).map((call) => ({
        id: call.id,
        name: call.function.name,
        args: call.function.arguments,
      })),
    })),
    tools: (request.tools ?? []).map(({ function: { name, parameters } }) => toolOf(name, parameters)),
    schema: request.response_format?.json_schema?.schema,
  };
}

export function fromResponses(request: z.infer<typeof responsesRequest>): Conversation {
  const turns: Turn[] = [];
  if (request.instructions) turns.push({ role: 'system', text: request.instructions, calls: [] });
  const items = typeof request.input === 'string' ? [{ role: 'user', content: request.input } as const] : request.input;
  for (const item of items) turns.push(...turnOf(item as z.infer<typeof responsesItem>));
  return {
    turns: joinAssistant(turns),
    tools: (request.tools ?? []).map(({ name, parameters }) => toolOf(name, parameters)),
    schema: request.text?.format?.schema,
  };
}

function turnOf(item: z.infer<typeof responsesItem>): Turn[] {
  if (item.type === 'function_call')
    return [
      {
        role: 'assistant',
        text: '',
        calls: [{ id: item.call_id ?? '', name: item.name ?? '', args: item.arguments ?? '{}' }],
      },
    ];
  if (item.type === 'function_call_output') return [{ role: 'tool', text: item.output, calls: [] }];
  if (item.role === undefined) return [];
  return [{ role: item.role === 'developer' ? 'system' : item.role, text: item.content, calls: [] }];
}

/** The Responses API gives each call of one answer its own item. */
function joinAssistant(turns: readonly Turn[]): Turn[] {
  const joined: Turn[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    if (turn.role === 'assistant' && last?.role === 'assistant')
      joined[joined.length - 1] = { ...last, text: last.text + turn.text, calls: [...last.calls, ...turn.calls] };
    else joined.push(turn);
  }
  return joined;
}

function toolOf(name: string, schema: z.infer<typeof parameters>): Tool {
  return { name, parameters: Object.keys(schema?.properties ?? {}) };
}
