import { inTermsOf, type ToolAnswer } from './action.ts';
import type { Conversation } from './conversation.ts';
import { diagnose } from './diagnose.ts';
import { type Kata, katasIn } from './katas.ts';
import { modify, proposedIn } from './modify.ts';
import { solve } from './solve.ts';

/** The next answer to any conversation: a diagnosis, an edit of an agent, work on a kata, or a shrug. */
export function respond(seed: number, katas: readonly Kata[], conversation: Conversation): ToolAnswer {
  if (conversation.schema !== undefined) return { text: diagnose(seed, katas, conversation), calls: [] };
  const asked = conversation.turns.filter((turn) => turn.role === 'user' || turn.role === 'system');
  const text = asked.map((turn) => turn.text).join('\n');
  const improvement = proposedIn(text);
  if (improvement) return inTermsOf(conversation.tools, modify(seed, improvement, conversation));
  const kata = katasIn(katas, text)[0];
  if (kata) return inTermsOf(conversation.tools, solve(seed, kata, conversation));
  return { text: 'I do not know this task: I am a rehearsal model and know the katas alone.', calls: [] };
}
