import type { EvaluateOrder, TaskResult } from '../../contract/contract.ts';
import type { JobContext } from '../../job/attempt/job-context.ts';
import { evaluate } from '../../job/evaluate.ts';
import { HuxleyError, sentence } from '../../model/error.ts';
import type { TaskId, VariantId } from '../../model/ids.ts';
import type { OperatorName } from '../../model/operator.ts';
import { selectEvidence } from '../../operator/evidence.ts';
import type { Trajectory } from '../../operator/trajectory.ts';
import { count } from '../../report/text/figures.ts';
import type { Layer } from '../../sandbox/port.ts';

export interface EvidenceHunt {
  readonly operator: OperatorName;
  /** The parent first, then the donor where there is one. */
  readonly agents: readonly {
    readonly variant: VariantId;
    readonly order: EvaluateOrder;
    readonly folder: string;
    readonly layer: Layer | null;
  }[];
  /** Tasks in the order to try them. */
  readonly tasks: readonly TaskId[];
}

/**
 * Lets agents try tasks, a few at a time, until the trajectories hold what the operator needs.
 *
 * @throws HuxleyError `expand.infrastructure` when no attempt came to a result, with the reason of the last
 */
export async function gatherEvidence(
  context: JobContext,
  { operator, agents, tasks }: EvidenceHunt,
): Promise<Trajectory[]> {
  const trajectories: Trajectory[] = [];
  const results: TaskResult[] = [];
  let lack: unknown;
  for (let at = 0; at < tasks.length; at += context.concurrency) {
    const batch = tasks.slice(at, at + context.concurrency);
    for (const { variant, order, folder, layer } of agents) {
      context.report(`${variant} tries ${batch.join(', ')}`);
      const tried = await evaluate({ ...context, layer }, { ...order, variant, tasks: batch }, folder, {
        previous: [],
        onResult: async () => {},
        onTrajectory: async (trajectory) => void trajectories.push(trajectory),
      });
      results.push(...tried);
      context.signal.throwIfAborted();
    }
    try {
      selectEvidence(operator, agents[0]!.variant, agents[1]?.variant ?? null, trajectories);
      return trajectories;
    } catch (error) {
      if (!(error instanceof HuxleyError)) throw error;
      lack = error;
    }
  }
  const last = results.at(-1);
  if (last !== undefined && results.every(({ verdict }) => verdict === 'infrastructure'))
    throw new HuxleyError(
      'expand.infrastructure',
      `${count(results.length, 'attempt')}, and not one result. The last: ${sentence(last.evidence)}`,
      'There is nothing to learn from yet: correct that, and start again.',
    );
  throw lack ?? new HuxleyError('expand.tasks', 'There is no task to look for evidence in', 'Name tasks with --tasks.');
}
