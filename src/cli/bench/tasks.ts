import { matchesGlob } from 'node:path';
import { openSuite } from '../../benchmark/kinds.ts';
import type { OpenedSuite, SuiteTask } from '../../benchmark/suite.ts';
import { HARBOR } from '../../benchmark/tree-digest.ts';
import { HuxleyError } from '../../model/error.ts';
import type { OpenSandbox } from '../../sandbox/setup/open.ts';
import { networkHere } from '../agent/folder.ts';
import { interruptible } from '../terminal/interruption.ts';
import type { BenchOptions } from './options.ts';

/** A suite, its broken tasks named on standard error, and the tasks asked for. */
export async function openTasks(
  name: string,
  open: OpenSandbox,
  { path, tasks: glob }: BenchOptions,
): Promise<{ suite: OpenedSuite; tasks: readonly SuiteTask[] }> {
  const sandbox = async () => open.sandbox;
  // Other suites have no use for it, and go without a configuration that may be about something else.
  const network = name.startsWith(HARBOR) ? await networkHere() : undefined;
  const suite = await openSuite(name, { image: open.image, sandbox, network, ...(path === undefined ? {} : { path }) });
  for (const problem of suite.problems) process.stderr.write(`! ${problem.message}\n    ${problem.remedy}\n`);
  const tasks = suite.list().filter(({ id }) => glob === undefined || matchesGlob(id, glob));
  if (tasks.length === 0)
    throw new HuxleyError(
      'bench.tasks',
      `${name} has no usable task${glob === undefined ? '' : ` that matches '${glob}'`}`,
      suite.list().length === 0
        ? 'Fix the problems above.'
        : `Its tasks: ${suite
            .list()
            .slice(0, 8)
            .map(({ id }) => id)
            .join(', ')}, …`,
    );
  return { suite, tasks };
}

/** Aborts on the first Ctrl-C, SIGTERM or SIGHUP; a second one ends the process at once. */
export function abortOnInterrupt(goOn = 'run the same command again to continue'): AbortSignal {
  return interruptible(`stopping. What is finished is kept: ${goOn}.`);
}
