import type { JobId } from '../../model/ids.ts';
import type { RunView } from '../../report/view.ts';
import { runView } from '../../report/view-of.ts';
import { attention } from '../state/attention.ts';
import { DOCUMENTS, NO_RUN, REPOSITORY_DOCUMENTS } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { RunDocuments } from '../state/run-documents.ts';
import { pullNumbers } from '../variants/pull-requests.ts';

/** The run as people see it now. */
export async function viewRun(run: OpenRun): Promise<RunView> {
  return runView({
    archive: run.archive,
    policy: run.policy,
    attention: await attention(run),
    pulls: await pullNumbers(run),
    workflowRuns: await workflowRuns(run),
    ticks: await ticks(run),
    now: run.clock.now(),
  });
}

async function workflowRuns({ documents, forge }: OpenRun): Promise<ReadonlyMap<JobId, string>> {
  const records = await documents.list(DOCUMENTS.job);
  return new Map(
    [...records].flatMap(([job, record]) =>
      record.state === 'running' ? [[job, forge.runUrl(record.workflowRun)] as const] : [],
    ),
  );
}

/** Of the repository, for all its runs together; null where a server does the work. */
async function ticks({ store, key }: OpenRun): Promise<RunView['ticks']> {
  const documents = new RunDocuments(store, { repository: key.repository, run: NO_RUN });
  return (await documents.read(REPOSITORY_DOCUMENTS.ticks)) ?? null;
}
