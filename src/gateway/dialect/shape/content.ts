/**
 * The shape of a conversation, field by field: text, and calls of the client's own tools. What could make a server fetch, run
 * or count anything else (an image, a file, a reference to something stored) is refused by name, whatever it calls itself.
 */

/** Why something is refused, in words that name it; `undefined` where it is allowed. */
type Complaint = string | undefined;
export type Check = (value: unknown) => Complaint;
type Shape = Readonly<Record<string, Check>>;

export const text: Check = (value) => (typeof value === 'string' || value === null ? undefined : 'is not text');
export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) ? first(value, check) : 'is not a list';
export const textOrListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) ? first(value, check) : text(value);
const orText =
  (check: Check): Check =>
  (value) =>
    typeof value === 'string' ? undefined : check(value);

/** Null, `false`, and what holds nothing: fields that clients send along without meaning anything by them. */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Fields beyond the shape are refused by name unless they are empty, numbers or `true`. */
export function shaped(what: string, shape: Shape): Check {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return `a ${what} is not an object`;
    for (const [name, field] of Object.entries(value)) {
      const check = Object.hasOwn(shape, name) ? shape[name] : undefined;
      if (check === undefined && (isEmpty(field) || typeof field === 'number' || field === true)) continue;
      if (check === undefined) return `'${name}' of a ${what} is not passed on: only text has a cost known beforehand`;
      const complaint = field === null || field === undefined ? undefined : check(field);
      if (complaint !== undefined)
        return complaint.startsWith('is ') ? `'${name}' of a ${what} ${complaint}` : complaint;
    }
    return undefined;
  };
}

