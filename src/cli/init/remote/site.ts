import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Octokit } from '@octokit/rest';
import { commandLine } from '../../../model/command-line.ts';
import { HuxleyError, messageOf } from '../../../model/error.ts';
import { type Origin, openUser, originOf } from '../../github/user.ts';
import { defaultBranchOf, mustNotBeSetup } from './default-branch.ts';
import { git, tryGit } from './git.ts';
import { refusalText } from './refusal-text.ts';

/** GitHub as the person at the terminal reaches it. */
export interface Access {
  readonly octokit: Octokit;
  readonly owner: string;
  readonly repo: string;
}

/** A checkout, and where it comes from. */
export interface Site {
  /** The top of the checkout. */
  readonly root: string;
  /** The branch that is checked out; null for none. */
  readonly branch: string | null;
  readonly defaultBranch: string;
  readonly origin: Origin;
  readonly access: Access | null;
  /** Why there is no access; null where there is. */
  readonly why: string | null;
}

/**
 * @param mayAsk whether GitHub may be asked in the person's name
 * @throws HuxleyError `init.checkout` where the folder is not in a checkout, `init.origin` where that comes from no GitHub, `init.branch` where it
 * has no commit, `init.default`
 */
export async function openSite(folder: string, mayAsk: boolean): Promise<Site> {
  const root = await git(folder, ['rev-parse', '--show-toplevel'], { LC_ALL: 'C' }).catch((error: unknown) => {
    // Anything else, such as a checkout of another user's, is said in git's own words.
    if (existsSync(folder) && !/not a git repository/.test(messageOf(error))) throw error;
    return null;
  });
  if (root === null)
    throw new HuxleyError(
      'init.checkout',
      `${resolve(folder)} is not in a checkout of a git repository`,
      `Run this in a checkout of the agent's repository. To start a new agent in an empty folder: ${commandLine('init --agent starter DIR')}.`,
    );
  const branch = await tryGit(root, ['symbolic-ref', '--short', '--quiet', 'HEAD']);
  const origin = await originOf(root);
  if (origin === null) {
    const remote = await tryGit(root, ['remote', 'get-url', 'origin']);
    throw new HuxleyError(
      'init.origin',
      // What stands before an `@` may be a password.
      `${root} has no remote \`origin\` that is a repository on a GitHub${remote === null ? '' : `: it is ${remote.replace(/:\/\/[^@/]*@/, '://')}`}`,
      'Push it there first, e.g. with `gh repo create --source . --push`, and run this again.',
    );
  }
  if ((await tryGit(root, ['rev-parse', '--verify', '--quiet', 'HEAD'])) === null)
    throw new HuxleyError(
      'init.branch',
      `${root} has no commit yet, so there is nothing to set Huxley up for`,
      `Commit the agent, type \`git push -u origin ${branch ?? 'HEAD'}\`, and run this again.`,
    );
  const local = { root, branch, origin };
  const octokit = mayAsk ? await openUser(origin) : null;
  if (octokit === null) {
    const why = mayAsk ? 'there is no token: neither `GH_TOKEN` nor a login of `gh`' : 'because of --no-github';
    return { ...local, defaultBranch: await defaultBranchOf(root), access: null, why };
  }
  const [owner, repo] = origin.repository.split('/') as [string, string];
  const access = { octokit, owner, repo };
  const shown = await octokit.rest.repos.get({ owner, repo }).catch(refusalText);
  if (typeof shown === 'string') {
    const why = `GitHub does not show ${origin.repository} to this token (${shown})`;
    return { ...local, defaultBranch: await defaultBranchOf(root), access: null, why };
  }
  return { ...local, defaultBranch: mustNotBeSetup(shown.data.default_branch), access, why: null };
}

/** The open pull request from a branch of the repository; null for none that GitHub shows this person. */
export async function openPullFrom({ octokit, owner, repo }: Access, branch: string): Promise<string | null> {
  try {
    const { data } = await octokit.rest.pulls.list({ owner, repo, head: `${owner}:${branch}`, state: 'open' });
    return data[0]?.html_url ?? null;
  } catch (error) {
    // Opening one then says what is refused.
    if ((error as { status?: unknown }).status === undefined) throw error;
    return null;
  }
}
