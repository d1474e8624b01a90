import { configurationCommit } from '../../archive/source.ts';
import type { WorkflowRun } from '../../github/forge.ts';
import { setAttention } from '../state/attention.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { WORKFLOW_PATH } from './workflow.ts';

/**
 * Why a workflow run is no evidence for where its workflow file came from, or null. A commit that is not on the default
 * branch is not trusted. One that is there is, also with another workflow file than when the run started, because whoever can
 * change that can merge anything; but it is said, since results before and after may have come about differently.
 */
export async function verifyWorkflow(run: OpenRun, { id, headSha }: WorkflowRun): Promise<string | null> {
  const started = configurationCommit(run.archive.settings);
  const { defaultBranch } = run.spec;
  const looked = DOCUMENTS.workflow.of(headSha);
  if (headSha === started || (await run.documents.read(looked))) return null;
  if (!(await run.forge.contains(defaultBranch, headSha)))
    return `workflow run ${id} ran the workflow of ${headSha.slice(0, 12)}, which is not on ${defaultBranch}`;
  const [then, now] = [
    await run.forge.readFile(WORKFLOW_PATH, started),
    await run.forge.readFile(WORKFLOW_PATH, headSha),
  ];
  if (then !== now)
    await setAttention(
      run,
      'workflow',
      `${WORKFLOW_PATH} was changed during the run (as of ${headSha.slice(0, 12)}): later results come from the new one. Start a new run if it measures differently.`,
    );
  await run.documents.write(looked, true);
  return null;
}
