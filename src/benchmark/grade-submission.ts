import type { Sandbox } from '../sandbox/port.ts';
import type { Grade, Submission, Suite } from './suite.ts';

/** Grades changed files as files, and a patch by the suite's own way of applying one. */
export async function gradeSubmission(
  suite: Suite,
  task: string,
  submission: Submission,
  sandbox: Sandbox,
  signal?: AbortSignal,
): Promise<Grade> {
  if (typeof submission !== 'string') return await suite.grade(task, submission, sandbox, signal);
  if (!suite.gradePatch) throw new Error(`${suite.name} has a patch for ${task} and no way to grade it`);
  return await suite.gradePatch(task, submission, sandbox, signal);
}
