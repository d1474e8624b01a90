import { findVariant, type Job } from '../../archive/archive.ts';
import {
  type AnyResult,
  LATE,
  MAX_RESULT_BYTES,
  type Result,
  resultArtifactName,
  transcriptArtifactName,
} from '../../contract/contract.ts';
import type { WorkflowRun } from '../../github/forge.ts';
import { GitHubRefusal } from '../../github/refusal.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import type { ArchiveEvent, ExpansionStage } from '../../model/event.ts';
import type { VariantId } from '../../model/ids.ts';
import { isOutcome, waver } from '../../model/verdict.ts';
import { digestOf } from '../../order/seal.ts';
import { affords, chargeReported } from '../../order/spending.ts';
import { afterVoid } from '../../search/gate/after-void.ts';
import { forgetAttention } from '../state/attention.ts';
import { SKEW_MS } from '../state/clock.ts';
import { DOCUMENTS } from '../state/documents.ts';
import { type JobRecord, waitingRecord, workflowRunOf } from '../state/job-record.ts';
import type { OpenRun } from '../state/open-run.ts';
import { step } from '../state/step.ts';
import { makeVariant, slimmed, unmakeVariant } from '../variants/make-variant.ts';
import { predictedBy, proposedBy } from '../variants/proposed-by.ts';
import { chargeLost } from './charge.ts';
import { jobRecords, settledOrder } from './job-records.ts';
import { buildOrder } from './order.ts';
import { examinePatch } from './validate.ts';
import { branchOfRun, verifyResult, verifyRun } from './verify.ts';
import { verifyWorkflow } from './verify-workflow.ts';
import { WORKFLOW, WORKFLOW_PATH } from './workflow.ts';

/** Seconds past its deadline after which a workflow run is given up and cancelled. */
const GRACE_SECONDS = 900;

/** Which workflow runs to look at: those a webhook named, or every one in flight. */
export type Hints = ReadonlySet<number> | 'all';

/** Jobs in flight from which on their workflow runs are asked for in one list instead of one by one. */
const LISTED_FROM = 3;

/** Takes in what workers have finished, one job after the other in the order they were ordered. */
export async function collectResults(run: OpenRun, hints: Hints): Promise<void> {
  const listed = hints === 'all' ? await listRunning(run) : undefined;
  for (const { job } of [...run.archive.jobs.values()]) {
    const record = await run.documents.read(DOCUMENTS.job.of(job));
    if (record?.state !== 'running') continue;
    if (hints !== 'all' && !hints.has(record.workflowRun)) continue;
    const due = run.archive.jobs.get(job);
    if (due) await step(run, `job ${job}`, () => collect(run, due, record, listed?.get(record.workflowRun)));
  }
  await forgetAttention(run, (about) => about.startsWith('step job ') && !run.archive.jobs.has(about.slice(9)));
}

/** The workflow runs of the jobs in flight; those that GitHub does not list are asked for one by one. */
async function listRunning(run: OpenRun): Promise<ReadonlyMap<number, WorkflowRun> | undefined> {
  const sent = (await jobRecords(run)).flatMap((record) =>
    record.state === 'running' ? [Date.parse(record.sentAt)] : [],
  );
  if (sent.length < LISTED_FROM) return undefined;
  const since = new Date(Math.min(...sent) - SKEW_MS).toISOString();
  const runs = await step(run, 'listing workflow runs', () => run.forge.dispatchedRuns(WORKFLOW, since));
  return runs && new Map(runs.map((each) => [each.id, each]));
}

async function collect(
  run: OpenRun,
  job: Job,
  record: JobRecord & { readonly state: 'running' },
  listed?: WorkflowRun,
): Promise<void> {
  const id = record.workflowRun;
  const read = await resultOf(run, record, id, listed);
  if (read === null) return;
  if (typeof read === 'string') return lose(run, job, record, read);
  if (read.kind === 'preflight') return lose(run, job, record, 'its result is a preflight’s');
  return read.kind === 'evaluate' ? takeEvaluation(run, job, record, read, id) : takeExpansion(run, job, record, read);
}

