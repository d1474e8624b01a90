import { reduceEntries } from '../../archive/reduce.ts';
import type { ArchiveEventOf, JournalEntry } from '../../model/event.ts';
import { accountOf } from '../../model/ids.ts';
import { isDamage } from '../../store/damage.ts';
import type { RunKey } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';

/**
 * US dollars a run has used of what a calendar month (UTC) granted: what it cost from its start, and from each extension, to its
 * next end, by the month in which that began. Where it goes on, all it may spend counts.
 * @param month e.g. `2026-11`
 */
export function spentOf(entries: readonly JournalEntry[], month: string): number {
  const begins = entries.flatMap(({ event }, at) => (at === 0 || event.type === 'heldout.extended' ? [at] : []));
  let [total, before] = [0, 0];
  let archive: ReturnType<typeof reduceEntries> = null;
  for (const [n, from] of begins.entries()) {
    archive = reduceEntries(archive, entries.slice(from, begins[n + 1]));
    const { spentUSD, outcome, settings } = archive!;
    const spent = outcome === null ? Math.max(spentUSD, settings.costUSD ?? spentUSD) : spentUSD;
    if (entries[from]!.at.startsWith(month)) total += spent - before;
    before = spentUSD;
  }
  return total;
}

/** US dollars that some of a repository's runs have used of a calendar month (UTC); those that go on, or whose journals are damaged, count as all they may. */
export async function spentInMonth(
  now: Date,
  store: Pick<Store, 'runs' | 'read'>,
  repository: string,
  counts: (started: ArchiveEventOf<'run.started'>) => boolean,
): Promise<number> {
  const month = now.toISOString().slice(0, 7);
  let spent = 0;
  for (const key of await store.runs(repository, month)) {
    const [first] = await orIfDamaged(store.read(key, 0, 1), []);
    if (first?.event.type !== 'run.started' || !counts(first.event)) continue;
    const entries = await orIfDamaged(store.read(key), null);
    spent += entries === null ? (first.event.costUSD ?? 0) : spentOf(entries, month);
  }
  return spent;
}

/** One damaged journal keeps no other run from starting. */
async function orIfDamaged<T, U>(read: Promise<T>, instead: U): Promise<T | U> {
  try {
    return await read;
  } catch (error) {
    if (isDamage(error)) return instead;
    throw error;
  }
}

/** The same of all of an account's runs, but for one. */
export async function spentByAccount(
  now: Date,
  store: Pick<Store, 'runs' | 'read'>,
  account: string,
  but?: RunKey,
): Promise<number> {
  const month = now.toISOString().slice(0, 7);
  const repositories = new Set((await store.runs(undefined, month)).map(({ repository }) => repository));
  let spent = 0;
  for (const repository of repositories)
    if (accountOf(repository) === account)
      spent += await spentInMonth(
        now,
        store,
        repository,
        ({ run }) => repository !== but?.repository || run !== but.run,
      );
  return spent;
}
