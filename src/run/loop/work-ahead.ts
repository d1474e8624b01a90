import { dollars } from '../../report/text/figures.ts';
import type { PreparedRun } from '../start/start-run.ts';

/** What a run will do at most, in evaluations and dollars, and which of it the budget does not count. */
export function workAhead({ started, spec }: PreparedRun): string {
  const { budget, tasks, heldOut, costUSD } = started;
  const { taskCostUSD } = spec.configuration.limits;
  const root = tasks.length;
  const judging = 2 * heldOut.length;
  const most = (root + budget + judging) * taskCostUSD;
  const limit = costUSD === null ? '' : `, and it never spends more than ${dollars(costUSD)} (\`limits.costUSD\`)`;
  return (
    `The budget counts what the search does. Outside of it are ${root} evaluations of the root before, and ${judging} held-out ones after: ${root + budget + judging} at most. ` +
    `A task may cost up to ${dollars(taskCostUSD)}, so all of it up to about ${dollars(most)}${limit}; most tasks cost a fraction of what they may.`
  );
}
