import { accountOf } from '../../model/ids.ts';
import { hasRoom } from '../../model/limits/account-limits.ts';
import { setAttention } from '../state/attention.ts';
import { alone } from '../state/clock.ts';
import { DOCUMENTS } from '../state/documents.ts';
import { type StateOnly, stateOnlySchema } from '../state/job-record.ts';
import type { OpenRun } from '../state/open-run.ts';
import { RunDocuments } from '../state/run-documents.ts';
import { inReach } from './reach.ts';

/** By what name it is said that jobs wait for other jobs of their account. */
export const ROOM = 'room';

/**
 * Notes by `take` that a job is sent, if its account may have one more in flight; else says why it waits. What is noted is
 * what is counted, and one at a time counts, so that two processes never take the same room. False where there is none.
 */
export async function withRoom(run: OpenRun, document: string, take: () => Promise<void>): Promise<boolean> {
  const { jobs } = run.limits;
  const account = accountOf(run.key.repository);
  const taken = async () => {
    if (!hasRoom(jobs, jobs === null ? 0 : await sentOf(run, account, document))) return false;
    await take();
    return true;
  };
  const found = jobs === null ? await taken() : await alone(`jobs ${account}`, run, taken);
  const why = `Jobs are waiting: ${jobs} of ${account} are in flight, the most that this server allows an account. They start as others end.`;
  await setAttention(run, ROOM, found ? null : why);
  return found;
}

/** Jobs of an account's runs that are sent and not over, this one left out. What a run that is over has left behind is none. */
async function sentOf(run: OpenRun, account: string, document: string): Promise<number> {
  const { store, key } = run;
  let sent = 0;
  const runs = (await store.runs()).filter(({ repository }) => accountOf(repository) === account);
  for (const other of await inReach(run, runs)) {
    const own = other.repository === key.repository && other.run === key.run;
    const documents = new RunDocuments(store, other);
    if ((await documents.read(DOCUMENTS.finalized)) === true) continue;
    for (const [name, { state }] of await recordsOf(documents))
      if (state !== 'waiting' && !(own && name === document)) sent++;
  }
  return sent;
}

async function recordsOf(documents: RunDocuments): Promise<[name: string, record: StateOnly][]> {
  const jobs = [...(await documents.list({ ...DOCUMENTS.job, schema: stateOnlySchema }))].map(
    ([job, record]): [string, StateOnly] => [DOCUMENTS.job.of(job).name, record],
  );
  const preflight = await documents.read({ ...DOCUMENTS.preflight, schema: stateOnlySchema });
  return preflight ? [...jobs, [DOCUMENTS.preflight.name, preflight]] : jobs;
}
