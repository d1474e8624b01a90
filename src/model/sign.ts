/**
 * What host code noticed about an attempt that did not resolve its task; each has an operator of the same name.
 *
 * - `empty-patch`: the agent ended without having changed any file that is graded.
 * - `context-overflow`: the model's endpoint, or the gateway before it, refused a call because the conversation was too long.
 */
export const SIGNS = ['empty-patch', 'context-overflow'] as const;
export type Sign = (typeof SIGNS)[number];

const WORDS: Readonly<Record<Sign, string>> = {
  'empty-patch': 'nothing changed',
  'context-overflow': "the model's context overflowed",
};

/** The signs for people, e.g. `nothing changed`; empty for none. */
export function signWords(signs: readonly Sign[] = []): string {
  return signs.map((sign) => WORDS[sign]).join(', ');
}
