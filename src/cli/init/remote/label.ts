import { RUN_LABEL } from '../../../run/begin/by-label.ts';
import type { Access } from './site.ts';
import { attempt, type Step } from './step.ts';

/** Makes the label that starts a run, so that the form of a new issue knows it. */
export function makeLabel({ octokit, owner, repo }: Access, remedy: readonly string[]): Promise<Step> {
  const what = `label \`${RUN_LABEL}\`, which starts a run`;
  return attempt(what, remedy, async () => {
    try {
      await octokit.rest.issues.createLabel({ owner, repo, name: RUN_LABEL, description: 'Starts a run of Huxley' });
      return { state: 'done', what };
    } catch (error) {
      // Of many labels a list shows some.
      const { errors = [] } =
        (error as { response?: { data?: { errors?: { code?: string }[] } } }).response?.data ?? {};
      if (errors.some(({ code }) => code === 'already_exists')) return { state: 'there', what };
      throw error;
    }
  });
}
