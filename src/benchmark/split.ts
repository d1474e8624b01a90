import { createHmac } from 'node:crypto';
import type { TaskId } from '../model/ids.ts';
import type { SuiteSplit } from './suite.ts';

/**
 * Seals a fraction of a suite's tasks. Tasks are ranked by HMAC-SHA256(salt, digest + id) and the lowest `fraction` of them
 * (rounded, at least one on each side when there are two tasks or more) are held out. It depends on the suite's digest and
 * the repository's salt alone, never on a run's seed or the order of the list.
 * Tasks of an earlier run keep their side: one that steered a search can't judge what came of it any more. Only new ones are drawn, as
 * many as the fraction still lacks.
 * @param fraction share of the tasks to hold out, in [0, 1); 0 holds out none.
 */
export function splitTasks(
  suite: string,
  salt: string,
  fraction: number,
  tasks: readonly TaskId[],
  earlier: SuiteSplit = { search: [], heldout: [] },
): SuiteSplit {
  if (!(fraction >= 0 && fraction < 1))
    throw new RangeError(`the held-out fraction must lie in [0, 1), not ${fraction}`);
  const rank = (id: TaskId) => createHmac('sha256', salt).update(`${suite}\0${id}`).digest('hex');
  const ranked = tasks
    .map((id) => ({ id, rank: rank(id) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ id }) => id);
  const count =
    fraction === 0 || ranked.length < 2
      ? 0
      : Math.min(ranked.length - 1, Math.max(1, Math.round(ranked.length * fraction)));
  const steered = new Set(earlier.search);
  const sealed = new Set(earlier.heldout);
  const kept = ranked.filter((id) => sealed.has(id));
  const fresh = ranked.filter((id) => !sealed.has(id) && !steered.has(id));
  const heldout = new Set([...kept, ...fresh.slice(0, Math.max(0, count - kept.length))]);
  return { search: tasks.filter((id) => !heldout.has(id)), heldout: tasks.filter((id) => heldout.has(id)) };
}
