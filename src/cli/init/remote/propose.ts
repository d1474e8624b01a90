import { HuxleyError } from '../../../model/error.ts';
import { shellCommand } from '../../terminal/print.ts';
import type { InitFlags } from '../flags.ts';
import { commitFiles, pushBranch } from './commit.ts';
import { Gh } from './gh.ts';
import { SETUP_BRANCH } from './names.ts';
import { openPullFrom, type Site } from './site.ts';
import { attempt, type Step } from './step.ts';

/** Where the files went. */
export interface Proposal {
  /** The branch with the commit; null where nothing was committed. */
  readonly branch: string | null;
  /** Address of the pull request; null for none. */
  readonly pull: string | null;
  /** What became of pushing and proposing; none where nothing was to be done. */
  readonly proposed: readonly Step[];
}

/** Commits the files that were written, pushes the branch, and opens a pull request, or leaves what it may not do. */
export async function propose(
  site: Site,
  paths: readonly string[],
  body: string,
  { commit, push = false }: InitFlags,
): Promise<Proposal> {
  const nothing = paths.length === 0 && site.branch !== SETUP_BRANCH;
  if (!commit || nothing) return { branch: null, pull: null, proposed: [] };
  const branch = paths.length === 0 ? SETUP_BRANCH : await commitFiles(site, paths, push);
  const { origin, access } = site;
  const gitPush = shellCommand('git', 'push', '--set-upstream', 'origin', branch);
  const remedy = [gitPush, ...(push ? [] : [new Gh(origin).pull(branch)])];
  const what = push ? `the commit on ${branch}` : `a pull request from ${branch}`;
  if (access === null) return { branch, pull: null, proposed: [{ state: 'left', what, why: site.why!, remedy }] };
  try {
    await pushBranch(site.root, origin, branch);
  } catch (error) {
    if (!(error instanceof HuxleyError)) throw error;
    // A token may do everything but this, and the person's own git may do it.
    return { branch, pull: null, proposed: [{ state: 'left', what, why: error.message, remedy }] };
  }
  if (push) return { branch, pull: null, proposed: [{ state: 'done', what: `pushed to ${branch}` }] };
  let pull = await openPullFrom(access, branch);
  const there = pull !== null;
  const step = await attempt(what, remedy.slice(1), async () => {
    const { octokit, owner, repo } = access;
    pull ??= (
      await octokit.rest.pulls.create({
        owner,
        repo,
        head: branch,
        base: site.defaultBranch,
        title: 'Set Huxley up',
        body,
      })
    ).data.html_url;
    return { state: there ? 'there' : 'done', what: `pull request ${pull}` };
  });
  return { branch, pull, proposed: [step] };
}
