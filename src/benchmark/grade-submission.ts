import { isOutcome, type Verdict } from '../model/verdict.ts';
import type { Sandbox } from '../sandbox/port.ts';
import type { Grade, Submission, Suite } from './suite.ts';

/** Grades changed files as files, a patch by the suite's own way of applying one, and a file system in another container. */
export async function gradeSubmission(
  suite: Suite,
  task: string,
  submission: Submission,
  sandbox: Sandbox,
  signal?: AbortSignal,
): Promise<Grade> {
  if (typeof submission === 'string') {
    if (!suite.gradePatch) throw new Error(`${suite.name} has a patch for ${task} and no way to grade it`);
    return await suite.gradePatch(task, submission, sandbox, signal);
  }
  if (!('changes' in submission)) return await suite.grade(task, submission, sandbox, signal);
  if (!suite.systems) throw new Error(`${suite.name} has a file system for ${task} and no way to grade it`);
  return await suite.systems.grade(task, submission, sandbox, signal);
}

/**
 * Grades the same files several times, one after the other, each time as a single grading does. The grade is that of the first
 * outcome, with the seconds of all.
 * @param gradings 1 or more
 */
export async function gradeRepeatedly(
  suite: Suite,
  task: string,
  submission: Submission,
  gradings: number,
  sandbox: Sandbox,
  signal?: AbortSignal,
): Promise<{ readonly grade: Grade; readonly verdicts: readonly Verdict[] }> {
  const grades: Grade[] = [];
  while (grades.length < gradings) grades.push(await gradeSubmission(suite, task, submission, sandbox, signal));
  const verdicts = grades.map(({ verdict }) => verdict);
  const grade = grades.find(({ verdict }) => isOutcome(verdict)) ?? grades[0]!;
  const seconds = grades.reduce((sum, each) => sum + each.seconds, 0);
  return { grade: { ...grade, evidence: grade.evidence + ifTheyDiffer(verdicts), seconds }, verdicts };
}

function ifTheyDiffer(verdicts: readonly Verdict[]): string {
  if (new Set(verdicts).size < 2) return '';
  return ` The same files were graded ${verdicts.length} times: ${verdicts.join(', ')}.`;
}
