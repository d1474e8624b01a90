import { HuxleyError } from '../model/error.ts';
import type { TaskId, VariantId } from '../model/ids.ts';
import type { OperatorName } from '../model/operator.ts';
import type { Trajectory } from './trajectory.ts';

/** The trajectories an operator's diagnosis is made from. What is not in here is not shown. */
export type Evidence =
  | { readonly operator: 'mutation'; readonly failed: Trajectory }
  | { readonly operator: 'reaction-norm'; readonly trajectories: readonly Trajectory[] }
  | { readonly operator: 'hybridization'; readonly failed: Trajectory; readonly solved: Trajectory }
  | { readonly operator: 'empty-patch'; readonly empty: readonly Trajectory[] }
  | { readonly operator: 'stochasticity'; readonly outcomes: readonly Outcome[] }
  | { readonly operator: 'context-overflow'; readonly overflowed: Trajectory };

/** A task's outcome alone, without the trajectory. */
interface Outcome {
  readonly task: TaskId;
  readonly verdict: Trajectory['verdict'];
}

/** Trajectories shown at most by reaction-norm: more would only crowd each other out. */
const MOST_TRAJECTORIES = 4;

/**
 * Picks what an operator needs out of the trajectories at hand. Those of others than the donor are the parent's own, or of
 * the ancestor it inherited them from: they are then marked as earlier.
 * Throws HuxleyError `operator.evidence` when they do not hold it; another operator or other tasks may then do.
 */
export function selectEvidence(
  operator: OperatorName,
  parent: VariantId,
  donor: VariantId | null,
  trajectories: readonly Trajectory[],
): Evidence {
  const own = trajectories
    .filter((t) => t.variant !== donor || donor === parent)
    .map((t) => (t.variant === parent ? t : { ...t, earlier: true }));
  const failed = own.filter((t) => t.verdict !== 'resolved' && t.verdict !== 'infrastructure');
  switch (operator) {
    case 'mutation':
      return { operator, failed: failed[0] ?? missing(operator, `a task that ${parent} failed`) };
    case 'reaction-norm': {
      const tasks = [...new Map([...failed, ...own].map((t) => [t.task, t])).values()];
      if (failed.length === 0 || tasks.length < 2) missing(operator, `two tasks of ${parent}, one of them failed`);
      return { operator, trajectories: tasks.slice(0, MOST_TRAJECTORIES) };
    }
    case 'hybridization': {
      for (const mine of failed) {
        const solved = trajectories.find(
          (t) => t.variant === donor && t.task === mine.task && t.verdict === 'resolved' && donor !== parent,
        );
        if (solved !== undefined) return { operator, failed: mine, solved };
      }
      return missing(operator, `one task that ${parent} failed and ${donor ?? 'a donor'} resolved`);
    }
    case 'empty-patch': {
      const empty = failed.filter((t) => t.signs?.includes('empty-patch'));
      if (empty.length === 0) missing(operator, `a task on which ${parent} changed nothing`);
      return { operator, empty: empty.slice(0, MOST_TRAJECTORIES) };
    }
    case 'stochasticity': {
      const outcomes = own.flatMap(({ task, verdict, earlier }) => (earlier ? [] : [{ task, verdict }]));
      if (outcomes.length < 2) missing(operator, `outcomes of ${parent} on two tasks`);
      return { operator, outcomes };
    }
    case 'context-overflow':
      return {
        operator,
        overflowed:
          failed.find((t) => t.signs?.includes('context-overflow')) ??
          missing(operator, `a task on which the context of ${parent}'s model overflowed`),
      };
  }
}

function missing(operator: OperatorName, what: string): never {
  throw new HuxleyError(
    'operator.evidence',
    `The operator ${operator} needs ${what}, and the evidence at hand holds none`,
    'Evaluate the variant on more search tasks, or choose another operator.',
  );
}
