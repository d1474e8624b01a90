interface Message {
  readonly role: string;
  readonly tool_calls?: readonly { readonly id: string }[] | undefined;
  readonly tool_call_id?: string | undefined;
}

/** What OpenAI's endpoint refuses about tool calls: results without a call before them, calls without a result. */
export function orphan(messages: readonly Message[]): string | undefined {
  let open = new Set<string>();
  for (const [i, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id ?? ''))
        return `messages[${i}]: a message of role 'tool' must follow a message with the tool call it answers`;
      continue;
    }
    if (open.size > 0) return `messages[${i}]: the tool calls before it have no result: ${[...open].join(', ')}`;
    open = new Set((message.tool_calls ?? []).map(({ id }) => id));
  }
  return open.size > 0 ? `the last tool calls have no result: ${[...open].join(', ')}` : undefined;
}
