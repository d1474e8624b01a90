import { type AnyResult, type IssuedOrder, resultSchema } from '../../contract/contract.ts';
import type { WorkflowRun } from '../../github/forge.ts';
import { messageOf } from '../../model/error.ts';
import type { RunSpec } from '../state/spec.ts';

export type Verified =
  | { readonly ok: true; readonly result: AnyResult }
  /** No evidence: nothing in it is believed. */
  | { readonly ok: false; readonly reason: string };

/** Where an order was sent, and who sent it. */
export interface SentTo {
  readonly path: string;
  readonly branch: string;
  /** Login of the App. */
  readonly app: string;
}

/** Why a workflow run cannot be one that the App dispatched on the default branch, or null. */
export function verifyRun(run: WorkflowRun, { path, branch, app }: SentTo): string | null {
  const named = `workflow run ${run.id}`;
  if (run.event !== 'workflow_dispatch') return `${named} was started by ${run.event}, not by a dispatch`;
  if (run.path !== path) return `${named} ran ${run.path}, not ${path}`;
  if (run.branch !== branch) return `${named} ran on ${run.branch}, not on ${branch}`;
  if (run.attempt !== 1) return `${named} was run again (attempt ${run.attempt})`;
  for (const actor of [run.actor, run.triggeringActor])
    if (actor !== null && actor !== app) return `${named} was started by ${actor}, not by ${app}`;
  return null;
}

/** The default branch, by the name it had when the workflow run was started. */
export function branchOfRun(
  { defaultBranch, formerBranches = [] }: Pick<RunSpec, 'defaultBranch' | 'formerBranches'>,
  { branch }: WorkflowRun,
): string {
  return formerBranches.find((former) => former === branch) ?? defaultBranch;
}

/** Whether a workflow run can be the one that an order with this digest started, sent at the earliest then. Case counts. */
export function claims(
  run: WorkflowRun,
  expected: SentTo & { readonly digest: string; readonly since: Date },
): boolean {
  return (
    run.title.split(/\s+/).includes(expected.digest) &&
    Date.parse(run.createdAt) >= expected.since.getTime() &&
    verifyRun(run, expected) === null
  );
}

/** Whether a result's text answers the order, to the letter. Pure. */
export function verifyResult(order: IssuedOrder, digest: string, text: string): Verified {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return no(`the result is not JSON: ${messageOf(error)}`);
  }
  const parsed = resultSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return no(`the result breaks the contract at ${issue?.path.join('.') || 'its root'}: ${issue?.message}`);
  }
  const result = parsed.data;
  for (const field of ['v', 'jobId', 'nonce', 'sha', 'kind'] as const)
    if (result[field] !== order[field]) return no(`the result's ${field} is not the order's`);
  if (result.order !== digest) return no('the result is for another order');
  if (result.kind === 'evaluate' && order.kind === 'evaluate') {
    const tasks = result.perTask.map(({ task }) => task);
    if (new Set(tasks).size < tasks.length) return no('the result names a task twice');
    const odd = tasks.find((task) => !order.tasks.includes(task));
    if (odd !== undefined) return no('the result names a task that was not ordered');
    const { gradings = 1 } = order;
    if (result.perTask.some(({ verdicts }) => verdicts !== undefined && verdicts.length !== gradings))
      return no(`the result has another number of gradings than the ${gradings} that were ordered`);
  }
  return { ok: true, result };
}

function no(reason: string): Verified {
  return { ok: false, reason };
}
