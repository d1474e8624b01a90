import type { Configuration } from '../../config/schema.ts';
import { HuxleyError } from '../../model/error.ts';
import { dollars } from '../../report/text/figures.ts';

/**
 * The configuration of a run that no comment starts, its limit lowered to what is left of the month's budget where that is less.
 * @param spentUSD what such runs have cost this month
 * @throws HuxleyError `run.month` where what is left does not pay the preflight, an evaluation job and an expansion
 */
export function withinMonth(
  configuration: Configuration,
  spentUSD: number,
): { readonly configuration: Configuration; readonly lowered: string | null } {
  const { limits, schedule, search } = configuration;
  const { monthlyUSD } = schedule;
  const leftUSD = Math.max(0, Math.floor((monthlyUSD - spentUSD) * 100 + 1e-6) / 100);
  // An expansion may cost as much as four tasks.
  const least = limits.taskCostUSD * (1 + search.batch + 4);
  if (monthlyUSD === 0 || leftUSD < least)
    throw new HuxleyError(
      'run.month',
      `Of this month’s ${dollars(monthlyUSD)} for runs that start by themselves, ${dollars(leftUSD)} is left, and a run needs at least ${dollars(least)}.`,
      'Raise `schedule.monthlyUSD` in `.github/huxley.yml`, wait for the next month (UTC), or comment `/huxley run`, which this budget does not limit.',
    );
  if (limits.costUSD !== null && limits.costUSD <= leftUSD) return { configuration, lowered: null };
  const was = limits.costUSD === null ? 'no limit' : dollars(limits.costUSD);
  return {
    configuration: { ...configuration, limits: { ...limits, costUSD: leftUSD } },
    lowered: `It may spend ${dollars(leftUSD)} rather than ${was}: that is what is left of this month’s ${dollars(monthlyUSD)} for runs that start by themselves (\`schedule.monthlyUSD\`).`,
  };
}
