import { HuxleyError } from '../../model/error.ts';
import { accountOf } from '../../model/ids.ts';
import { allowedUSD, hasRoom, limitsOf, NO_LIMITS } from '../../model/limits/account-limits.ts';
import { dollars } from '../../report/text/figures.ts';
import { goingOn } from '../limits/going-on.ts';
import { accountLease, spentByAccount } from '../limits/month.ts';
import { inReach } from '../limits/reach.ts';
import type { Controller, ControllerServices } from '../loop/controller.ts';
import type { PreparedRun } from '../start/start-run.ts';
import { alone } from '../state/clock.ts';

/** Does what starts a run of an account, alone where the account has limits: two starts at once would take the same room. */
export function aloneInAccount<T>(services: ControllerServices, repository: string, act: () => Promise<T>): Promise<T> {
  const account = accountOf(repository);
  return limitsOf(services.limits, account) === NO_LIMITS ? act() : alone(accountLease(account), services, act);
}

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
  const others = (await (runs === null ? [] : controller.unfinished())).filter(
    (key) => accountOf(key.repository) === account && !(key.repository === repository && key.run === run),
  );
  const active = await goingOn(services, await inReach(services, others));
  if (!hasRoom(runs, active.length))
    throw new HuxleyError(
      'limit.runs',
      `${active.length} runs of ${account} are in progress, the most that this server allows an account.`,
      'Wait for one to end, or stop one with `/huxley stop`. The administrator of the server may allow more.',
    );
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
