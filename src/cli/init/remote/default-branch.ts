import { HuxleyError } from '../../../model/error.ts';
import { git, tryGit } from './git.ts';
import { SETUP_BRANCH } from './names.ts';

/**
 * The default branch where GitHub cannot be asked: as the last clone or fetch knew it, else as the remote says, else `main` or
 * `master` where one is here. What is checked out says nothing: it may be any branch.
 * @param seconds how long the remote may take
 * @throws HuxleyError `init.default`
 */
export async function defaultBranchOf(root: string, seconds = 15): Promise<string> {
  const known = await tryGit(root, ['symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD']);
  const name = known?.replace('refs/remotes/origin/', '') ?? (await saidBy(root, seconds)) ?? (await usual(root));
  if (name !== null) return mustNotBeSetup(name);
  throw new HuxleyError(
    'init.default',
    'Which branch is the default one on GitHub is not known here, and the remote `origin` does not say',
    'Set GH_TOKEN, or type `git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/BRANCH` with its name, and run this again.',
  );
}

/** What set-ups are proposed from is nothing to propose them for. @throws HuxleyError `init.default` */
export function mustNotBeSetup(name: string): string {
  if (name !== SETUP_BRANCH) return name;
  throw new HuxleyError(
    'init.default',
    `The default branch on GitHub is ${SETUP_BRANCH}, from which a set-up is proposed`,
    'Make another branch the default one in the settings of the repository, type `git remote set-head origin --auto`, and run this again.',
  );
}

/** Null where the remote does not answer in time, wants to ask for a password, or has no commit. */
async function saidBy(root: string, seconds: number): Promise<string | null> {
  const said = await git(root, ['ls-remote', '--symref', 'origin', 'HEAD'], {}, seconds).catch(() => null);
  return /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(said ?? '')?.[1] ?? null;
}

async function usual(root: string): Promise<string | null> {
  for (const name of ['main', 'master'])
    for (const ref of [`refs/remotes/origin/${name}`, `refs/heads/${name}`])
      if ((await tryGit(root, ['rev-parse', '--verify', '--quiet', ref])) !== null) return name;
  return null;
}
