/** The APIs a provider may speak: Chat Completions, Responses, Anthropic's Messages. */
export const APIS = ['chat', 'responses', 'messages'] as const;
export type Api = (typeof APIS)[number];
