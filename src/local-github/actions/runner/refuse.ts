import { HuxleyError } from '../../../model/error.ts';
import { problemText } from '../workflow/model.ts';
import type { JobRequest } from './job-request.ts';
import { actionDirectory, actionName, CHECKOUT } from './step/action.ts';

/** Refuses, before the first step, what this runner cannot do: names file and line. */
export function refuseUnknown({ workflow, job, actions }: JobRequest): void {
  if (workflow.unsupported.length > 0)
    throw new HuxleyError(
      'runner.unsupported',
      workflow.unsupported.map((problem) => problemText(workflow.path, problem)).join('\n'),
      'Take it out of the workflow, or run it on GitHub.',
    );
  for (const step of job.steps) {
    if (!step.uses || step.uses.startsWith('./') || actionName(step.uses) === CHECKOUT) continue;
    try {
      actionDirectory(step.uses, actions, '');
    } catch (error) {
      if (!(error instanceof HuxleyError)) throw error;
      throw new HuxleyError(error.code, `${workflow.path}:${step.line}: ${error.message}`, error.remedy);
    }
  }
}
