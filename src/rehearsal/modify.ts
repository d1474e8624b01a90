import { withoutVolatile } from '../gateway/record/volatile.ts';
import type { Answer } from './action.ts';
import { CATALOGUE } from './catalogue/all.ts';
import { carryOut, type Improvement, SOURCE_FILE } from './catalogue/improvement.ts';
import { chance } from './chance.ts';
import type { Conversation } from './conversation.ts';

/** How often the model quotes the code to replace wrongly, so that the edit fails. */
const MISQUOTE = 0.02;

/** The improvement an issue asks for, if it is one of ours. */
export function proposedIn(text: string): Improvement | undefined {
  return CATALOGUE.find(({ title }) => text.includes(title));
}

/** The next answer of a model that carries an improvement out: it reads the code as it is now, then edits that. */
export function modify(seed: number, improvement: Improvement, { turns }: Conversation): Answer {
  const own = turns.filter((turn) => turn.role === 'assistant').length;
  if (own === 0) return { text: 'I will read the code.', actions: [{ type: 'view', path: SOURCE_FILE }] };
  if (own > 1) return { text: 'The change is made.', actions: [] };
  const source = turns.findLast((turn) => turn.role === 'tool' || turn.role === 'user')!.text;
  if (improvement.mark.test(source)) return { text: 'The code does this already.', actions: [] };
  const replacements = carryOut(improvement, source);
  if (!replacements) return { text: 'I do not find the place in the code that this is about.', actions: [] };
  const misquotes = chance(seed, 'misquote', improvement.title, withoutVolatile(source)) < MISQUOTE;
  return {
    text: 'I will change it.',
    actions: replacements.map((replacement) => ({
      type: 'replace',
      path: SOURCE_FILE,
      old: misquotes ? `${replacement.old}// …` : replacement.old,
      new: replacement.new,
    })),
  };
}
