import { createHmac } from 'node:crypto';
import type { TaskId } from '../model/ids.ts';
import type { SuiteSplit } from './suite.ts';

/**
 * Seals a fraction of a suite's tasks. Tasks are ranked by HMAC-SHA256(salt, digest + id) and the lowest `fraction` of them
 * (rounded, at least one on each side when there are two tasks or more) are held out. It depends on the suite's digest and
 * the repository's salt alone, never on a run's seed or the order of the list.
 * @param fraction share of the tasks to hold out, in [0, 1); 0 holds out none.
 */
export function splitTasks(suite: string, salt: string, fraction: number, tasks: readonly TaskId[]): SuiteSplit {
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
  const heldout = new Set(ranked.slice(0, count));
  return { search: tasks.filter((id) => !heldout.has(id)), heldout: tasks.filter((id) => heldout.has(id)) };
}
