import { RUN_LABEL } from '../../../run/begin/by-label.ts';
import type { Access } from './site.ts';
import { attempt, type Step } from './step.ts';

/** Makes the label that starts a run, so that the form of a new issue knows it. */
export function makeLabel({ octokit, owner, repo }: Access, remedy: readonly string[]): Promise<Step> {
  const what = `label \`${RUN_LABEL}\`, which starts a run`;
  return attempt(what, remedy, async () => {
    const { data } = await octokit.rest.issues.listLabelsForRepo({ owner, repo, per_page: 100 });
    if (data.some(({ name }) => name.toLowerCase() === RUN_LABEL)) return { state: 'there', what };
    await octokit.rest.issues.createLabel({ owner, repo, name: RUN_LABEL, description: 'Starts a run of Huxley' });
    return { state: 'done', what };
  });
}
