import { Octokit } from '@octokit/rest';
import { PROJECT } from '../../../environment/project.ts';
import { readRelease } from '../../../environment/release.ts';
import { SILENT } from '../../github/user.ts';
import type { ActionRef } from './workflows.ts';

/** Where `npm run publish:action` keeps the action. */
const BRANCH = 'action';
const SECONDS = 15;

/**
 * The action to pin: of the release that this is, else the newest that the project has published, as GitHub says it.
 *
 * @param user GitHub as the person reaches it; null for nobody's access
 * @param named another repository that publishes it, `owner/name`, such as a fork
 */
export async function findAction(user: Octokit | null, apiURL: string, named?: string): Promise<ActionRef> {
  const release = readRelease();
  if (release !== null && named === undefined) return { ...release.action, version: `v${release.version}` };
  const repository = named ?? PROJECT;
  const [owner, repo] = repository.split('/') as [string, string];
  const octokit = user ?? new Octokit({ baseUrl: apiURL, log: SILENT });
  const request = { signal: AbortSignal.timeout(SECONDS * 1_000) };
  const commit = await octokit.rest.git
    .getRef({ owner, repo, ref: `heads/${BRANCH}`, request })
    .then(({ data }) => data.object.sha)
    // Whatever keeps it from being known, the workflow says that it is not pinned.
    .catch(() => null);
  return { repository, commit, version: null };
}
