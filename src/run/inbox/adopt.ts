import type { PullRequest } from '../../github/forge.ts';
import { HuxleyError } from '../../model/error.ts';
import { variantId } from '../../model/ids.ts';
import { agentSettings } from '../../order/settle.ts';
import { inline } from '../../report/text/escape.ts';
import { titleText } from '../../report/text/text.ts';
import type { Done, OpenRun } from '../state/open-run.ts';
import { changesOf, makeAdopted } from '../variants/adopt-variant.ts';
import { examinePatch } from '../work/validate.ts';
import { startOf } from './ordinary-pull.ts';

/**
 * Takes a pull request into a run as a child of its root: its change, done to the root, on a branch of the run's own, held to the rules
 * of every variant. Gives the reply.
 * @throws HuxleyError `command.*`
 */
export async function adopt(run: OpenRun, pull: PullRequest, by: string, done: Done): Promise<string> {
  const { forge, archive, key, spec } = run;
  const { settings, search, status } = archive;
  const { number, author, headSha: head } = pull;
  if (settings.calibrate || settings.measure || (status !== 'running' && status !== 'paused'))
    throw new HuxleyError('command.state', `Run ${key.run} does not search now.`, 'Start one with `/huxley run`.');
  const before = search.variants.find((variant) => variant?.birth?.adopted?.head === head);
  if (before)
    throw new HuxleyError(
      'command.adopted',
      `#${number} is ${before.id} of run ${key.run} as it is.`,
      'Push to it first.',
    );
  const base = await startOf(forge, pull);
  const changes = await changesOf(forge, { base, head, onto: settings.root.tree });
  const subject = { ...settings.root, agent: agentSettings(spec.configuration) };
  const { refusal, unusual } = await examinePatch(forge, subject, [...settings.tasks, ...settings.heldOut], changes);
  if (refusal !== null)
    throw new HuxleyError(
      'command.patch',
      `#${number} may not become a variant: ${inline(refusal, 1_000)}.`,
      'Leave that out, or allow it (`allow`, `protect`, `agent.allowDependencies`) and start another run. `/huxley measure` asks no such thing.',
    );
  const variant = variantId(search.variants.length);
  const adoption = { variant, pull: number, author, head, by, summary: titleText(pull.title) };
  const made = await makeAdopted(run, adoption, changes, unusual);
  return done(
    `#${number} at \`${head.slice(0, 12)}\` is ${variant} of run ${key.run} now, a child of the root, and is searched from, measured and proven like any other. It has a pull request of its own, which names ${inline(author, 60)} as its author; this one stays as it is.`,
    { type: 'variant.adopted', ...adoption, ...made },
  );
}
