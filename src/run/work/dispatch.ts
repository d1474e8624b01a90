import type { Job } from '../../archive/archive.ts';
import type { IssuedOrder } from '../../contract/contract.ts';
import type { WorkflowRun } from '../../github/forge.ts';
import { PutOff } from '../../github/pace.ts';
import { GitHubRefusal } from '../../github/refusal.ts';
import { HuxleyError, messageOf, sentence } from '../../model/error.ts';
import { digestOf } from '../../order/seal.ts';
import { ROOM, withRoom } from '../limits/room.ts';
import { setAttention } from '../state/attention.ts';
import { SKEW_MS, secondsSince, secondsUntil } from '../state/clock.ts';
import { DOCUMENTS, recordOf } from '../state/documents.ts';
import { type JobRecord, waitingRecord } from '../state/job-record.ts';
import type { OpenRun } from '../state/open-run.ts';
import { step } from '../state/step.ts';
import { chargeOrphans } from './charge.ts';
import { lose } from './collect.ts';
import { buildOrder, builtAt, leavesTime } from './order.ts';
import { preflightDue } from './preflight-due.ts';
import { mustKnowKey } from './signing-key.ts';
import { branchOfRun, claims } from './verify.ts';
import { WORKFLOW, WORKFLOW_PATH } from './workflow.ts';

/** Sends every job that is due to GitHub. What was about to be sent when the process died is looked for first. */
export async function dispatchDue(run: OpenRun): Promise<void> {
  if (run.archive.jobs.size === 0) {
    if (!preflightDue(run)) for (const about of ['dispatch', ROOM]) await setAttention(run, about, null);
    return;
  }
  for (const job of [...run.archive.jobs.values()]) {
    try {
      if (await dispatchOne(run, job)) await setAttention(run, 'dispatch', null);
    } catch (error) {
      if (error instanceof PutOff) throw error;
      return tellWhyNot(run, error);
    }
  }
}

/** Says on the dashboard why no job can be started. */
export async function tellWhyNot(run: OpenRun, error: unknown): Promise<void> {
  run.log.error({ err: error }, 'dispatch failed');
  await setAttention(run, 'dispatch', `Jobs cannot be started: ${sentence(whyNot(run, error))} Trying again.`);
}

function whyNot({ spec }: OpenRun, error: unknown): string {
  if (error instanceof GitHubRefusal && /^github\.(missing|invalid)$/.test(error.code))
    return `GitHub cannot run ${WORKFLOW_PATH} of ${spec.defaultBranch}: restore it with its trigger workflow_dispatch and its input order. ${sentence(error.message)}`;
  return error instanceof HuxleyError ? error.inFull : messageOf(error);
}

/** True when GitHub has just taken the job. */
async function dispatchOne(run: OpenRun, job: Job): Promise<boolean> {
  const record = (await run.documents.read(DOCUMENTS.job.of(job.job))) ?? (await newRecord(run, job));
  const claims = await bringAbout(run, record, () => buildOrder(run, job));
  if (typeof claims === 'boolean') return claims;
  await lose(run, job, record, `${claims} workflow runs claim to be its own, so none is believed`);
  return false;
}

/**
 * Sends an order that is due, and finds the workflow run of one that may have been sent. True when GitHub has just taken it, a number
 * when so many runs claim to be its own: they are cancelled, and the order is spent.
 * @param renew the order as of now: one that has waited has lost time that its worker needs
 */
export async function bringAbout(
  run: OpenRun,
  record: JobRecord,
  renew: () => Promise<IssuedOrder>,
): Promise<boolean | number> {
  const now = run.clock.now();
  const { backoffSeconds, lookupSeconds } = run.options;
  if (record.state === 'waiting') {
    return (
      secondsUntil(now, record.notBefore, Math.max(lookupSeconds, ...backoffSeconds)) === 0 && send(run, record, renew)
    );
  }
  if (record.state === 'running') return false;
  const found = await lookUp(run, record);
  if (found.length > 1) {
    for (const { id } of found) await step(run, `cancelling workflow run ${id}`, () => run.forge.cancelRun(id));
    return found.length;
  }
  const [only] = found;
  if (only === undefined) return secondsSince(now, record.sentAt) > lookupSeconds && send(run, record, renew);
  await run.documents.write(recordOf(record), { ...record, state: 'running', workflowRun: only.id });
  return true;
}

async function newRecord(run: OpenRun, { job: id }: Job): Promise<JobRecord> {
  await run.record(...(await chargeOrphans(run, run.archive.jobs.get(id)!)));
  const job = run.archive.jobs.get(id)!;
  const record = waitingRecord(await buildOrder(run, job), job.charged + 1, run.clock.now());
  await run.documents.write(DOCUMENTS.job.of(job.job), record);
  return record;
}

async function send(run: OpenRun, due: JobRecord, renew: () => Promise<IssuedOrder>): Promise<boolean> {
  const kept = recordOf(due);
  const { attempt, order, text } = due;
  const putOff = (seconds: number) => {
    const now = run.clock.now();
    // One that may have been sent is looked for until it is sent again.
    if (due.state !== 'waiting')
      return run.documents.write(kept, seconds === 0 ? due : { ...due, sentAt: now.toISOString() });
    const notBefore = new Date(now.getTime() + seconds * 1_000).toISOString();
    return run.documents.write(kept, { state: 'waiting', notBefore, attempt, order, text });
  };
  await mustKnowKey(run).catch(async (error) => {
    await putOff(run.options.lookupSeconds);
    throw error;
  });
  const sentNow = ({ order, text }: Pick<JobRecord, 'order' | 'text'>) =>
    ({ state: 'dispatching', sentAt: run.clock.now().toISOString(), attempt, order, text }) as const;
  let sent = sentNow(due);
  if (!(await withRoom(run, kept.name, () => run.documents.write(kept, sent)))) {
    await putOff(run.options.lookupSeconds);
    return false;
  }
  // A workflow run of one that was sent is found by its digest, so that is sent again as it is while a worker would take it.
  const asItIs = due.state === 'dispatching' && leavesTime(run, order);
  const workflowRun = await run.forge
    .dispatch(WORKFLOW, run.spec.defaultBranch, async () => {
      sent = sentNow(asItIs ? due : waitingRecord(await renew(), attempt, run.clock.now()));
      await run.documents.write(kept, sent);
      return { order: JSON.stringify(run.signer.seal(sent.text)) };
    })
    .catch(async (error) => {
      // Nothing was dispatched, for certain, so nothing has to be looked for.
      if (error instanceof GitHubRefusal) await putOff(run.options.lookupSeconds);
      if (error instanceof PutOff) await putOff(0);
      throw error;
    });
  if (workflowRun !== null) await run.documents.write(kept, { ...sent, state: 'running', workflowRun });
  run.log.info({ job: order.jobId, attempt, workflowRun }, 'dispatched');
  return true;
}

/** The workflow runs that can be the one this order started: by its digest in their name, and by all else that GitHub tells. */
async function lookUp(
  run: OpenRun,
  { text, order, sentAt }: JobRecord & { readonly state: 'dispatching' },
): Promise<readonly WorkflowRun[]> {
  // It may have been sent more than once.
  const since = new Date(Math.min(builtAt(run, order), Date.parse(sentAt)) - SKEW_MS);
  const runs = await run.forge.dispatchedRuns(WORKFLOW, since.toISOString());
  const expected = {
    path: WORKFLOW_PATH,
    app: order.app,
    digest: digestOf(text),
    since,
  };
  return runs.filter((each) => claims(each, { ...expected, branch: branchOfRun(run.spec, each) }));
}
