import type { PullRequest } from '../../github/forge.ts';
import { HuxleyError } from '../../model/error.ts';
import { variantId } from '../../model/ids.ts';
import { agentSettings } from '../../order/settle.ts';
import { inline } from '../../report/text/escape.ts';
import { titleText } from '../../report/text/text.ts';
import type { Done, OpenRun } from '../state/open-run.ts';
import { mustNotBeBarred } from '../variants/must-not-be-barred.ts';
import { changesOf } from '../variants/pull-changes.ts';
import { examinePatch } from '../work/validate.ts';
import { handJob, mustAfford } from './by-hand.ts';
import { startOf } from './ordinary-pull.ts';

/**
 * Has a pull request made a child of a run's root: its change, done to the root, on a branch of the run's own. What can be seen from
 * here is refused at once; a worker then validates, builds and checks it as it does every variant. Gives the reply.
 * @throws HuxleyError `command.*`
 */
export async function adopt(run: OpenRun, pull: PullRequest, by: string, done: Done): Promise<string> {
  const { forge, archive, key, spec } = run;
  const { settings, search, status } = archive;
  const { number, author, headSha: head } = pull;
  if (settings.calibrate || settings.measure || (status !== 'running' && status !== 'paused'))
    throw new HuxleyError('command.state', `Run ${key.run} is not searching now.`, 'Start one with `/huxley run`.');
  const before = search.variants.find(
    (variant) => variant?.birth?.adopted?.head === head && (variant.state === 'live' || variant.state === 'expanding'),
  );
  if (before)
    throw new HuxleyError(
      'command.adopted',
      `#${number} is already ${before.id} of run ${key.run}.`,
      'Push new commits to it first.',
    );
  mustAfford(run, 'expand', 1);
  const base = await startOf(forge, pull);
  const changes = await changesOf(forge, { base, head, onto: settings.root.tree });
  await mustNotBeBarred(run, pull, changes);
  const subject = { ...settings.root, agent: agentSettings(spec.configuration) };
  const { refusal } = await examinePatch(forge, subject, [...settings.tasks, ...settings.heldOut], changes);
  if (refusal !== null)
    throw new HuxleyError(
      'command.patch',
      `#${number} cannot become a variant: ${inline(refusal, 1_000)}.`,
      'Leave that out, or allow it (`allow`, `protect`, `agent.allowDependencies`) and start another run. `/huxley measure` has no such rules.',
    );
  const variant = variantId(search.variants.length);
  return done(
    `#${number} at \`${head.slice(0, 12)}\` becomes ${variant} of run ${key.run}, a child of the root. A worker first checks that it contains nothing of the tasks, builds it and runs the agent’s own check, as for every variant; \`/huxley explain ${variant}\` shows the result. Then it is searched from, measured and proven like any other. It gets a pull request of its own, which names ${inline(author, 60)} as its author; this one stays as it is.`,
    {
      ...{ type: 'adoption.ordered', job: handJob(run), variant, by },
      ...{ pull: number, author, title: titleText(pull.title), base, head },
    },
  );
}
