import { z } from 'zod';
import { HuxleyError } from '../../model/error.ts';
import { VERDICTS } from '../../model/verdict.ts';
import type { Sandbox } from '../../sandbox/port.ts';
import { gradeSubmission } from '../grade-submission.ts';
import type { Grade, Reference, Suite, SuiteTask } from '../suite.ts';

type GateGrade = Pick<Grade, 'verdict'>;

/** What each reference solution must come to before a task may enter a run. */
const GATES = [
  ['oracle', ({ verdict }: GateGrade) => verdict === 'resolved'],
  ['nop', (grade: GateGrade) => refused(grade)],
  ['cheat', (grade: GateGrade) => refused(grade)],
  ['draft', (grade: GateGrade) => refused(grade)],
] as const satisfies readonly (readonly [Reference, (grade: GateGrade) => boolean])[];

/** No result proves nothing: a gate wants a verdict. */
const refused = ({ verdict }: GateGrade) => verdict !== 'resolved' && verdict !== 'infrastructure';

const gradeSchema = z.object({
  verdict: z.enum(VERDICTS),
  evidence: z.string(),
  canary: z.enum(['failed', 'passed', 'not run', 'none']),
  seconds: z.number(),
});

/** What a task's gates came to, as a line of a validation's results. */
export const taskGatesSchema = z.object({
  task: z.string(),
  language: z.string(),
  gates: z.array(
    z.object({
      gate: z.enum(['oracle', 'nop', 'cheat', 'draft']),
      /** `null` where the suite has no such solution. */
      grade: gradeSchema.nullable(),
      held: z.boolean(),
    }),
  ),
  /** Whether the task may enter a run. */
  sound: z.boolean(),
});
export type TaskGates = z.infer<typeof taskGatesSchema>;

/**
 * Grades a task's own solutions: the reference solution must resolve it, doing nothing must not, cheating must not, and
 * neither must a plausible wrong draft. A task without a reference solution is not sound; the others may be absent.
 */
export async function checkGates(
  suite: Suite,
  task: SuiteTask,
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<TaskGates> {
  const gates: TaskGates['gates'] = [];
  for (const [gate, holds] of GATES) {
    const grade = await gradeGate(suite, task.id, gate, sandbox, signal);
    const held = grade === null ? gate !== 'oracle' : holds(grade);
    const remark = gate === 'oracle' && !held ? (suite.remark?.(task.id) ?? '') : '';
    gates.push({
      gate,
      grade: grade && { ...grade, evidence: [grade.evidence, remark].filter(Boolean).join(' ') },
      held,
    });
  }
  return { task: task.id, language: task.language, gates, sound: gates.every(({ held }) => held) };
}

/** One task's trouble is its own result: the others go on. */
async function gradeGate(suite: Suite, id: string, gate: Reference, sandbox: Sandbox, signal: AbortSignal) {
  try {
    const submission = await suite.reference(id, gate);
    if (submission === null) return null;
    return gradeSchema.parse(await gradeSubmission(suite, id, submission, sandbox, signal));
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof HuxleyError)) throw error;
    const evidence = `No result: ${error.inFull}`;
    return { verdict: 'infrastructure', evidence, canary: 'not run', seconds: 0 } as const;
  }
}
