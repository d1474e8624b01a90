import type { SearchState } from '../../archive/archive.ts';
import type { ModelChoice } from '../../model/decision.ts';
import type { ModelLists } from '../../model/event.ts';
import type { Rng } from '../../model/rng.ts';
import { chooseByYield, drawnText, type Learning, yieldsBy } from './shares.ts';

const MODEL_TASKS = { diagnose: 'diagnosed by', modify: 'modified by' } as const;

/**
 * Which models an expansion is made with, of those there is a choice of, and why, in a clause. Each is as likely as the others at first,
 * then by what the expansions with it yielded, where shares learn. Null where there is no choice: then nothing is drawn either.
 */
export function chooseModels(
  lists: ModelLists | undefined,
  search: SearchState,
  learning: Learning | null,
  rng: Rng,
): { readonly models: ModelChoice; readonly why: string } | null {
  if (lists === undefined) return null;
  const models: { diagnose?: string; modify?: string } = {};
  const why = (['diagnose', 'modify'] as const).flatMap((task) => {
    const names = lists[task];
    if (names === undefined) return [];
    const yields = learning && yieldsBy(search, learning.worth, ({ birth }) => birth?.models?.[task]);
    const { index, drawn } = chooseByYield(
      names.map(() => 1 / names.length),
      names.map((name) => yields?.get(name)),
      learning?.weight ?? 0,
      rng,
    );
    models[task] = names[index]!;
    return [`${MODEL_TASKS[task]} ${names[index]}${yields === null ? '' : ` (${drawnText(names, drawn)})`}`];
  });
  return { models, why: why.join(', ') };
}
