import type { Archive } from '../../archive/archive.ts';
import { reduceEntries } from '../../archive/reduce.ts';
import { proposalsOf } from '../../memory/memory.ts';
import type { Proposal } from '../../model/memory/proposal.ts';
import type { RunKey } from '../../store/journal.ts';
import type { OpenRun } from '../state/open-run.ts';

/** Runs that are looked at, the newest ones. */
const MOST_RUNS = 20;
const PAGE = 1_000;

const known = new WeakMap<OpenRun, readonly Proposal[]>();

/** What was proposed in earlier runs of the repository, from their journals, the newest run first. They are read once. */
export async function earlierProposals(run: OpenRun): Promise<readonly Proposal[]> {
  const read = known.get(run) ?? (await readEarlier(run));
  known.set(run, read);
  return read;
}

async function readEarlier(run: OpenRun): Promise<readonly Proposal[]> {
  const keys = await run.store.runs(run.key.repository);
  const earlier = keys.slice(
    0,
    keys.findIndex(({ run: id }) => id === run.key.run),
  );
  const found: Proposal[] = [];
  for (const key of earlier.slice(-MOST_RUNS).toReversed()) {
    const archive = await archiveOf(run, key);
    if (archive !== null) found.push(...proposalsOf(archive, run.archive.settings));
  }
  return found;
}

async function archiveOf({ store }: OpenRun, key: RunKey): Promise<Archive | null> {
  let archive: Archive | null = null;
  for (let after = 0; ; after += PAGE) {
    const page = await store.read(key, after, PAGE);
    if (page.length === 0) return archive;
    archive = reduceEntries(archive, page);
  }
}
