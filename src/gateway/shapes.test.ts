import { expect, test } from 'vitest';
import { admit, type CallPath } from './dialect/admit.ts';
import { priceBook } from './money/prices.ts';

/**
 * What agents and servers send, piece by piece: passed on, or refused by name. Shapes are from the providers' API references and from
 * what the agents named here put on the wire.
 */
const CHAT: CallPath = '/v1/chat/completions';
const RESPONSES: CallPath = '/v1/responses';
const MESSAGES: CallPath = '/v1/messages';

const book = priceBook({}, 'http://127.0.0.1:1/v1');
const rules = { models: ['gpt-5.4', 'claude-sonnet-4-5'], bookOf: () => book };
const base: Readonly<Record<string, object>> = {
  [CHAT]: { model: 'gpt-5.4', messages: [{ role: 'user', content: 'x' }] },
  [RESPONSES]: { model: 'gpt-5.4', input: 'x' },
  [MESSAGES]: { model: 'claude-sonnet-4-5', max_tokens: 100, messages: [{ role: 'user', content: 'x' }] },
  '/v1/messages/count_tokens': { model: 'claude-sonnet-4-5', messages: [{ role: 'user', content: 'x' }] },
};
const send = (path: CallPath, more: object, images = false) =>
  admit(path, JSON.stringify({ ...base[path], ...more }), { ...rules, images });

const user = (...content: object[]) => ({ messages: [{ role: 'user', content }] });
const answer = (...content: object[]) => ({ messages: [{ role: 'assistant', content }] });
const input = (...items: object[]) => ({ input: items });
const tools = (...list: object[]) => ({ tools: list });
const ephemeral = { type: 'ephemeral' };
const png = 'data:image/png;base64,AAAA';

