import { z } from 'zod';
import { type IssuedOrder, orderSchema } from '../../contract/contract.ts';

const common = {
  /** From 1. */
  attempt: z.int().min(1),
  order: orderSchema,
  /** The order's JSON to the letter: what is signed, and what its digest is of. A store may turn keys round. */
  text: z.string(),
};
const sentAt = z.iso.datetime();

/**
 * A job in flight, beside what its events say of it.
 *
 * - `waiting`: to be dispatched at `notBefore`.
 * - `dispatching`: the dispatch was sent at `sentAt`, or was about to be; which workflow run it started is not known.
 * - `running`: GitHub has it, as `workflowRun`.
 */
export const jobRecordSchema = z.preprocess(
  fromEarlier,
  z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('waiting'), notBefore: z.iso.datetime(), ...common }),
    z.strictObject({ state: z.literal('dispatching'), sentAt, ...common }),
    z.strictObject({ state: z.literal('running'), sentAt, workflowRun: z.int(), ...common }),
  ]),
);
export type JobRecord = z.infer<typeof jobRecordSchema>;

/** A record of which the state alone is read: one of another version, or that is damaged, keeps no other run from its work. */
export const stateOnlySchema = z.looseObject({ state: z.string() }).catch({ state: 'damaged' });
export type StateOnly = z.infer<typeof stateOnlySchema>;

/** Records of 0.1 had every field in every state, `null` where it meant nothing, and `running` without a workflow run. */
function fromEarlier(record: unknown): unknown {
  if (typeof record !== 'object' || record === null || !('sentAt' in record) || !('notBefore' in record)) return record;
  const { notBefore, sentAt, workflowRun, state, ...rest } = record as Record<string, unknown>;
  if (state === 'waiting') return { ...rest, state, notBefore };
  return workflowRun == null
    ? { ...rest, state: 'dispatching', sentAt }
    : { ...rest, state: 'running', sentAt, workflowRun };
}

/** A record of an order that is to be sent at a time. */
export function waitingRecord(order: IssuedOrder, attempt: number, notBefore: Date): JobRecord {
  return { state: 'waiting', attempt, notBefore: notBefore.toISOString(), order, text: JSON.stringify(order) };
}

/** The workflow run that carries an order out, where it is known. */
export function workflowRunOf(record: JobRecord): number | null {
  return record.state === 'running' ? record.workflowRun : null;
}
