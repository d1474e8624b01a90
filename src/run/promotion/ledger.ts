import { randomUUID } from 'node:crypto';
import type { RunSettings } from '../../archive/archive.ts';
import type { ArchiveEvent, Grant, JournalEntry } from '../../model/event.ts';
import type { TaskId } from '../../model/ids.ts';
import { allowance, type Opening, openingsOf } from '../../search/gate/ledger.ts';
import { entriesOf } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import { keepUp } from '../state/clock.ts';
import type { OpenRun } from '../state/open-run.ts';

const LEASE_SECONDS = 30;

/** What all journals of a repository tell of its held-out tasks. They are the ledger: whatever rebuilds them from GitHub rebuilds it. */
export interface Ledger {
  /** Comparisons of all runs, oldest first. */
  readonly openings: readonly Opening[];
  /** Tasks on which the grader was seen to waver, by the digest of their suite. */
  readonly wavering: ReadonlyMap<string, ReadonlySet<TaskId>>;
}

export async function readLedger(store: Store, repository: string): Promise<Ledger> {
  const openings: Opening[] = [];
  const wavering = new Map<string, Set<TaskId>>();
  for (const key of await store.runs(repository)) {
    const judging: JournalEntry[] = [];
    let suite = '';
    for await (const entry of entriesOf(store, key)) {
      const { event } = entry;
      if (event.type === 'run.started') suite = event.suite.digest;
      if (event.type === 'run.started' || event.type.startsWith('heldout.')) judging.push(entry);
      if (event.type === 'evaluation.done' && event.wavers)
        wavering.set(suite, (wavering.get(suite) ?? new Set()).add(event.task));
    }
    openings.push(...openingsOf(judging));
  }
  return { openings: openings.sort((a, b) => (a.at < b.at ? -1 : 1)), wavering };
}

/** What the next comparison may use, and the held-out tasks that play no part in it. */
export function grantOf(
  { openings, wavering }: Ledger,
  { suite, heldOut, confidence, gate }: Pick<RunSettings, 'suite' | 'heldOut' | 'confidence' | 'gate'>,
  { evaluations, after }: Pick<Grant, 'evaluations' | 'after'>,
): { readonly grant: Grant; readonly leftOut: readonly TaskId[] } {
  const leftOut = heldOut.filter((task) => wavering.get(suite.digest)?.has(task));
  const judged = heldOut.filter((task) => !leftOut.includes(task));
  const allowed = allowance(openings, suite.name, judged, 1 - confidence, gate!.promise);
  return { grant: { after, evaluations, ...allowed }, leftOut };
}

/** Records that a comparison begins or goes on, with what the ledger grants it; no two of a repository are granted at once. */
export async function recordGrant(
  run: OpenRun,
  wanted: Pick<Grant, 'evaluations' | 'after'>,
  eventsOf: (grant: Grant, leftOut: readonly TaskId[]) => readonly ArchiveEvent[],
): Promise<void> {
  const { repository } = run.key;
  const [name, holder] = [`ledger ${repository}`, randomUUID()];
  const hold = () => run.store.lease(name, holder, LEASE_SECONDS);
  while (!(await hold())) await run.clock.sleep(100);
  const letGo = keepUp(hold, LEASE_SECONDS);
  try {
    const { grant, leftOut } = grantOf(await readLedger(run.store, repository), run.archive.settings, wanted);
    await run.record(...eventsOf(grant, leftOut));
  } finally {
    letGo();
    await run.store.release(name, holder);
  }
}
