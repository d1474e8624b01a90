import type { Logger } from 'pino';
import type { Forge } from '../github/forge.ts';
import { HuxleyError, messageOf } from '../model/error.ts';
import { recoverableRuns, recoverRun } from '../run/recover.ts';
import { NO_RUN, REPOSITORY_DOCUMENTS } from '../run/state/documents.ts';
import { RunDocuments } from '../run/state/run-documents.ts';
import type { Store } from '../store/store.ts';

export interface Recovered {
  readonly recovered: readonly string[];
  /** Why others could not be, each said once. */
  readonly failed: readonly string[];
}

/** Recovers every run that GitHub has branches of and the store does not know, e.g. one that a server began. */
export async function recoverUnknown(forge: Forge, store: Store, log: Logger): Promise<Recovered> {
  const { repository } = forge;
  const documents = new RunDocuments(store, { repository, run: NO_RUN });
  const known = new Set((await store.runs(repository)).map(({ run }) => run));
  const recovered: string[] = [];
  const failed: string[] = [];
  for (const run of await recoverableRuns(forge)) {
    const tried = REPOSITORY_DOCUMENTS.notRecovered.of(run);
    if (known.has(run) || (await documents.read(tried)) !== undefined) continue;
    try {
      const { entries } = await recoverRun(forge, store, run);
      log.info({ run, entries }, 'a run is recovered from its evidence on GitHub');
      recovered.push(run);
    } catch (error) {
      if (!(error instanceof HuxleyError) || !error.code.startsWith('recover.')) throw error;
      log.warn({ run, err: messageOf(error) }, 'a run is not recovered');
      await documents.write(tried, messageOf(error));
      failed.push(`${run}: ${messageOf(error)}`);
    }
  }
  return { recovered, failed };
}
