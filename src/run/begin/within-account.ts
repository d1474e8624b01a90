import { HuxleyError } from '../../model/error.ts';
import { accountOf } from '../../model/ids.ts';
import { allowedUSD, limitsOf } from '../../model/limits/account-limits.ts';
import { dollars } from '../../report/text/figures.ts';
import { mustHaveRoom } from '../limits/account.ts';
import { spentByAccount } from '../limits/month.ts';
import type { Controller, ControllerServices } from '../loop/controller.ts';
import type { PreparedRun } from '../start/start-run.ts';

/**
 * A prepared run within what its account may use of this server, its limit lowered to what is left of the month's dollars.
 * @throws HuxleyError `limit.runs` or `limit.dollars`
 */
export async function withinAccount<T extends PreparedRun>(
  services: ControllerServices,
  controller: Controller,
  repository: string,
  prepared: T,
): Promise<T> {
  const { store, clock, limits } = services;
  const account = accountOf(repository);
  const { runs, monthlyUSD } = limitsOf(limits, account);
  const { run, costUSD } = prepared.started;
  await mustHaveRoom(services, { repository, run }, runs, () => controller.unfinished());
  if (monthlyUSD === null) return prepared;
  const spent = await spentByAccount(clock.now(), store, account, { repository, run });
  const allowed = allowedUSD(monthlyUSD, spent, costUSD)!;
  const { configuration } = prepared.spec;
  const least = configuration.limits.taskCostUSD * (1 + configuration.search.batch + 4);
  if (monthlyUSD === 0 || allowed < Math.min(least, costUSD ?? least))
    throw new HuxleyError(
      'limit.dollars',
      `This server allows ${account} ${dollars(monthlyUSD)} a month, and ${dollars(spent)} is spent or promised to runs in progress: what is left does not pay for a run.`,
      'Wait for the next month (UTC), or ask the administrator of the server.',
    );
  if (allowed === costUSD) return prepared;
  const lowered = `It may spend ${dollars(allowed)}: that is what is left of the ${dollars(monthlyUSD)} a month that this server allows ${account}.`;
  return {
    ...prepared,
    started: { ...prepared.started, costUSD: allowed },
    spec: {
      ...prepared.spec,
      configuration: { ...configuration, limits: { ...configuration.limits, costUSD: allowed } },
    },
    lowered,
  };
}
