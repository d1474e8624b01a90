import { join } from 'node:path';
import { HuxleyError } from '../../model/error.ts';
import { withLock } from '../../sandbox/setup/lock.ts';

/**
 * Runs `work` as the only writer of a session's folder.
 *
 * @throws HuxleyError `bench.out` at once when another process writes to it
 */
export function holdFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  return withLock(join(folder, 'lock'), work, {
    seconds: 0,
    refusal: ({ who, since, whenGone }) =>
      new HuxleyError(
        'bench.out',
        `${who} has been writing to ${folder} since ${since}.`,
        `Wait for it or end it, or name another folder with --out.${whenGone}`,
      ),
  });
}