test.each<[from: string, path: CallPath, more: object]>([
  ['Aider: cache hints by LiteLLM', CHAT, user({ type: 'text', text: 'x', cache_control: ephemeral })],
  ['Aider: reasoning effort', CHAT, { reasoning_effort: 'high' }],
  [
    'LiteLLM: thinking blocks of an answer',
    CHAT,
    {
      messages: [
        { role: 'assistant', content: 'x', thinking_blocks: [{ type: 'thinking', thinking: 'h', signature: 's' }] },
      ],
    },
  ],
  [
    'LiteLLM: provider fields of an answer',
    CHAT,
    { messages: [{ role: 'assistant', content: 'x', provider_specific_fields: { refusal: null } }] },
  ],
  ['LiteLLM: metadata', CHAT, { metadata: { session: 'a' } }],
  [
    'OpenHands: reasoning content of an answer',
    CHAT,
    { messages: [{ role: 'assistant', content: 'x', reasoning_content: 'h' }] },
  ],
  [
    'OpenHands: a tool with cache hint',
    CHAT,
    tools({ type: 'function', function: { name: 'f' }, cache_control: ephemeral }),
  ],
  ['mini-swe-agent: temperature', CHAT, { temperature: 0 }],
  ['OpenRouter: routing', CHAT, { provider: { order: ['anthropic'], allow_fallbacks: false } }],
  ['OpenRouter: reasoning', CHAT, { reasoning: { max_tokens: 2000, exclude: false } }],
  [
    'OpenRouter: reasoning details',
    CHAT,
    {
      messages: [
        {
          role: 'assistant',
          content: 'x',
          reasoning_details: [{ type: 'reasoning.text', text: 'h', format: 'f', index: 0 }],
        },
      ],
    },
  ],
  ['OpenRouter: usage', CHAT, { usage: { include: true } }],
  ['OpenRouter: transforms', CHAT, { transforms: ['middle-out'] }],
  ['vLLM: template', CHAT, { chat_template_kwargs: { enable_thinking: false } }],
  ['vLLM: sampling', CHAT, { min_p: 0.1, repetition_penalty: 1.1, stop_token_ids: [1] }],
  ['vLLM: guided decoding', CHAT, { guided_json: { type: 'object' } }],
  ['vLLM: priority of a call', CHAT, { priority: 1 }],
  ['Ollama: options', CHAT, { options: { num_ctx: 8192 }, keep_alive: '5m' }],
  ['llama.cpp: cache', CHAT, { cache_prompt: true, slot_id: -1 }],
  ['Azure: data sources switched off', CHAT, { data_sources: [] }],
  ['Gemini: thinking', CHAT, { google: { thinking_config: { thinking_budget: 100, include_thoughts: true } } }],
  [
    'Gemini: thought signature',
    CHAT,
    {
      messages: [
        {
          role: 'assistant',
          tool_calls: [
            {
              id: '1',
              type: 'function',
              function: { name: 'f', arguments: '{}' },
              extra_content: { google: { thought_signature: 's' } },
            },
          ],
        },
      ],
    },
  ],
  ['Qwen: thinking', CHAT, { enable_thinking: true, thinking_budget: 100 }],
  ['opencode: usage of streams', CHAT, { stream: true, stream_options: { include_usage: true } }],
  ['opencode: a cache key', CHAT, { prompt_cache_key: 'session' }],
  ['pi: a developer message', CHAT, { messages: [{ role: 'developer', content: 'x' }] }],
  ['a field nobody knows', CHAT, { made_up: { deep: [1, 'two'] } }],
  ['Codex: client metadata', RESPONSES, { client_metadata: { session: 'https://a' } }],
  ['Codex: encrypted reasoning', RESPONSES, { store: false, include: ['reasoning.encrypted_content'] }],
  ['Codex: reasoning', RESPONSES, { reasoning: { effort: 'medium', summary: 'auto' } }],
  ['Codex: verbosity', RESPONSES, { text: { verbosity: 'low' } }],
  [
    'Codex: a namespace of tools',
    RESPONSES,
    tools({
      type: 'namespace',
      name: 'mcp',
      description: 'd',
      tools: [{ type: 'function', name: 'f', parameters: {} }],
    }),
  ],
  [
    'Codex: a search among tools',
    RESPONSES,
    tools({ type: 'tool_search', execution: 'client', description: 'd', parameters: {} }),
  ],
  ['Codex: a local shell', RESPONSES, tools({ type: 'local_shell' })],
  ['Codex: a shell with the client', RESPONSES, tools({ type: 'shell', environment: { type: 'local' } })],
  ['Codex: patches', RESPONSES, tools({ type: 'apply_patch' })],
  [
    'Codex: a tool in a grammar',
    RESPONSES,
    tools({ type: 'custom', name: 'p', format: { type: 'grammar', syntax: 'lark', definition: 'x' } }),
  ],
  [
    'Codex: a local shell call',
    RESPONSES,
    input({ type: 'local_shell_call', call_id: 'c', status: 'completed', action: { type: 'exec', command: ['ls'] } }),
  ],
  ['Codex: its output', RESPONSES, input({ type: 'local_shell_call_output', id: 'c', output: 'x' })],
  [
    'Codex: a found tool',
    RESPONSES,
    input({
      type: 'tool_search_output',
      call_id: 'c',
      execution: 'client',
      status: 'completed',
      tools: [{ type: 'function', name: 'f' }],
    }),
  ],
  [
    'Codex: a call in a namespace',
    RESPONSES,
    input({ type: 'function_call', call_id: 'c', name: 'f', namespace: 'mcp', arguments: '{}' }),
  ],
  ['Codex: what was compacted', RESPONSES, input({ type: 'compaction', id: 'c', encrypted_content: 'x' })],
  [
    'Codex: a phase',
    RESPONSES,
    input({ type: 'message', role: 'assistant', phase: 'final_answer', content: [{ type: 'output_text', text: 'x' }] }),
  ],
  ['the OpenAI SDK: a cache key', RESPONSES, { prompt_cache_key: 'k', prompt_cache_retention: '24h' }],
  [
    'Claude Code: a system prompt with cache hints',
    MESSAGES,
    { system: [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
  ],
  ['Claude Code: metadata', MESSAGES, { metadata: { user_id: 'u' } }],
  ['Claude Code: thinking', MESSAGES, { thinking: { type: 'enabled', budget_tokens: 50 } }],
  [
    'Claude Code: adaptive thinking and effort',
    MESSAGES,
    { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
  ],
  [
    'Claude Code: its tools',
    MESSAGES,
    tools({ name: 'Bash', description: 'd', input_schema: { type: 'object' }, cache_control: ephemeral }),
  ],
  [
    'Claude Code: clearing old results',
    MESSAGES,
    { context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] } },
  ],
  [
    'Claude Code: thoughts of an answer',
    MESSAGES,
    answer(
      { type: 'thinking', thinking: 'h', signature: 's' },
      { type: 'redacted_thinking', data: 'd' },
      { type: 'text', text: 'x' },
    ),
  ],
  [
    'Claude Code: a call and its result',
    MESSAGES,
    {
      messages: [
        { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'Bash', input: { command: 'ls' } }] },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 't',
              is_error: false,
              content: [{ type: 'text', text: 'x' }],
              cache_control: ephemeral,
            },
          ],
        },
      ],
    },
  ],
  ['Claude Code: a count of tokens', '/v1/messages/count_tokens', tools({ name: 'Bash', input_schema: {} })],
  [
    'Anthropic: a shell and an editor',
    MESSAGES,
    tools(
      { type: 'bash_20250124', name: 'bash' },
      { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool', max_characters: 100 },
    ),
  ],
  ['Anthropic: a tool that waits', MESSAGES, tools({ name: 'f', input_schema: {}, defer_loading: true })],
  [
    'Anthropic: text as a document',
    MESSAGES,
    user({
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: 'x' },
      title: 't',
      citations: { enabled: true },
    }),
  ],
  ['Anthropic: the standard tier', MESSAGES, { service_tier: 'standard_only' }],
])('%s passes', (_, path, more) => {
  expect(() => send(path, more)).not.toThrow();
});

