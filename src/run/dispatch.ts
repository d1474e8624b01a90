import type { Job } from '../archive/archive.ts';
import { GitHubRefusal } from '../github/refusal.ts';
import { HuxleyError, messageOf } from '../model/error.ts';
import { setAttention } from './attention.ts';
import { chargeOrphans } from './charge.ts';
import { secondsSince, secondsUntil } from './clock.ts';
import { type JobRecord, jobRecordSchema } from './job-record.ts';
import type { OpenRun } from './open-run.ts';
import { buildOrder } from './order.ts';
import { WORKFLOW, WORKFLOW_PATH } from './workflow.ts';

export function recordName(job: string): string {
  return `job/${job}`;
}

/** Sends every job that is due to GitHub. What was about to be sent when the process died is looked for first. */
export async function dispatchDue(run: OpenRun): Promise<void> {
  if (run.archive.jobs.size === 0) return void (await setAttention(run, 'dispatch', null));
  for (const job of run.archive.jobs.values()) {
    try {
      if (await dispatchOne(run, job)) await setAttention(run, 'dispatch', null);
    } catch (error) {
      run.log.error({ job: job.job, err: error }, 'dispatch failed');
      await setAttention(
        run,
        'dispatch',
        `Jobs cannot be started: ${whyNot(run, error).replace(/\.$/, '')}. Trying again.`,
      );
      return;
    }
  }
}

function whyNot({ spec }: OpenRun, error: unknown): string {
  if (error instanceof GitHubRefusal && /^github\.(missing|invalid)$/.test(error.code))
    return `GitHub cannot run ${WORKFLOW_PATH} of ${spec.defaultBranch}: restore it with its trigger workflow_dispatch and its input order. ${error.message}`;
  return error instanceof HuxleyError ? `${error.message} ${error.remedy}` : messageOf(error);
}

/** True when GitHub has just taken the job. */
async function dispatchOne(run: OpenRun, job: Job): Promise<boolean> {
  const record = (await run.notes.read(recordName(job.job), jobRecordSchema)) ?? (await newRecord(run, job));
  const now = run.clock.now();
  const { backoffSeconds, lookupSeconds } = run.options;
  if (record.state === 'waiting') {
    return secondsUntil(now, record.notBefore, Math.max(lookupSeconds, ...backoffSeconds)) === 0 && send(run, record);
  }
  if (record.workflowRun !== null) return false;
  const workflowRun = await lookUp(run, record);
  if (workflowRun === null) return secondsSince(now, record.sentAt!) > lookupSeconds && send(run, record);
  await run.notes.write(recordName(job.job), { ...record, state: 'running', workflowRun } satisfies JobRecord);
  return true;
}

async function newRecord(run: OpenRun, { job: id }: Job): Promise<JobRecord> {
  await run.record(...(await chargeOrphans(run, run.archive.jobs.get(id)!)));
  const job = run.archive.jobs.get(id)!;
  const record: JobRecord = {
    state: 'waiting',
    attempt: job.charged + 1,
    notBefore: run.clock.now().toISOString(),
    sentAt: null,
    workflowRun: null,
    order: await buildOrder(run, job),
  };
  await run.notes.write(recordName(job.job), record);
  return record;
}

async function send(run: OpenRun, record: JobRecord): Promise<true> {
  const sent: JobRecord = { ...record, state: 'dispatching', sentAt: run.clock.now().toISOString() };
  const name = recordName(record.order.jobId);
  await run.notes.write(name, sent);
  const workflowRun = await run.forge
    .dispatch(WORKFLOW, run.spec.defaultBranch, { order: JSON.stringify(record.order) })
    .catch(async (error) => {
      // A refusal is certain: nothing was dispatched, so nothing has to be looked for.
      const notBefore = new Date(run.clock.now().getTime() + run.options.lookupSeconds * 1_000).toISOString();
      if (error instanceof GitHubRefusal)
        await run.notes.write(name, { ...record, state: 'waiting', notBefore } satisfies JobRecord);
      throw error;
    });
  await run.notes.write(name, { ...sent, state: 'running', workflowRun } satisfies JobRecord);
  run.log.info({ job: record.order.jobId, attempt: record.attempt, workflowRun }, 'dispatched');
  return true;
}

/** The workflow run whose name holds job and nonce. */
async function lookUp(run: OpenRun, { order, sentAt }: JobRecord): Promise<number | null> {
  const since = new Date(Date.parse(sentAt!) - 60_000).toISOString();
  const runs = await run.forge.dispatchedRuns(WORKFLOW, since);
  return runs.find(({ title }) => title.includes(order.jobId) && title.includes(order.nonce))?.id ?? null;
}
