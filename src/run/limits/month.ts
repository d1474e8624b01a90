import { reduceEntries } from '../../archive/reduce.ts';
import type { ArchiveEventOf } from '../../model/event.ts';
import { accountOf } from '../../model/ids.ts';
import type { RunKey } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';

/** US dollars that some of a repository's runs of a calendar month (UTC) have cost; those that go on count as all they may. */
export async function spentInMonth(
  now: Date,
  store: Pick<Store, 'runs' | 'read'>,
  repository: string,
  counts: (started: ArchiveEventOf<'run.started'>) => boolean,
): Promise<number> {
  const month = now.toISOString().slice(0, 7);
  let spent = 0;
  for (const key of await store.runs(repository)) {
    const [first] = await store.read(key, 0, 1);
    if (first?.event.type !== 'run.started' || !first.at.startsWith(month) || !counts(first.event)) continue;
    const { spentUSD, outcome, settings } = reduceEntries(null, await store.read(key))!;
    spent += outcome === null ? Math.max(spentUSD, settings.costUSD ?? spentUSD) : spentUSD;
  }
  return spent;
}

/** US dollars that an account's runs of a calendar month (UTC) have cost, one of them left out; those that go on count as all they may. */
export async function spentByAccount(
  now: Date,
  store: Pick<Store, 'runs' | 'read'>,
  account: string,
  but: RunKey,
): Promise<number> {
  const repositories = new Set((await store.runs()).map(({ repository }) => repository));
  let spent = 0;
  for (const repository of repositories)
    if (accountOf(repository) === account)
      spent += await spentInMonth(
        now,
        store,
        repository,
        ({ run }) => repository !== but.repository || run !== but.run,
      );
  return spent;
}
