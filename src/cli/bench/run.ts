import { holding } from '../../benchmark/bench/run-bench.ts';
import { openSandbox } from '../../sandbox/setup/open.ts';
import { terminalSetup } from '../terminal/set-up.ts';
import type { RunOptions } from './options.ts';
import { defaultFolder, failWithoutResult, runSession } from './session.ts';
import { openSolver } from './solver.ts';
import { abortOnInterrupt, openTasks } from './tasks.ts';

/** `huxley bench run` */
export async function run(options: RunOptions): Promise<void> {
  const signal = abortOnInterrupt();
  using open = await openSandbox(terminalSetup(options.install, signal));
  const { suite, tasks } = await openTasks(options.suite, open, options);
  await using solver = await openSolver(options, suite, open, signal);
  const { session } = solver;
  const attempt = holding(open.sandbox, solver.attemptsIn(options.out ?? defaultFolder(session)));
  failWithoutResult(await runSession({ session, tasks, attempt, signal, options }));
}
