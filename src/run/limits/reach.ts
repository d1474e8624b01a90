import type { RunKey } from '../../store/journal.ts';
import type { Documents } from '../../store/store.ts';
import type { Clock } from '../state/clock.ts';
import { NO_RUN, REPOSITORY_DOCUMENTS } from '../state/documents.ts';
import { RunDocuments } from '../state/run-documents.ts';

interface Services {
  readonly store: Documents;
  readonly clock: Pick<Clock, 'now'>;
}

/** By then nothing that was sent there goes on: a job waits for a runner for a day, and takes six hours. */
const GONE_MS = 48 * 3_600_000;

/** Notes whether GitHub shows a repository to the App. */
export async function noteReach({ store, clock }: Services, repository: string, isShown: boolean): Promise<void> {
  const documents = new RunDocuments(store, { repository, run: NO_RUN });
  const since = await documents.read(REPOSITORY_DOCUMENTS.outOfReach);
  if (isShown && since !== undefined) await documents.remove(REPOSITORY_DOCUMENTS.outOfReach);
  if (!isShown && since === undefined)
    await documents.write(REPOSITORY_DOCUMENTS.outOfReach, clock.now().toISOString());
}

/** Whether GitHub has not shown a repository for so long that its runs take up nothing of its account's. */
export async function isGone({ store, clock }: Services, repository: string): Promise<boolean> {
  const documents = new RunDocuments(store, { repository, run: NO_RUN });
  const since = await documents.read(REPOSITORY_DOCUMENTS.outOfReach);
  return since !== undefined && clock.now().getTime() - Date.parse(since) >= GONE_MS;
}

/** Of these runs those whose repository is not gone: nobody could stop the others. */
export async function inReach(services: Services, keys: readonly RunKey[]): Promise<RunKey[]> {
  const gone = new Set<string>();
  for (const repository of new Set(keys.map((key) => key.repository)))
    if (await isGone(services, repository)) gone.add(repository);
  return keys.filter(({ repository }) => !gone.has(repository));
}
