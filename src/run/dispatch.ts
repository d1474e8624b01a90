import type { Job } from '../archive/archive.ts';
import { messageOf } from '../model/error.ts';
import { setAttention } from './attention.ts';
import { type JobRecord, jobRecordSchema } from './job-record.ts';
import type { OpenRun } from './open-run.ts';
import { buildOrder } from './order.ts';

/** The one workflow there is, on the default branch. */
export const WORKFLOW = 'huxley.yml';
export const WORKFLOW_PATH = `.github/workflows/${WORKFLOW}`;

export function recordName(job: string): string {
  return `job/${job}`;
}

/** Sends every job that is due to GitHub. What was about to be sent when the process died is looked for first. */
export async function dispatchDue(run: OpenRun): Promise<void> {
  for (const job of run.archive.jobs.values()) {
    try {
      await dispatchOne(run, job);
      await setAttention(run, 'dispatch', null);
    } catch (error) {
      run.log.error({ job: job.job, err: error }, 'dispatch failed');
      await setAttention(run, 'dispatch', `Jobs cannot be started: ${messageOf(error)}. Trying again.`);
      return;
    }
  }
}

async function dispatchOne(run: OpenRun, job: Job): Promise<void> {
  const record = (await run.notes.read(recordName(job.job), jobRecordSchema)) ?? (await newRecord(run, job));
  const now = run.clock.now().getTime();
  if (record.state === 'waiting') {
    if (Date.parse(record.notBefore) <= now) await send(run, record);
  } else if (record.workflowRun === null) {
    const workflowRun = await lookUp(run, record);
    if (workflowRun !== null)
      await run.notes.write(recordName(job.job), { ...record, state: 'running', workflowRun } satisfies JobRecord);
    else if (now - Date.parse(record.sentAt!) > run.options.lookupSeconds * 1_000) await send(run, record);
  }
}

async function newRecord(run: OpenRun, job: Job): Promise<JobRecord> {
  const record: JobRecord = {
    state: 'waiting',
    attempt: 1,
    notBefore: run.clock.now().toISOString(),
    sentAt: null,
    workflowRun: null,
    order: await buildOrder(run, job),
  };
  await run.notes.write(recordName(job.job), record);
  return record;
}

async function send(run: OpenRun, record: JobRecord): Promise<void> {
  const sent: JobRecord = { ...record, state: 'dispatching', sentAt: run.clock.now().toISOString() };
  const name = recordName(record.order.jobId);
  await run.notes.write(name, sent);
  const workflowRun = await run.forge.dispatch(WORKFLOW, run.spec.defaultBranch, {
    order: JSON.stringify(record.order),
  });
  await run.notes.write(name, { ...sent, state: 'running', workflowRun } satisfies JobRecord);
  run.log.info({ job: record.order.jobId, attempt: record.attempt, workflowRun }, 'dispatched');
}

/** The workflow run whose name holds job and nonce. */
async function lookUp(run: OpenRun, { order, sentAt }: JobRecord): Promise<number | null> {
  const since = new Date(Date.parse(sentAt!) - 60_000).toISOString();
  const runs = await run.forge.dispatchedRuns(WORKFLOW, since);
  return runs.find(({ title }) => title.includes(order.jobId) && title.includes(order.nonce))?.id ?? null;
}
