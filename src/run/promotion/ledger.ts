import type { RunSettings } from '../../archive/archive.ts';
import type { ArchiveEvent, ArchiveEventOf, JournalEntry } from '../../model/event.ts';
import type { Grant } from '../../model/gate/verdict.ts';
import type { TaskId, VariantId } from '../../model/ids.ts';
import { allowance, CHOSEN, type Opening, openingsOf } from '../../search/gate/ledger.ts';
import { entriesOf } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import { alone, leaseOn } from '../state/clock.ts';
import type { OpenRun } from '../state/open-run.ts';

/** What a comparison is known by besides its own events. */
const TELLING: ReadonlySet<string> = new Set(['run.started', 'expansion.made']);

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
      if (TELLING.has(event.type) || event.type.startsWith('heldout.')) judging.push(entry);
      if (event.type === 'evaluation.done' && event.wavers)
        wavering.set(suite, (wavering.get(suite) ?? new Set()).add(event.task));
    }
    openings.push(...openingsOf(judging));
  }
  return { openings: openings.sort((a, b) => (a.at < b.at ? -1 : 1)), wavering };
}

/** What a comparison is to begin or go on with. */
type Wanted = Pick<Grant, 'evaluations' | 'after'>;

/** What the next comparison may use, and the held-out tasks that play no part in it. */
export function grantOf(
  { openings, wavering }: Ledger,
  { run, suite, heldOut, confidence, gate }: Pick<RunSettings, 'run' | 'suite' | 'heldOut' | 'confidence' | 'gate'>,
  { evaluations, after }: Wanted,
): { readonly grant: Grant; readonly leftOut: readonly TaskId[] } {
  const leftOut = heldOut.filter((task) => wavering.get(suite.digest)?.has(task));
  const judged = heldOut.filter((task) => !leftOut.includes(task));
  const allowed = allowance(openings, suite.name, judged, 1 - confidence, gate!.promise);
  const goesOn = openings.some((opening) => opening.run === run);
  const level = goesOn ? { level: allowed.level / CHOSEN, counts: CHOSEN } : {};
  return { grant: { after, evaluations, ...allowed, ...level }, leftOut };
}

/** Why a comparison with this grant could prove nothing, however it went; null when it could. */
export function whyNothing(
  { heldOut }: Pick<RunSettings, 'heldOut'>,
  { level, spent }: Grant,
  leftOut: readonly TaskId[],
): string | null {
  if (heldOut.length === 0) return 'There are no held-out tasks, so nothing can be proven.';
  if (heldOut.every((task) => leftOut.includes(task)))
    return 'The grader is known to be flaky on every held-out task, so nothing can be proven on them.';
  return level > 0
    ? null
    : `The chance of a false merge that may be spent on these held-out tasks is spent (${Number((100 * spent).toPrecision(2))} %), so nothing more can be proven on them.`;
}

/** Has a comparison begun or gone on with what the ledger grants it, by recording it; no two of a repository are granted at once. */
export async function withGrant<T>(
  run: OpenRun,
  wanted: Wanted,
  record: (grant: Grant, leftOut: readonly TaskId[]) => Promise<T>,
): Promise<T> {
  const { repository } = run.key;
  return alone(leaseOn('ledger', repository), run, async () => {
    const { grant, leftOut } = grantOf(await readLedger(run.store, repository), run.archive.settings, wanted);
    return record(grant, leftOut);
  });
}

/** Opens the held-out tasks for a variant, after what was decided; ends the run instead, as `unopened` says, where nothing could be proven. */
export async function openHeldOut(
  run: OpenRun,
  { variant, evaluations }: { readonly variant: VariantId; readonly evaluations: number },
  unopened: (why: string) => ArchiveEventOf<'run.ended'>,
  ...decided: readonly ArchiveEvent[]
): Promise<void> {
  await withGrant(run, { evaluations, after: 0 }, (grant, leftOut) => {
    const nothing = whyNothing(run.archive.settings, grant, leftOut);
    return run.record(
      ...decided,
      nothing === null
        ? { type: 'heldout.opened', variant, grant, ...(leftOut.length > 0 ? { leftOut } : {}) }
        : unopened(nothing),
    );
  });
}