/** What a workflow run came to: its result, why there is none, or `null` while it goes on. One that is past its time is cancelled. */
export async function resultOf(
  run: OpenRun,
  record: JobRecord,
  id: number,
  listed?: WorkflowRun,
): Promise<AnyResult | string | null> {
  const workflowRun = listed ?? (await run.forge.workflowRun(id));
  if (workflowRun === null) return 'its workflow run is gone';
  if (workflowRun.completed) return readResult(run, record, workflowRun);
  if (run.clock.now().getTime() < Date.parse(record.order.deadline) + GRACE_SECONDS * 1_000) return null;
  await cancel(run, id);
  return 'its workflow run did not end in time';
}

/** The result of the workflow run, or why there is none. */
async function readResult(
  run: OpenRun,
  { order, text: signed }: JobRecord,
  workflowRun: WorkflowRun,
): Promise<AnyResult | string> {
  const wrong =
    verifyRun(workflowRun, { path: WORKFLOW_PATH, branch: branchOfRun(run.spec, workflowRun), app: order.app }) ??
    (await verifyWorkflow(run, workflowRun));
  if (wrong !== null) return wrong;
  try {
    const text = await run.forge.readArtifact(workflowRun.id, resultArtifactName(order.jobId), MAX_RESULT_BYTES);
    if (text === null) return `its workflow run ended as ${workflowRun.conclusion} without a result`;
    const verified = verifyResult(order, digestOf(signed), text);
    return verified.ok ? verified.result : verified.reason;
  } catch (error) {
    // What GitHub will not show now is no reason to believe that there is nothing.
    if (error instanceof HuxleyError && !(error instanceof GitHubRefusal)) return messageOf(error);
    throw error;
  }
}

async function takeEvaluation(
  run: OpenRun,
  job: Job,
  record: JobRecord,
  result: Result & { kind: 'evaluate' },
  workflowRun: number,
): Promise<void> {
  // Scores of sealed tasks are for the gate alone, where it compares them.
  const graded = job.split === 'search' || run.archive.settings.gate?.metric === 'score';
  const events: ArchiveEvent[] = result.perTask.flatMap(
    ({ task, verdict, verdicts, score, costUSD, seconds, signs, tokens }) =>
      isOutcome(verdict) && job.tasks.includes(task)
        ? [
            {
              type: 'evaluation.done',
              job: job.job,
              variant: job.variant,
              task,
              split: job.split,
              ...roundOf(job),
              outcome: verdict,
              ...(score === undefined || !graded ? {} : { score }),
              // They choose operators: of no use for a task that was resolved, nor for a sealed one.
              ...(signs && verdict !== 'resolved' && job.split === 'search' ? { signs } : {}),
              ...(tokens === undefined ? {} : { tokens }),
              ...(verdicts && waver(verdicts) ? { wavers: true as const } : {}),
              costUSD,
              seconds,
              ...rehearsalOf(result),
            },
          ]
        : [],
  );
  const trouble = result.perTask.find(({ verdict }) => !isOutcome(verdict))?.evidence;
  const why = errorText(result) ?? trouble?.slice(0, 500) ?? 'the worker stopped before these tasks';
  if (job.split === 'search' && events.length > 0) await noteTranscripts(run, job.job, workflowRun);
  await run.record(...chargeReported(job, record.attempt, result, why), ...events);
  if (!run.archive.jobs.has(job.job)) return run.documents.remove(DOCUMENTS.job.of(job.job));
  const unbegun = new Set(result.perTask.flatMap(({ task, unbegun }) => (unbegun ? [task] : [])));
  const began =
    wasBegun(result) &&
    (errorText(result) !== null || run.archive.jobs.get(job.job)!.tasks.some((task) => !unbegun.has(task)));
  await noResult(run, record, { why, began, whole: events.length === 0 });
}

/** As its events name it. */
function roundOf({ round }: Job): { round?: number } {
  return round === 0 ? {} : { round };
}

