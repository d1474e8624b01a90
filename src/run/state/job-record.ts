import { z } from 'zod';
import { type IssuedOrder, type Order, orderSchema, type PreflightOrder } from '../../contract/contract.ts';
import { digestOf } from '../../order/seal.ts';
import { settle } from '../../order/settle.ts';
import type { OpenRun } from './open-run.ts';

/**
 * A job in flight, beside what its events say of it.
 *
 * - `waiting`: to be dispatched at `notBefore`.
 * - `dispatching`: the dispatch was about to be sent; it may or may not have arrived.
 * - `running`: GitHub has it, as `workflowRun` where that is known.
 */
export const jobRecordSchema = z.strictObject({
  state: z.enum(['waiting', 'dispatching', 'running']),
  /** From 1. */
  attempt: z.int().min(1),
  notBefore: z.iso.datetime(),
  /** When the dispatch was sent; null while waiting. */
  sentAt: z.iso.datetime().nullable(),
  workflowRun: z.int().nullable(),
  order: orderSchema,
  /** The order's JSON to the letter: what is signed, and what its digest is of. A store may turn keys round. */
  text: z.string(),
});
export type JobRecord = z.infer<typeof jobRecordSchema>;

export function recordName(job: string): string {
  return `job/${job}`;
}

/** The record of a run's preflight, which is no job of its archive. */
export const PREFLIGHT_RECORD = 'preflight';

/** What a record is kept under. */
export function nameOf({ order }: JobRecord): string {
  return order.kind === 'preflight' ? PREFLIGHT_RECORD : recordName(order.jobId);
}

/** A record of an order that is to be sent at a time. */
export function waitingRecord(order: IssuedOrder, attempt: number, notBefore: Date): JobRecord {
  const text = JSON.stringify(order);
  return {
    state: 'waiting',
    attempt,
    notBefore: notBefore.toISOString(),
    sentAt: null,
    workflowRun: null,
    order,
    text,
  };
}

/** The order as the worker carries it out. */
export function settledOrder({ spec }: OpenRun, { order, text }: JobRecord): Order | PreflightOrder {
  return settle(order, digestOf(text), spec.configuration);
}

/** The records of the jobs in flight. What a crash left of a finished job is cleared away. */
export async function jobRecords(run: OpenRun): Promise<readonly JobRecord[]> {
  const records: JobRecord[] = [];
  for (const [job, record] of await run.notes.list('job/', jobRecordSchema))
    if (run.archive.jobs.has(job)) records.push(record);
    else await run.notes.remove(`job/${job}`);
  return records;
}

/** Where the transcripts of a finished evaluation job lie. */
export const transcriptSchema = z.strictObject({
  workflowRun: z.int().positive(),
  artifact: z.string(),
  digest: z.string(),
});
