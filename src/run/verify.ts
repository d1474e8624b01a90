import type { WorkflowRun } from '../github/forge.ts';
import { type Order, type Result, resultSchema } from '../job/contract.ts';
import { messageOf } from '../model/error.ts';

export type Verified =
  | { readonly ok: true; readonly result: Result }
  /** No evidence: nothing in it is believed. */
  | { readonly ok: false; readonly reason: string };

/** Whether a workflow run is the one an order was given to: a dispatch of the one workflow on the default branch. */
export function verifyRun(run: WorkflowRun, path: string, defaultBranch: string): string | null {
  if (run.event !== 'workflow_dispatch') return `workflow run ${run.id} was started by ${run.event}, not by a dispatch`;
  if (run.path !== path) return `workflow run ${run.id} ran ${run.path}, not ${path}`;
  if (run.branch !== defaultBranch) return `workflow run ${run.id} ran on ${run.branch}, not on ${defaultBranch}`;
  return null;
}

/** Whether a result's text answers the order, to the letter. Pure. */
export function verifyResult(order: Order, text: string): Verified {
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
  if (result.kind === 'evaluate') {
    const tasks = result.perTask.map(({ task }) => task);
    if (new Set(tasks).size < tasks.length) return no('the result names a task twice');
    const odd = tasks.find((task) => !order.tasks.includes(task));
    if (odd !== undefined) return no('the result names a task that was not ordered');
  }
  return { ok: true, result };
}

function no(reason: string): Verified {
  return { ok: false, reason };
}
