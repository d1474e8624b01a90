import type { Finding } from '../../contract/contract.ts';
import { PutOff } from '../../github/pace.ts';
import { HuxleyError } from '../../model/error.ts';
import { ROOT } from '../../model/ids.ts';
import { costCap } from '../../order/spending.ts';
import { setAttention } from '../state/attention.ts';
import { DOCUMENTS } from '../state/documents.ts';
import { type JobRecord, waitingRecord, workflowRunOf } from '../state/job-record.ts';
import type { OpenRun } from '../state/open-run.ts';
import { type Hints, resultOf } from './collect.ts';
import { bringAbout, tellWhyNot } from './dispatch.ts';
import { buildPreflight } from './order.ts';
import { preflightDue } from './preflight-due.ts';

/** Findings an event holds, and characters of each: it has to fit into a check run. */
const MOST_FINDINGS = 12;
const MOST_CHARACTERS = 2_000;

/**
 * Has a worker look whether the run can do its work at all, before anything else of it is ordered. Gives whether the search may
 * go on.
 */
export async function advancePreflight(run: OpenRun, hints: Hints): Promise<boolean> {
  if (!preflightDue(run)) return true;
  try {
    const record = (await run.documents.read(DOCUMENTS.preflight)) ?? (await newRecord(run, 1, 0));
    if (record.state === 'running') {
      if (hints !== 'all' && !hints.has(record.workflowRun)) return false;
      await collect(run, record, record.workflowRun);
    } else {
      const claims = await bringAbout(run, record, () => buildPreflight(run));
      if (claims === true) await setAttention(run, 'dispatch', null);
      if (typeof claims === 'number') await lose(run, record, `${claims} workflow runs claim to be its own`);
    }
  } catch (error) {
    // The journal is read again, by the controller.
    if (error instanceof PutOff || (error instanceof HuxleyError && error.code.startsWith('journal.'))) throw error;
    await tellWhyNot(run, error);
  }
  return !preflightDue(run);
}

async function newRecord(run: OpenRun, attempt: number, waitSeconds: number): Promise<JobRecord> {
  const notBefore = new Date(run.clock.now().getTime() + waitSeconds * 1_000);
  const record = waitingRecord(await buildPreflight(run), attempt, notBefore);
  await run.documents.write(DOCUMENTS.preflight, record);
  return record;
}

async function collect(run: OpenRun, record: JobRecord, id: number): Promise<void> {
  const result = await resultOf(run, record, id);
  if (result === null) return;
  if (typeof result === 'string') return lose(run, record, result);
  const { usage, seconds, error } = result;
  if (error !== null || result.kind !== 'preflight')
    return lose(run, record, error ? `${error.code}: ${error.message}` : 'its result is another job’s', usage.costUSD);
  await end(run, result.findings, usage.costUSD, seconds, result.rehearsal ? { rehearsal: true } : {});
}

async function end(
  run: OpenRun,
  findings: readonly Finding[],
  costUSD: number,
  seconds: number,
  rehearsal: { readonly rehearsal?: true },
): Promise<void> {
  const told = findings.slice(0, MOST_FINDINGS).map((finding) => ({
    ...finding,
    text: finding.text.length > MOST_CHARACTERS ? `${finding.text.slice(0, MOST_CHARACTERS)}…` : finding.text,
  }));
  const before = (await run.documents.read(DOCUMENTS.spentOnPreflight)) ?? 0;
  const fatal = [...new Set(told.flatMap((finding) => (finding.fatal ? [finding.about] : [])))];
  await run.record(
    {
      type: 'preflight.done',
      job: `${run.key.run}-preflight`,
      findings: told,
      costUSD: before + costUSD,
      seconds,
      ...rehearsal,
    },
    ...(fatal.length === 0
      ? []
      : [
          {
            type: 'run.ended' as const,
            outcome: 'failed' as const,
            shipped: ROOT,
            reason: `The preflight found that the run could not do its work (${fatal.join(', ')}). Nothing was measured.`,
          },
        ]),
  );
  await run.documents.remove(DOCUMENTS.preflight);
}

/** An attempt that told nothing: another is made after a while, and after enough of them the run ends, since nothing else would fare better. */
async function lose(run: OpenRun, record: JobRecord, why: string, costUSD?: number): Promise<void> {
  const { attempt } = record;
  const workflowRun = workflowRunOf(record);
  const began = workflowRun === null || (await run.forge.beganWork(workflowRun));
  const spent = costUSD ?? (began ? costCap(run.spec.configuration, 'preflight', 0) : 0);
  const before = (await run.documents.read(DOCUMENTS.spentOnPreflight)) ?? 0;
  await run.documents.write(DOCUMENTS.spentOnPreflight, before + spent);
  const wait = run.options.backoffSeconds[attempt - 1];
  run.log.warn({ attempt, why, again: wait !== undefined }, 'no preflight');
  if (wait !== undefined) return void (await newRecord(run, attempt + 1, wait));
  const text = `None of ${attempt} attempts at the preflight gave a result. The last: ${why.slice(0, 1_000)}`;
  await end(run, [{ about: 'root', fatal: true, text }], 0, 0, {});
}
