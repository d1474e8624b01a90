/** Parts of a conversation that are text, or calls of the client's own tools. Images, audio, files and references are not. */
const TEXT_TYPES = new Set([
  'text',
  'refusal',
  'function',
  'custom',
  'message',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
  'reasoning',
  'reasoning_text',
  'summary_text',
  'input_text',
  'output_text',
]);

/** True, or the first type found that is not allowed. */
export function isAllowedContent(value: unknown): true | string {
  if (typeof value !== 'object' || value === null) return true;
  if ('type' in value && !Array.isArray(value) && !TEXT_TYPES.has(String(value.type))) return String(value.type);
  for (const part of Object.values(value)) {
    const verdict = isAllowedContent(part);
    if (verdict !== true) return verdict;
  }
  return true;
}

/** The type of the first tool the provider would run itself (web search, code interpreter, ...), if there is one. */
export function refusedTool(tools: unknown): string | undefined {
  if (tools === undefined) return undefined;
  if (!Array.isArray(tools)) return typeof tools;
  return tools
    .map((tool) => String((tool as { type?: unknown })?.type))
    .find((type) => !['function', 'custom'].includes(type));
}

/** Whether a value is nested deeper than any request is; a parser takes such a body, but little else does. */
export function isTooDeep(value: unknown, limit = 64): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((part) => isTooDeep(part, limit - 1));
}
