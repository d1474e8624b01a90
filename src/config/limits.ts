import { z } from 'zod';
import type { LimitSettings } from '../model/limits/account-limits.ts';
import { readYaml } from './read-yaml.ts';

const limits = {
  jobs: z.int().min(1).nullable(),
  runs: z.int().min(1).nullable(),
  monthlyUSD: z.number().min(0).nullable(),
};

const schema = z.strictObject({
  default: z.strictObject(limits).partial().prefault({}),
  accounts: z
    .record(
      z.string().regex(/^[A-Za-z0-9-]{1,39}$/, 'must be the login of an account'),
      z.strictObject({
        jobs: limits.jobs.exactOptional(),
        runs: limits.runs.exactOptional(),
        monthlyUSD: limits.monthlyUSD.exactOptional(),
      }),
    )
    .default({}),
});

/** An operator's limits from a text of YAML or JSON; every problem with its line where it cannot be used. */
export function readLimits(text: string): LimitSettings | { readonly problems: readonly string[] } {
  const yaml = readYaml(text);
  if (!yaml.ok) return { problems: yaml.issues.map(({ line, message }) => `line ${line}: ${message}`) };
  const parsed = schema.safeParse(yaml.value ?? {});
  if (!parsed.success)
    return {
      problems: parsed.error.issues.map(
        ({ path, message }) => `line ${yaml.at(path).line}: ${[...path.map(String), message].join(' ')}`,
      ),
    };
  const { default: given, accounts } = parsed.data;
  const { jobs = null, runs = null, monthlyUSD = null } = given;
  return {
    default: { jobs, runs, monthlyUSD },
    accounts: Object.fromEntries(Object.entries(accounts).map(([name, each]) => [name.toLowerCase(), each])),
  };
}