test.each<[what: string, path: CallPath, more: object, refusal: RegExp]>([
  [
    'a stored conversation',
    RESPONSES,
    { previous_response_id: 'resp_1' },
    /'previous_response_id'.*stored at the provider/,
  ],
  ['a conversation', RESPONSES, { conversation: 'conv_1' }, /'conversation'.*stored/],
  ['a stored prompt', RESPONSES, { prompt: { id: 'pmpt_1' } }, /'prompt'.*stored/],
  ['a reference to an item', RESPONSES, input({ type: 'item_reference', id: 'msg_1' }), /'item_reference'/],
  ['a search among tools there', RESPONSES, tools({ type: 'tool_search' }), /search among tools at the provider/],
  ['work in the background', RESPONSES, { background: true }, /'background'/],
  ['a search of the web', RESPONSES, tools({ type: 'web_search' }), /tools of type 'web_search' run at the provider/],
  ['a search of files', RESPONSES, tools({ type: 'file_search', vector_store_ids: ['v'] }), /'file_search'/],
  [
    'code at the provider',
    RESPONSES,
    tools({ type: 'code_interpreter', container: { type: 'auto' } }),
    /'code_interpreter'/,
  ],
  [
    'a shell at the provider',
    RESPONSES,
    tools({ type: 'shell', environment: { type: 'container_auto' } }),
    /a shell in 'container_auto'/,
  ],
  ['a server of tools', RESPONSES, tools({ type: 'mcp', server_url: 'https://a' }), /'mcp'/],
  [
    'a server of tools in a namespace',
    RESPONSES,
    tools({ type: 'namespace', name: 'n', tools: [{ type: 'mcp' }] }),
    /'mcp'/,
  ],
  ['pictures made', RESPONSES, tools({ type: 'image_generation' }), /'image_generation'/],
  ['a file', RESPONSES, input({ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }), /'input_file'/],
  [
    'a stored picture',
    RESPONSES,
    input({ role: 'user', content: [{ type: 'input_image', file_id: 'f' }] }),
    /'file_id'/,
  ],
  ['compaction at the provider', RESPONSES, { context_management: [{ type: 'compaction' }] }, /'context_management'/],
  ['priority', RESPONSES, { service_tier: 'priority' }, /service tiers default and flex/],
  ['a search of the web by Chat', CHAT, { web_search_options: {} }, /'web_search_options'/],
  ['xAI’s search', CHAT, { search_parameters: { mode: 'auto' } }, /'search_parameters'/],
  ['OpenRouter’s plugins', CHAT, { plugins: [{ id: 'web' }] }, /'plugins'/],
  ['OpenRouter’s other models', CHAT, { models: ['a', 'b'] }, /'models'.*another model/],
  ['Qwen’s search', CHAT, { enable_search: true }, /'enable_search'/],
  ['a prediction', CHAT, { prediction: { type: 'content', content: 'x' } }, /'prediction'.*beyond the limit/],
  ['sound', CHAT, { modalities: ['text', 'audio'] }, /'modalities'/],
  [
    'Azure’s data',
    CHAT,
    { data_sources: [{ type: 'azure_search', parameters: { endpoint: 'https://a' } }] },
    /'data_sources'.*elsewhere/,
  ],
  [
    'a picture by its address',
    CHAT,
    user({ type: 'image_url', image_url: { url: 'https://a/b.png' } }),
    /a picture .*by its address/,
  ],
  ['several answers by another name', CHAT, { best_of: 8 }, /'best_of'.*several answers/],
  ['another limit', CHAT, { max_new_tokens: 1e6 }, /'max_new_tokens'.*by another name/],
  ['another limit inside', CHAT, { options: { num_predict: 1e6 } }, /'options'.*num_predict/],
  ['Gemini’s stored content', CHAT, { google: { cached_content: 'cachedContents/1' } }, /'google'.*cached_content/],
  ['Zhipu’s knowledge', CHAT, { retrieval: { knowledge_id: 'k' } }, /'retrieval'/],
  ['fields hidden in another', CHAT, { extra_body: { plugins: [] } }, /'extra_body'/],
  ['a webhook', CHAT, { webhook_url: 'x' }, /'webhook_url'/],
  ['servers of tools', MESSAGES, { mcp_servers: [{ type: 'url', url: 'https://a' }] }, /'mcp_servers'/],
  ['a container', MESSAGES, { container: 'c' }, /'container'/],
  [
    'a search of the web',
    MESSAGES,
    tools({ type: 'web_search_20250305', name: 'web_search' }),
    /'web_search_20250305' run at the provider/,
  ],
  [
    'a search among tools there',
    MESSAGES,
    tools({ type: 'tool_search_tool_regex_20251119', name: 't' }),
    /'tool_search_tool_regex_20251119'/,
  ],
  ['a page fetched', MESSAGES, tools({ type: 'web_fetch_20250910', name: 'web_fetch' }), /'web_fetch_20250910'/],
  [
    'code at the provider',
    MESSAGES,
    tools({ type: 'code_execution_20250825', name: 'code_execution' }),
    /'code_execution_20250825'/,
  ],
  [
    'a tool called by code there',
    MESSAGES,
    tools({ name: 'f', input_schema: {}, allowed_callers: ['code_execution_20250825'] }),
    /code at the provider/,
  ],
  [
    'a picture by its address',
    MESSAGES,
    user({ type: 'image', source: { type: 'url', url: 'https://a' } }),
    /an image by 'url'/,
  ],
  [
    'a stored file',
    MESSAGES,
    user({ type: 'document', source: { type: 'file', file_id: 'f' } }),
    /a document by 'file'/,
  ],
  [
    'a document in pages',
    MESSAGES,
    user({ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'x' } }),
    /a document by 'base64'/,
  ],
  ['an upload', MESSAGES, user({ type: 'container_upload', file_id: 'f' }), /'container_upload'/],
  ['the fast mode', MESSAGES, { speed: 'fast' }, /'speed'.*changes the price/],
  ['a place to compute', MESSAGES, { inference_geo: 'us' }, /'inference_geo'.*changes the price/],
  ['compaction', MESSAGES, { context_management: { edits: [{ type: 'compact_20260112' }] } }, /change of the context/],
  ['a tier', MESSAGES, { service_tier: 'priority' }, /service tiers standard_only/],
  [
    'a system prompt that is none',
    MESSAGES,
    { system: [{ type: 'image' }] },
    /a part of the system prompt of type 'image'/,
  ],
  ['another model', MESSAGES, { model: 'claude-opus-4-6' }, /'claude-opus-4-6' is not allowed here/],
])('%s is refused by name', (_, path, more, refusal) => {
  expect(() => send(path, more, true)).toThrow(refusal);
});

