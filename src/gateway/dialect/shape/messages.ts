import {
  type Check,
  cacheHint,
  data,
  first,
  isEmpty,
  listOf,
  shaped,
  shown,
  text,
  textOrListOf,
  typed,
} from './content.ts';

/** The shape of a conversation in Anthropic's Messages (docs.claude.com, "Messages"). */

const citations = listOf(data);
const textBlock = shaped('text', { type: text, text, cache_control: cacheHint, citations });

/** A picture's bytes; those a provider would have to fetch are not looked at. */
const imageSource: Check = (value) => {
  const { type } = (value ?? {}) as { readonly type?: unknown };
  return type === 'base64'
    ? shaped('source', { type: text, media_type: text, data: text })(value)
    : `an image by '${shown(type)}' is not allowed: send its bytes`;
};
const documentSource: Check = (value) => {
  const { type } = (value ?? {}) as { readonly type?: unknown };
  return type === 'text'
    ? shaped('source', { type: text, media_type: text, data: text })(value)
    : `a document by '${shown(type)}' is not allowed: its cost is not known beforehand; send its text`;
};

const image = shaped('image', { type: text, source: imageSource, cache_control: cacheHint });
const document = shaped('document', {
  ...{ type: text, source: documentSource, title: text, context: text, cache_control: cacheHint },
  citations: data,
});
const blocks: Record<string, Check> = {
  text: textBlock,
  image,
  document,
  search_result: shaped('search result', {
    ...{ type: text, source: text, title: text, cache_control: cacheHint },
    ...{ content: listOf(textBlock), citations: data },
  }),
};
const plain = typed('a part of the system prompt', { text: textBlock }, textBlock);
const content = typed(
  'content',
  {
    ...blocks,
    thinking: shaped('thinking', { type: text, thinking: text, signature: text }),
    redacted_thinking: shaped('thinking', { type: text, data: text }),
    tool_use: shaped('tool call', {
      type: text,
      id: text,
      name: text,
      input: data,
      cache_control: cacheHint,
      caller: data,
    }),
    tool_result: shaped('tool result', {
      ...{ type: text, tool_use_id: text, cache_control: cacheHint },
      content: textOrListOf(typed('content', { ...blocks, tool_reference: data }, textBlock)),
    }),
  },
  textBlock,
);

/** What is wrong with the messages. */
export const complaintOfMessages: Check = (value) =>
  Array.isArray(value)
    ? first(value, shaped('message', { role: text, content: textOrListOf(content) }))
    : "'messages' is not a list";

/** What is wrong with the system prompt. */
export const complaintOfSystem: Check = (value) => {
  const complaint = textOrListOf(plain)(value);
  return complaint === 'is not text' ? "'system' is neither text nor a list" : complaint;
};

/** Tools that the client itself runs. A search of the provider's among them reads the conversation again, at nobody knows what cost. */
const CLIENTS = /^(?:custom|(?:bash|text_editor|memory)(?:_\d{8})?)$/;
const tool = shaped('tool', {
  ...{ type: text, name: text, description: text, cache_control: cacheHint },
  ...{ input_schema: data, input_examples: data, allowed_callers: data },
});

/** What is wrong with the tools: they have to be the client's own. */
export const complaintOfTools: Check = (value) => {
  if (!Array.isArray(value)) return "'tools' is not a list";
  return first(value, (each) => {
    const type = (each as { readonly type?: unknown } | null)?.type ?? 'custom';
    if (typeof type !== 'string' || !CLIENTS.test(type))
      return `tools of type '${shown(type)}' run at the provider and are not allowed`;
    const { allowed_callers: callers } = each as { readonly allowed_callers?: unknown };
    if (!isEmpty(callers) && [callers].flat().some((caller) => caller !== 'direct'))
      return 'tools that code at the provider calls are not allowed';
    return tool(each);
  });
};
