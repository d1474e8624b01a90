import type { Sandbox } from '../../sandbox/port.ts';
import type { Grade, Reference, Suite, SuiteTask } from '../suite.ts';

/** What each reference solution must come to before a task may enter a run. */
const GATES = [
  ['oracle', (grade: Grade) => grade.verdict === 'resolved'],
  ['nop', (grade: Grade) => refused(grade)],
  ['cheat', (grade: Grade) => refused(grade)],
  ['draft', (grade: Grade) => refused(grade)],
] as const satisfies readonly (readonly [Reference, (grade: Grade) => boolean])[];

/** No result proves nothing: a gate wants a verdict. */
const refused = ({ verdict }: Grade) => verdict !== 'resolved' && verdict !== 'infrastructure';

interface GateResult {
  readonly gate: Reference;
  /** `null` where the suite has no such solution. */
  readonly grade: Grade | null;
  readonly held: boolean;
}

export interface TaskGates {
  readonly task: string;
  readonly gates: readonly GateResult[];
  /** Whether the task may enter a run. */
  readonly sound: boolean;
}

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
  const gates: GateResult[] = [];
  for (const [gate, holds] of GATES) {
    const files = await suite.reference(task.id, gate);
    const grade = files === null ? null : await suite.grade(task.id, files, sandbox, signal);
    gates.push({ gate, grade, held: grade === null ? gate !== 'oracle' : holds(grade) });
  }
  return { task: task.id, gates, sound: gates.every(({ held }) => held) };
}
