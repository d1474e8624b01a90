import type { ActionsWorld } from './actions-world.ts';

/** Commits one file to a branch over REST; a branch that is new starts at `from`. Returns the commit. */
export async function commitFile(
  { octokit, at }: Pick<ActionsWorld, 'octokit' | 'at'>,
  branch: string,
  path: string,
  content: string,
  message: string,
  from = 'main',
): Promise<string> {
  const { git } = octokit.rest;
  const find = (name: string) =>
    git.getRef({ ...at, ref: `heads/${name}` }).then(
      ({ data }) => data.object.sha,
      () => null,
    );
  const existing = await find(branch);
  const parent = existing ?? (await find(from))!;
  const base = (await git.getCommit({ ...at, commit_sha: parent })).data.tree.sha;
  const tree = [{ path, content, mode: '100644', type: 'blob' } as const];
  const made = (await git.createTree({ ...at, base_tree: base, tree })).data.sha;
  const { sha } = (await git.createCommit({ ...at, message, tree: made, parents: [parent] })).data;
  if (existing) await git.updateRef({ ...at, ref: `heads/${branch}`, sha });
  else await git.createRef({ ...at, ref: `refs/heads/${branch}`, sha });
  return sha;
}