export function first(list: readonly unknown[], check: Check): Complaint {
  for (const item of list) {
    const complaint = check(item);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

/** Picks the shape by `type`; what names none has to have the shape of `untyped`. */
export function typed(what: string, shapes: Readonly<Record<string, Check>>, untyped: Check): Check {
  return (value) => {
    const type = (value as { readonly type?: unknown } | null)?.type ?? undefined;
    if (type === undefined) return untyped(value);
    const check = typeof type === 'string' && Object.hasOwn(shapes, type) ? shapes[type] : undefined;
    return check ? check(value) : `${what} of type '${shown(type)}' is not allowed: its cost is not known beforehand`;
  };
}

/** A wish to have what comes before kept for a while. */
export const cacheHint = shaped('cache hint', { type: text, ttl: text });

const partShape: Shape = {
  type: text,
  text,
  refusal: text,
  thinking: (value) => textOrListOf(parts)(value),
  signature: text,
  reasoning: text,
  logprobs: (value) => (Array.isArray(value) ? undefined : 'is not a list'),
};
const part: Check = shaped('content part', {
  ...partShape,
  cache_control: cacheHint,
});
const TEXT_PARTS = 'text input_text output_text refusal reasoning_text summary_text thinking'.split(' ');
/** A picture's own bytes; the address of one would have to be fetched. */
const picture: Check = (value) =>
  typeof value === 'string' && /^data:image\/[\w.+-]+;base64,/.test(value)
    ? undefined
    : "a picture ('image_url', 'input_image') by its address is not allowed: send its bytes as a data URL";
const parts = typed(
  'content',
  {
    ...Object.fromEntries(TEXT_PARTS.map((type) => [type, part])),
    image_url: shaped("content part 'image_url'", {
      type: text,
      text,
      image_url: (value) =>
        typeof value === 'string' ? picture(value) : shaped('picture', { url: picture, detail: text })(value),
    }),
    input_image: shaped("content part 'input_image'", { type: text, image_url: picture, detail: text }),
  },
  part,
);
const content = textOrListOf(orText(parts));

/** JSON that is read as data: arguments of a call, a schema. It is text to the model, and was counted as such. */
export const data: Check = () => undefined;
const call = shaped('tool call', {
  id: text,
  type: orType('function', 'custom'),
  function: shaped('function', { name: text, arguments: data, description: text, thought_signature: text }),
  custom: shaped('custom tool', { name: text, input: text }),
  thought_signature: text,
  extra_content: data,
});

function orType(...types: readonly string[]): Check {
  return (value) =>
    types.includes(value as string) ? undefined : `a tool call of type '${shown(value)}' is not allowed here`;
}

const reasoningDetail = shaped('reasoning detail', {
  type: text,
  text,
  summary: text,
  data: text,
  signature: text,
  id: text,
  format: text,
});

const message = shaped('message', {
  role: text,
  content,
  name: text,
  tool_calls: listOf(call),
  tool_call_id: text,
  refusal: text,
  function_call: shaped('function', { name: text, arguments: data }),
  reasoning: text,
  reasoning_content: text,
  reasoning_details: listOf(reasoningDetail),
  thinking: text,
  thinking_blocks: listOf(parts),
  id: text,
  object: text,
  status: text,
  tool_name: text,
  cache_control: cacheHint,
  // What clients note of an answer beside what was said; no server reads it.
  provider_specific_fields: data,
});

const identified = { type: text, id: text, status: text, call_id: text, name: text, namespace: text };
const output: Check = textOrListOf(parts);
const itemMessage = shaped('message', { type: text, id: text, status: text, role: text, phase: text, content });
const item = typed(
  'an item',
  {
    message: itemMessage,
    function_call: shaped('function call', { ...identified, arguments: text }),
    function_call_output: shaped('function call output', { ...identified, output }),
    custom_tool_call: shaped('custom tool call', { ...identified, input: text }),
    custom_tool_call_output: shaped('custom tool call output', { ...identified, output }),
    // Calls of tools that the provider knows by name and the client runs.
    local_shell_call: shaped('shell call', { ...identified, action: data }),
    local_shell_call_output: shaped('shell call output', { ...identified, output }),
    shell_call: shaped('shell call', { ...identified, action: data, environment: localAlone }),
    shell_call_output: shaped('shell call output', { ...identified, output: data }),
    apply_patch_call: shaped('patch call', { ...identified, operation: data }),
    apply_patch_call_output: shaped('patch call output', { ...identified, output }),
    // What was found among the client's own tools.
    tool_search_call: shaped('tool search', { ...identified, execution: text, arguments: data }),
    tool_search_output: shaped('tool search output', {
      ...identified,
      execution: text,
      tools: (value) => complaintOfTools(value),
    }),
    compaction: shaped('compaction', { type: text, id: text, encrypted_content: text }),
    reasoning: shaped('reasoning', {
      type: text,
      id: text,
      status: text,
      summary: listOf(parts),
      content: listOf(parts),
      encrypted_content: text,
    }),
  },
  // An item without a type may be a message, or a reference to a stored one: that has an id and no words.
  (value) =>
    (value as { readonly role?: unknown } | null)?.role === undefined
      ? "content of type 'item_reference' is not allowed: an item needs a type, or a role and content"
      : itemMessage(value),
);

/** What is wrong with the messages of a Chat Completions call. */
export const complaintOfMessages: Check = (value) =>
  Array.isArray(value) ? first(value, message) : "'messages' is not a list";

/** What is wrong with the input, or the instructions, of a Responses call. */
export const complaintOfInput: Check = (value) => {
  const complaint = textOrListOf(item)(value);
  return complaint === 'is not text' ? "'input' is neither text nor a list" : complaint;
};

/** Where a shell runs: with the client. */
function localAlone(value: unknown): Complaint {
  const { type = 'local' } = value as { readonly type?: unknown };
  return type === 'local' ? undefined : `a shell in '${shown(type)}' runs at the provider and is not allowed`;
}

const toolShape: Shape = {
  type: text,
  function: shaped('function', { name: text, description: text, parameters: data }),
  custom: shaped('custom tool', { name: text, description: text, format: data }),
  name: text,
  description: text,
  parameters: data,
  output_schema: data,
  format: data,
  cache_control: cacheHint,
};
const functionTool = shaped('tool', toolShape);
const TOOLS: Readonly<Record<string, Check>> = {
  function: functionTool,
  custom: functionTool,
  namespace: shaped('namespace', { ...toolShape, tools: (value) => complaintOfTools(value) }),
  tool_search: (tool) =>
    (tool as { readonly execution?: unknown }).execution === 'client'
      ? shaped('tool', { ...toolShape, execution: text })(tool)
      : 'a search among tools at the provider is not allowed: its cost is not known beforehand',
  local_shell: functionTool,
  shell: shaped('tool', { ...toolShape, environment: localAlone }),
  apply_patch: functionTool,
};

/** What is wrong with the tools: they have to be the client's own. */
export const complaintOfTools: Check = (value) => {
  if (!Array.isArray(value)) return "'tools' is not a list";
  return first(value, (tool) => {
    const type = (tool as { readonly type?: unknown } | null)?.type;
    const check = typeof type === 'string' && Object.hasOwn(TOOLS, type) ? TOOLS[type] : undefined;
    return check ? check(tool) : `tools of type '${shown(type)}' run at the provider and are not allowed`;
  });
};

/** How many pictures a call holds. */
export function imagesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const { type } = value as { readonly type?: unknown };
  const own = type === 'image' || type === 'image_url' || type === 'input_image' ? 1 : 0;
  return Object.values(value).reduce<number>((sum, inner) => sum + imagesIn(inner), own);
}

/** Whether a value is nested deeper than any request is; a parser takes such a body, but little else does. */
export function isTooDeep(value: unknown, limit = 64): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((inner) => isTooDeep(inner, limit - 1));
}

/** A word of the client's as a refusal quotes it. */
export function shown(value: unknown): string {
  return (typeof value === 'string' ? value : typeof value).slice(0, 60);
}
