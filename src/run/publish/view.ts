import type { RunView } from '../../report/view.ts';
import { runView } from '../../report/view-of.ts';
import { attention } from '../state/attention.ts';
import type { OpenRun } from '../state/open-run.ts';
import { pullNumbers } from '../variants/pull-requests.ts';

/** The run as people see it now. */
export async function viewRun(run: OpenRun): Promise<RunView> {
  return runView({
    archive: run.archive,
    policy: run.policy,
    attention: await attention(run),
    pulls: await pullNumbers(run),
    now: run.clock.now(),
  });
}
