import type { World } from './world.ts';

const at = { owner: 'octo', repo: 'agent' };

interface Opened {
  readonly number: number;
  readonly branch: string;
  /** Its head, and where it left `main`. */
  readonly sha: string;
  readonly base: string;
}

interface PullSpec {
  readonly by?: keyof World['people'];
  readonly title?: string;
  readonly body?: string;
  /** Of its commits. */
  readonly message?: string;
}

/** Opens a person's pull request to `main`: the owner's from a branch of the repository, a stranger's from their fork. */
export async function openPull(
  world: World,
  branch: string,
  files: Readonly<Record<string, string>>,
  { by = 'owner', title = `Change ${branch}`, body = '', message }: PullSpec = {},
): Promise<Opened> {
  const { rest } = world.people[by];
  if (by === 'stranger') await rest.repos.createFork(at);
  const { data: main } = await rest.git.getRef({ ...homeOf(by), ref: 'heads/main' });
  const base = main.object.sha;
  await rest.git.createRef({ ...homeOf(by), ref: `refs/heads/${branch}`, sha: base });
  const sha = await pushTo(world, branch, files, by, message);
  const head = by === 'owner' ? branch : `stranger:${branch}`;
  const { data } = await rest.pulls.create({ ...at, head, base: 'main', title, body });
  return { number: data.number, branch, sha, base };
}

/** Commits files on a branch, one commit each; gives the last. */
export async function pushTo(
  world: World,
  branch: string,
  files: Readonly<Record<string, string>>,
  by: keyof World['people'] = 'owner',
  message = 'Change a file',
): Promise<string> {
  const { repos } = world.people[by].rest;
  let sha = '';
  for (const [path, text] of Object.entries(files)) {
    const place = { ...homeOf(by), path };
    const old = await repos.getContent({ ...place, ref: branch }).catch(() => undefined);
    const before = (old?.data as { sha?: string } | undefined)?.sha;
    const content = Buffer.from(text).toString('base64');
    const change = { ...place, branch, message, content, ...(before ? { sha: before } : {}) };
    sha = (await repos.createOrUpdateFileContents(change)).data.commit.sha!;
  }
  return sha;
}

function homeOf(by: keyof World['people']) {
  return by === 'owner' ? at : { owner: 'stranger', repo: 'agent' };
}
