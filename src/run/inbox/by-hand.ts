import type { Job } from '../../archive/archive.ts';
import { HuxleyError } from '../../model/error.ts';
import { affords, costCap } from '../../order/spending.ts';
import { dollars } from '../../report/text/figures.ts';
import type { OpenRun } from '../state/open-run.ts';

/** The name of a job that a person asks for. */
export function handJob(run: OpenRun): string {
  return `${run.key.run}-p${run.entries.length}`;
}

/** @throws HuxleyError `command.dollars` where the run's limit does not pay a job */
export function mustAfford(run: OpenRun, kind: Job['kind'], tasks: number): void {
  const { settings, spentUSD } = run.archive;
  if (affords(run.archive, run.spec.configuration, kind, tasks)) return;
  throw new HuxleyError(
    'command.dollars',
    `That could cost ${dollars(costCap(run.spec.configuration, kind, tasks))}, and with the work in flight the run's limit leaves less: ${dollars(spentUSD)} of $${settings.costUSD} is spent.`,
    'Wait for the work in flight, which usually costs less than its limit, or start a run with a higher `costUSD`.',
  );
}