test.each<[path: CallPath, more: object]>([
  [CHAT, user({ type: 'image_url', image_url: { url: png, detail: 'low' } })],
  [RESPONSES, input({ role: 'user', content: [{ type: 'input_image', image_url: png }] })],
  [RESPONSES, input({ type: 'function_call_output', call_id: 'c', output: [{ type: 'input_image', image_url: png }] })],
  [MESSAGES, user({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } })],
])('pictures pass as bytes where they are allowed, and are counted: %s', (path, more) => {
  expect(send(path, more, true).images).toBe(1);
  expect(() => send(path, more)).toThrow(/pictures are not allowed here/);
});

test('an alias or a dated name of an allowed model is that model', () => {
  expect(send(MESSAGES, { model: 'claude-sonnet-4-5-20250929' })).toMatchObject({
    model: 'claude-sonnet-4-5',
    fields: { model: 'claude-sonnet-4-5' },
  });
  expect(send(CHAT, { model: 'gpt-5.4-2026-03-05' })).toMatchObject({ model: 'gpt-5.4' });
  expect(() => send(CHAT, { model: 'gpt-5.4-mini' })).toThrow(/not allowed here/);
});

test.each<[path: CallPath, effort: 'none' | 'low' | 'high', more: object, sent: object]>([
  [CHAT, 'low', { reasoning_effort: 'high' }, { reasoning_effort: 'low' }],
  [
    CHAT,
    'low',
    { reasoning: { max_tokens: 9_000 }, enable_thinking: true, thinking_budget: 9 },
    { reasoning_effort: 'low' },
  ],
  [
    CHAT,
    'none',
    { chat_template_kwargs: { enable_thinking: true, tools: 1 } },
    { reasoning_effort: 'none', chat_template_kwargs: { tools: 1 } },
  ],
  [
    RESPONSES,
    'high',
    { reasoning: { effort: 'xhigh', summary: 'auto' } },
    { reasoning: { effort: 'high', summary: 'auto' } },
  ],
  [RESPONSES, 'low', {}, { reasoning: { effort: 'low' } }],
  [
    MESSAGES,
    'low',
    { thinking: { type: 'enabled', budget_tokens: 31_999 } },
    { thinking: { type: 'enabled', budget_tokens: 4_096 } },
  ],
  [
    MESSAGES,
    'high',
    { thinking: { type: 'enabled', budget_tokens: 2_000 } },
    { thinking: { type: 'enabled', budget_tokens: 2_000 } },
  ],
  [
    MESSAGES,
    'low',
    { thinking: { type: 'adaptive' } },
    { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } },
  ],
  [
    MESSAGES,
    'high',
    { output_config: { effort: 'max', format: 'f' } },
    { output_config: { effort: 'high', format: 'f' } },
  ],
  [
    MESSAGES,
    'none',
    { thinking: { type: 'adaptive' } },
    { thinking: { type: 'disabled' }, output_config: { effort: 'low' } },
  ],
])('%s: the effort is %s, whatever is asked: %j', (path, effort, more, sent) => {
  const { fields } = admit(path, JSON.stringify({ ...base[path], ...more }), { ...rules, effort });
  const given = new Set(Object.keys(base[path]!));
  expect(Object.fromEntries(Object.entries(fields).filter(([name]) => !given.has(name)))).toEqual(sent);
});