/** What kept the worker from its job as a whole, in words. */
function errorText({ error }: Result): string | null {
  return error && `${error.code}: ${error.message}`.slice(0, 500);
}

function wasBegun({ error }: Result): boolean {
  return error?.code !== LATE;
}

function rehearsalOf({ rehearsal }: Result): { rehearsal?: true } {
  return rehearsal ? { rehearsal } : {};
}

async function noteTranscripts(run: OpenRun, job: string, workflowRun: number): Promise<void> {
  const name = transcriptArtifactName(job);
  const artifact = (await run.forge.artifacts(workflowRun)).find((each) => each.name === name);
  if (artifact?.digest)
    await run.documents.write(DOCUMENTS.transcript.of(job), { workflowRun, artifact: name, digest: artifact.digest });
}

async function takeExpansion(
  run: OpenRun,
  job: Job,
  record: JobRecord,
  result: Result & { kind: 'expand' },
): Promise<void> {
  const order = settledOrder(run, record);
  const error = errorText(result);
  if (error !== null) {
    await run.record(...chargeReported(job, record.attempt, result, error));
    return noResult(run, record, { why: error, began: wasBegun(result), whole: true });
  }
  if (order.kind !== 'expand') return lose(run, job, record, 'its order was not an expansion');
  const { failure, usage, seconds } = result;
  const spent = { job: job.job, variant: job.variant, costUSD: usage.costUSD, seconds, ...rehearsalOf(result) };
  const { birth, summary: asked } = findVariant(run.archive, job.variant)!;
  const slim = slimmed(order, result);
  const title = result.diagnosis?.title ?? (birth?.adopted || slim ? asked : undefined);
  const failed = (stage: ExpansionStage, reason: string, twin?: VariantId) =>
    run.record({
      ...{ type: 'expansion.failed', ...spent, stage, reason: reason.slice(0, 4_000), ...proposedBy(result) },
      ...(title === undefined ? {} : { title }),
      ...(twin && { twin }),
    });
  if (failure && failure.stage !== 'check') {
    await failed(failure.stage, failure.reason);
  } else if (slim?.dropped.length === 0) {
    await failed('modify', 'the worker reverted no edit');
  } else {
    const { tasks, heldOut } = run.archive.settings;
    const { refusal, unusual } = await examinePatch(run.forge, order, [...tasks, ...heldOut], result.files);
    if (refusal !== null) {
      await failed('validate', refusal);
    } else if (failure) {
      if (run.spec.configuration.pullRequests === 'all')
        await makeVariant(run, order, result, unusual).catch(contentRefused);
      await failed('check', failure.reason);
    } else {
      const made = await makeVariant(run, order, result, unusual).catch(contentRefused);
      if (made instanceof GitHubRefusal) await failed('validate', made.message);
      else {
        const twin = run.archive.search.variants.find(
          (variant) => variant?.state === 'live' && variant.tree === made.tree,
        );
        if (twin) {
          await unmakeVariant(run, job.variant);
          await failed('modify', `its code is identical to that of ${twin.id}`, twin.id);
        } else {
          const { sha, tree, title: summary } = made;
          const told = { ...proposedBy(result), ...predictedBy(result, order) };
          const kept = slim?.unreverted.length ? { unreverted: slim.unreverted } : {};
          await run.record({ type: 'expansion.made', ...spent, sha, tree, summary, ...told, ...kept });
        }
      }
    }
  }
  await run.documents.remove(DOCUMENTS.job.of(job.job));
}

/** A refusal that is about what this variant holds; others would be refused with every variant, and are a person's to fix. */
function contentRefused(error: unknown): GitHubRefusal {
  if (error instanceof GitHubRefusal && ['github.secret', 'github.too-large'].includes(error.code)) return error;
  throw error;
}

/** An attempt that tells nothing, not even what it cost. */
export async function lose(run: OpenRun, job: Job, record: JobRecord, reason: string): Promise<void> {
  await run.record(...(await chargeLost(run, job, record, reason)));
  const workflowRun = workflowRunOf(record);
  const began = workflowRun !== null && (await run.forge.beganWork(workflowRun));
  await noResult(run, record, { why: reason, began, whole: true });
}

