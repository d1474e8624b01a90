import { authorize } from '../../command/authorize.ts';
import { inline } from '../../report/text/escape.ts';
import type { Controller, ControllerServices } from '../loop/controller.ts';
import { answerOnce, whyNot } from './answer.ts';
import { beginUnasked } from './begin.ts';

/** Set on an issue it starts a run, as `/huxley run` does. */
export const RUN_LABEL = 'huxley';

/**
 * Starts a run for a label that somebody set on an issue, once however often it is seen: who set it, and whether it is still
 * there, GitHub tells. That takes the permission of a command; bots start none.
 * @param last whether nobody tries again when this fails: then the failure is the answer
 * @param since a label that was set before is none that starts something: an old one stays on its issue
 */
export async function startByLabel(
  services: ControllerServices,
  controller: Controller,
  repository: string,
  issue: number,
  last: boolean,
  since: Date,
): Promise<void> {
  const labelling = await (await services.forges.forge(repository)).labelling(issue, RUN_LABEL);
  if (labelling === null || labelling.byBot || Date.parse(labelling.at) < since.getTime()) return;
  const { id, by } = labelling;
  const ask = { id: `label-${id}`, issue, by };
  const refused = `The label \`${RUN_LABEL}\` did not start a run`;
  await answerOnce(services, repository, ask, async (forge) => {
    const authority = authorize({ login: by, isBot: false, permission: await forge.permission(by) });
    if (authority.kind === 'denied') return `${refused}. ${authority.message}`;
    try {
      const text = await beginUnasked(services, controller, forge, ask, 'label');
      return `${text}\n\n${inline(by, 60)} set the label \`${RUN_LABEL}\`, which starts a run with the options of \`.github/huxley.yml\`. Removing it does not stop the run: \`/huxley stop\` does.`;
    } catch (error) {
      return `${whyNot(services, forge, error, refused, last)}\n\nThen set the label again.`;
    }
  });
}
