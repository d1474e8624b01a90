import { HuxleyError } from '../../../model/error.ts';
import { type Origin, userToken } from '../../github/user.ts';
import { shellCommand } from '../../terminal/print.ts';
import { git, tryGit } from './git.ts';
import { SETUP_BRANCH } from './names.ts';
import { refusalText } from './refusal-text.ts';
import type { Site } from './site.ts';

/**
 * What is checked out must be the default branch as GitHub has it, or the one of a set-up: a pull request from another would bring,
 * and show, commits that nobody has pushed.
 * @throws HuxleyError `init.branch`
 */
export async function mustBeOnDefault(site: Site, push: boolean): Promise<void> {
  const { root, branch, defaultBranch } = site;
  const theirs = await tipOf(site);
  if (branch === SETUP_BRANCH && !push) return;
  if (branch !== defaultBranch)
    throw new HuxleyError(
      'init.branch',
      `${branch === null ? 'No branch' : `Branch ${branch}`} is checked out, but the set-up belongs on ${defaultBranch}`,
      `Run \`git switch ${defaultBranch}\` first, or use --no-commit and commit the files yourself.`,
    );
  if (theirs === (await git(root, ['rev-parse', 'HEAD']))) return;
  const ahead = (await tryGit(root, ['merge-base', '--is-ancestor', theirs, 'HEAD'])) !== null;
  throw new HuxleyError(
    'init.branch',
    ahead
      ? `${defaultBranch} has commits that GitHub does not have, and the set-up would include them`
      : `${defaultBranch} differs from what GitHub has`,
    ahead
      ? `Push them first, move them to a branch of their own, or use --no-commit and commit the files yourself.`
      : 'Run `git pull` first.',
  );
}

/** The commit of the default branch on GitHub, as far as this person is shown it. @throws HuxleyError `init.branch` where it has none */
async function tipOf({ root, branch, defaultBranch, origin, access }: Site): Promise<string> {
  const push = shellCommand(
    'git',
    'push',
    '-u',
    'origin',
    branch === SETUP_BRANCH ? defaultBranch : (branch ?? 'HEAD'),
  );
  if (access === null) {
    const ref = `refs/remotes/origin/${defaultBranch}`;
    const known = await tryGit(root, ['rev-parse', '--verify', '--quiet', ref]);
    if (known !== null) return known;
    throw new HuxleyError(
      'init.branch',
      `This checkout has neither pushed nor fetched ${defaultBranch}, which a set-up is proposed for`,
      `Type \`${push}\`, or \`${shellCommand('git', 'fetch', 'origin', `${defaultBranch}:${ref}`)}\` if GitHub has it, and run this again.`,
    );
  }
  const { octokit, owner, repo } = access;
  const shown = await octokit.rest.repos.getBranch({ owner, repo, branch: defaultBranch }).catch(refusalText);
  if (typeof shown !== 'string') return shown.data.commit.sha;
  throw new HuxleyError(
    'init.branch',
    `GitHub shows no branch ${defaultBranch} of ${origin.repository} (${shown})`,
    `Type \`${push}\` if nothing was pushed yet, and run this again.`,
  );
}

/**
 * Commits these files and nothing else, whatever `.gitignore` says of them: on a branch of their own, or on the default branch. Gives the branch.
 * @throws HuxleyError `init.setup-branch`, `init.git`
 */
export async function commitFiles(site: Site, paths: readonly string[], push: boolean): Promise<string> {
  const { root, branch } = site;
  if (!push && branch !== SETUP_BRANCH) await switchToSetup(root);
  await git(root, ['add', '--force', '--', ...paths]);
  const differs = (await tryGit(root, ['diff', '--cached', '--quiet', '--', ...paths])) === null;
  if (differs) await git(root, ['commit', '--quiet', '--message', 'Set Huxley up', '--', ...paths]);
  return push ? branch! : SETUP_BRANCH;
}

/** A branch of an earlier set-up that was merged begins again; one with commits of its own is left alone. */
async function switchToSetup(root: string): Promise<void> {
  const there = (await tryGit(root, ['rev-parse', '--verify', '--quiet', `refs/heads/${SETUP_BRANCH}`])) !== null;
  const merged = there && (await tryGit(root, ['merge-base', '--is-ancestor', SETUP_BRANCH, 'HEAD'])) !== null;
  if (there && !merged)
    throw new HuxleyError(
      'init.setup-branch',
      `The files are written but not committed: a branch ${SETUP_BRANCH} with commits of its own exists here`,
      `Run \`git branch -D ${SETUP_BRANCH}\` if those commits were merged or are not wanted, and run this again.`,
    );
  await git(root, ['switch', '--quiet', merged ? '--force-create' : '--create', SETUP_BRANCH]);
}

/** Pushes a branch as git is set up here; where that is refused over HTTP, with the token that GitHub is asked with. */
export async function pushBranch(root: string, origin: Origin, branch: string): Promise<void> {
  const push = ['push', '--quiet', '--set-upstream', 'origin', branch];
  try {
    await git(root, push, { GIT_TERMINAL_PROMPT: '0' });
  } catch (error) {
    const token = await userToken(origin);
    const url = await git(root, ['remote', 'get-url', 'origin']);
    if (token === null || !url.startsWith('http')) throw error;
    // In the environment: what stands on a command line, everybody on the machine can read.
    const credentials = Buffer.from(`x-access-token:${token}`).toString('base64');
    await git(root, push, {
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: `http.${origin.webURL}/.extraHeader`,
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${credentials}`,
      GIT_CONFIG_KEY_1: 'credential.helper',
      GIT_CONFIG_VALUE_1: '',
    });
  }
}
