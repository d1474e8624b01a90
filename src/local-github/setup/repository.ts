import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { noreply } from '../git/noreply.ts';
import { invalid } from '../http/failure.ts';
import { type ServerContext, timestamp } from '../server-context.ts';
import type { Repository, User } from '../store/rows.ts';

export interface NewRepository {
  readonly owner: string;
  readonly name: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly defaultBranch?: string;
  /** Files of the first commit, by path; no commit is made where left out. */
  readonly files?: Readonly<Record<string, string>>;
  /** Whether drafts may be opened (default: yes). */
  readonly drafts?: boolean;
}

const DEFAULT_LABELS: readonly (readonly [string, string, string])[] = [
  ['bug', 'd73a4a', "Something isn't working"],
  ['documentation', '0075ca', 'Improvements or additions to documentation'],
  ['enhancement', 'a2eeef', 'New feature or request'],
];

/** Makes a repository: its row, its bare git repository with the push hook, its labels and, if asked for, its first commit. */
export async function createRepository(
  hub: ServerContext,
  owner: User,
  options: Omit<NewRepository, 'owner'>,
): Promise<Repository> {
  const { store } = hub;
  const { name, files, defaultBranch = 'main' } = options;
  if (!/^[\w.-]{1,100}$/.test(name) || /^\.+$|\.git$/.test(name))
    throw invalid({ resource: 'Repository', code: 'custom', field: 'name', message: 'name is invalid' });
  if (store.repositories.find({ owner: owner.id, name }) !== undefined)
    throw invalid({
      resource: 'Repository',
      code: 'custom',
      field: 'name',
      message: 'name already exists on this account',
    });
  const now = timestamp(hub);
  const repo = store.repositories.insert({
    owner: owner.id,
    name,
    private: options.private ?? false,
    description: options.description ?? null,
    defaultBranch,
    lastNumber: 0,
    deleteBranchOnMerge: false,
    drafts: options.drafts ?? true,
    signaturesRequired: false,
    createdAt: now,
    updatedAt: now,
    pushedAt: now,
  });
  const git = hub.git(repo);
  await git.init(defaultBranch);
  const hook = join(git.dir, 'hooks', 'pre-receive');
  await mkdir(join(git.dir, 'hooks'), { recursive: true });
  await copyFile(join(import.meta.dirname, '../git/pre-receive.sh'), hook);
  await chmod(hook, 0o755);
  for (const [label, color, description] of DEFAULT_LABELS)
    store.labels.insert({ repo: repo.id, name: label, color, description });
  if (files !== undefined) {
    const changes = Object.entries(files).map(async ([path, content]) => ({
      path,
      mode: '100644',
      sha: await git.writeObject('blob', Buffer.from(content)),
    }));
    const tree = await git.writeTree(null, await Promise.all(changes));
    const author = noreply(owner, now);
    const sha = await git.commitTree({
      tree,
      parents: [],
      message: 'Initial commit',
      author,
      committer: author,
      sign: hub.signing.sign,
    });
    await git.updateRef(`refs/heads/${defaultBranch}`, sha, null);
  }
  return repo;
}
