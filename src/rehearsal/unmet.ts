import type { Need } from '../benchmark/kata/needs.ts';
import type { Conversation } from './conversation.ts';
import { flat, type Kata } from './katas.ts';

/** Answers a task with the need `turns` takes. */
export const PATIENCE = 8;

/** Characters of the statement without which no task is understood. */
const GIST = 450;

const SECOND_LOOK = /second look|look (it )?over|once more|again|review|double-check/i;

export type Unmet = Need | 'gist';

/**
 * What this conversation still lacks for the kata. Only what the agent said counts, not the model's own words.
 *
 * @param wroteAt index of the turn in which the model first wrote a solution file; -1 when it has not
 */
export function unmet(kata: Kata, { turns }: Conversation, wroteAt: number): readonly Unmet[] {
  const said = turns.filter((turn) => turn.role !== 'assistant');
  const all = flat(said.map((turn) => turn.text).join('\n'));
  const after = wroteAt < 0 ? [] : turns.slice(wroteAt + 1).filter((turn) => turn.role !== 'assistant');
  const shows = (path: string) => all.includes(flat(kata.workspace.get(path) ?? ''));
  const met: Readonly<Record<Unmet, () => boolean>> = {
    gist: () => all.includes(flat(kata.statement).slice(0, GIST)),
    statement: () =>
      all.includes(
        flat(
          kata.statement
            .trim()
            .split(/\n\s*\n/)
            .at(-1)!,
        ),
      ),
    file: () => kata.solutionPaths.every(shows),
    neighbours: () => kata.neighbours.every(shows),
    'failing-output': () => after.some((turn) => turn.text.includes(kata.example!.prints)),
    'second-look': () => after.some((turn) => turn.role === 'user' && SECOND_LOOK.test(turn.text)),
    turns: () => turns.length - said.length + 1 >= PATIENCE,
  };
  return (['gist', ...kata.needs] as const).filter((need) => !met[need]());
}
