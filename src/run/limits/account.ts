import { commandLine } from '../../model/command-line.ts';
import { HuxleyError } from '../../model/error.ts';
import { accountOf } from '../../model/ids.ts';
import { type AccountLimits, hasRoom, NO_LIMITS } from '../../model/limits/account-limits.ts';
import type { RunKey } from '../../store/journal.ts';
import { alone } from '../state/clock.ts';
import type { RunServices } from '../state/open-run.ts';
import { goingOn } from './going-on.ts';
import { inReach } from './reach.ts';

type Services = Pick<RunServices, 'store' | 'clock' | 'log'>;

/** The name of the lease under which an account's runs are begun or extended, one at a time. */
export function accountLease(account: string): string {
  return `account ${account}`;
}

/** Does what begins or extends a run of an account, alone where the account has limits: two at once would take the same room. */
export function aloneInAccount<T>(
  services: Services,
  repository: string,
  limits: AccountLimits,
  act: () => Promise<T>,
): Promise<T> {
  return limits === NO_LIMITS ? act() : alone(accountLease(accountOf(repository)), services, act);
}

/**
 * @param runs what its account may have at once; null for no limit
 * @param candidates of all accounts, among them at least those in progress
 * @throws HuxleyError `limit.runs` where the account has as many runs in progress, this one left out
 */
export async function mustHaveRoom(
  services: Services,
  { repository, run }: RunKey,
  runs: number | null,
  candidates: () => Promise<readonly RunKey[]>,
): Promise<void> {
  if (runs === null) return;
  const account = accountOf(repository);
  const others = (await candidates()).filter(
    (key) => accountOf(key.repository) === account && !(key.repository === repository && key.run === run),
  );
  const active = await goingOn(services, await inReach(services, others));
  const damaged = active.filter((each) => each.damaged).map((each) => `${each.run} of ${each.repository}`);
  if (!hasRoom(runs, active.length))
    throw new HuxleyError(
      'limit.runs',
      `${active.length} runs of ${account} are in progress, the most that this server allows an account.`,
      damaged.length > 0
        ? `The journal of ${damaged.join(', ')} cannot be read, so nobody knows whether it has ended, and it counts. The administrator of the server can rebuild it: ${commandLine('recover')} (docs/operations.md).`
        : 'Wait for one to end, or stop one with `/huxley stop`. The administrator of the server may allow more.',
    );
}