interface Trouble {
  readonly why: string;
  /** See `afterVoid`. */
  readonly began: boolean;
  readonly whole: boolean;
}

/** No result: the job is tried again after a while, given up, or held against the variant, as `afterVoid` says. */
async function noResult(run: OpenRun, record: JobRecord, { why, began, whole }: Trouble): Promise<void> {
  const job = run.archive.jobs.get(record.order.jobId)!;
  const retried = job.retry?.attempt ?? 0;
  const paid = affords(run.archive, run.spec.configuration, job.kind, job.tasks.length, job);
  const reason = paid ? why : `${why}; another attempt could exceed the run's limit`;
  const wait = paid ? run.options.backoffSeconds[record.attempt - 1] : undefined;
  // Recorded before a crash, it is not weighed again.
  const next =
    retried >= record.attempt && wait !== undefined
      ? 'again'
      : afterVoid(run.archive, { job, began, whole, again: wait !== undefined });
  run.log.warn({ job: job.job, attempt: record.attempt, reason, next }, 'no result');
  const marks = { ...(began ? { began } : {}), ...(whole ? { whole } : {}) } as { began?: true; whole?: true };
  if (next === 'again' && retried < record.attempt) {
    const log = record.state === 'running' ? (await run.forge.workflowRun(record.workflowRun))?.url : undefined;
    await run.record({
      type: 'job.retried',
      job: job.job,
      variant: job.variant,
      split: job.split,
      ...roundOf(job),
      tasks: job.tasks,
      attempt: record.attempt,
      reason: reason.slice(0, 500),
      ...(log === undefined ? {} : { log }),
      ...marks,
    });
  }
  if (next === 'again') {
    const notBefore = new Date(run.clock.now().getTime() + wait! * 1_000);
    const order = await buildOrder(run, job);
    return run.documents.write(DOCUMENTS.job.of(job.job), waitingRecord(order, record.attempt + 1, notBefore));
  }
  await run.record(...(next === 'failed' ? failed(job) : lost(job, reason, began)));
  await run.documents.remove(DOCUMENTS.job.of(job.job));
}

/** Cancels everything in flight; none of it is a result. */
export async function cancelWork(run: OpenRun, reason: string): Promise<void> {
  const charges: ArchiveEvent[] = [];
  const records = await jobRecords(run);
  for (const record of records) {
    if (record.state === 'running') await cancel(run, record.workflowRun);
    charges.push(...(await chargeLost(run, run.archive.jobs.get(record.order.jobId)!, record, reason)));
  }
  await run.record(...charges, ...[...run.archive.jobs.values()].flatMap((job) => lost(job, reason)));
  for (const { order } of records) await run.documents.remove(DOCUMENTS.job.of(order.jobId));
}

/** Work that cannot be cancelled does not keep a run from ending; it is said. */
async function cancel(run: OpenRun, workflowRun: number): Promise<void> {
  await step(run, `cancelling ${workflowRun}`, () => run.forge.cancelRun(workflowRun));
}

/** Its variant has used up its allowance of attempts without a result. */
function failed(due: Job): ArchiveEvent[] {
  const { job, variant, split, tasks } = due;
  const none = { ...roundOf(due), outcome: 'unresolved', voided: true, costUSD: 0, seconds: 0 } as const;
  return tasks.map((task) => ({ type: 'evaluation.done', job, variant, task, split, ...none }));
}

function lost(due: Job, reason: string, began = false): ArchiveEvent[] {
  const { job, kind, variant, split, tasks } = due;
  return kind === 'expand'
    ? [{ type: 'expansion.lost', job, variant, reason }]
    : tasks.map((task) => ({
        type: 'evaluation.noResult',
        job,
        variant,
        task,
        split,
        ...roundOf(due),
        reason,
        ...(began ? { began } : {}),
      }));
}
