import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { type GitObject, ObjectReader } from './batch.ts';
import { type CommitInfo, type Identity, parseCommit } from './commit.ts';
import { CommitGraph } from './graph.ts';
import { writeRefFile } from './ref-file.ts';
import { git, tryGit } from './run.ts';
import { parseTree, type TreeEntry } from './tree.ts';
import { mergeTreesSimply } from './tree-merge.ts';

const compress = promisify(deflate);

export interface TreeChange {
  readonly path: string;
  readonly mode: string;
  /** `null` removes the path. */
  readonly sha: string | null;
}

export interface MergeOutcome {
  /** The merged tree, or `null` where the two sides conflict. */
  readonly tree: string | null;
}

export interface Ref {
  readonly name: string;
  readonly sha: string;
  readonly type: string;
}

/** One bare repository on disk. */
export class GitRepository {
  readonly dir: string;
  readonly #reader: ObjectReader;
  readonly #graph: CommitGraph;

  constructor(dir: string) {
    this.dir = dir;
    this.#reader = new ObjectReader(dir);
    const list = async () => lines(await this.run(['rev-list', '--all', '--parents']));
    this.#graph = new CommitGraph((sha) => this.commit(sha), list);
  }

  async init(defaultBranch: string): Promise<void> {
    await mkdir(this.dir, { recursive: true });
    await git(this.dir, ['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, '--template=']);
    await writeFile(
      join(this.dir, 'config'),
      [
        '[core]\n\tbare = true\n\trepositoryformatversion = 0',
        '[gc]\n\tauto = 0',
        '[http]\n\treceivepack = true',
        '[receive]\n\tautogc = false\n\tdenyDeleteCurrent = refuse\n\thideRefs = refs/pull\n\tfsckObjects = true',
        '[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true',
        '',
      ].join('\n'),
    );
  }

  close(): void {
    this.#reader.close();
  }

  run(args: readonly string[], options?: { input?: string | Uint8Array; env?: Record<string, string> }) {
    return git(this.dir, args, options);
  }

  read(name: string): Promise<GitObject | undefined> {
    return this.#reader.read(name);
  }

  /** The commit a ref, branch name or (short) SHA stands for. */
  async resolve(name: string): Promise<string | undefined> {
    for (const candidate of [name, `refs/heads/${name}`, `refs/tags/${name}`]) {
      const sha = (await this.read(`${candidate}^{commit}`))?.sha;
      if (sha !== undefined) return sha;
    }
    return undefined;
  }

  async refSha(ref: string): Promise<string | undefined> {
    return (await this.read(ref))?.sha;
  }

  async commit(sha: string): Promise<CommitInfo | undefined> {
    const object = await this.read(sha);
    return object?.type === 'commit' ? parseCommit(object.sha, object.content) : undefined;
  }

  async tree(name: string): Promise<{ sha: string; entries: TreeEntry[] } | undefined> {
    // `<commit>:<path>` cannot be peeled: git would take `^{tree}` for a part of the path.
    const object = await this.read(name.includes(':') ? name : `${name}^{tree}`);
    return object?.type === 'tree' ? { sha: object.sha, entries: parseTree(object.content) } : undefined;
  }

  /** Refs under the prefixes, by name. */
  async refs(...prefixes: readonly string[]): Promise<Ref[]> {
    const out = await this.run(['for-each-ref', '--format=%(objectname) %(objecttype) %(refname)', ...prefixes]);
    return lines(out).map((line) => {
      const [sha = '', type = '', ...name] = line.split(' ');
      return { sha, type, name: name.join(' ') };
    });
  }

  /** Moves a ref from `before` to `after`; `null` stands for no ref. Throws when it no longer is at `before`. */
  async updateRef(ref: string, after: string | null, before: string | null): Promise<void> {
    if (after === null) {
      await this.run(['update-ref', '-d', ref, before ?? '']);
      return;
    }
    const check = async () => {
      if ((await this.refSha(ref)) !== (before ?? undefined))
        throw new Error(`${ref} is not at ${before ?? 'nothing'}`);
    };
    if (!(await writeRefFile(this.dir, ref, after, check)))
      await this.run(['update-ref', ref, after, before ?? '0'.repeat(40)]);
  }

  /** Points a ref somewhere, wherever it was. */
  async setRef(ref: string, sha: string): Promise<void> {
    if (!(await writeRefFile(this.dir, ref, sha, async () => undefined))) await this.run(['update-ref', ref, sha]);
  }

  async writeObject(type: 'blob' | 'tree' | 'commit', content: Uint8Array): Promise<string> {
    const data = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
    const sha = createHash('sha1').update(data).digest('hex');
    const folder = join(this.dir, 'objects', sha.slice(0, 2));
    const path = join(folder, sha.slice(2));
    if (existsSync(path)) return sha;
    const temporary = join(this.dir, 'objects', `tmp_${randomUUID()}`);
    await mkdir(folder, { recursive: true });
    await writeFile(temporary, await compress(data), { mode: 0o444 });
    await rename(temporary, path);
    return sha;
  }

  /** Makes a commit object; `sign` gives the signature that goes into it. */
  commitTree(commit: {
    tree: string;
    parents: readonly string[];
    message: string;
    author: Identity;
    committer: Identity;
    sign?: ((payload: string) => string) | undefined;
  }): Promise<string> {
    const who = ({ name, email, date }: Identity) =>
      `${name.replaceAll(/[<>\n\0]/g, '')} <${email.replaceAll(/[<>\n\0]/g, '')}> ${Math.floor(Date.parse(date) / 1000)} +0000`;
    const head = [
      `tree ${commit.tree}`,
      ...commit.parents.map((parent) => `parent ${parent}`),
      `author ${who(commit.author)}`,
      `committer ${who(commit.committer)}`,
    ];
    const textOf = (more: readonly string[]) => [...head, ...more, '', commit.message].join('\n');
    const signature = commit.sign?.(textOf([]));
    const text = textOf(signature === undefined ? [] : [`gpgsig ${signature.replaceAll('\n', '\n ')}`]);
    return this.writeObject('commit', Buffer.from(text));
  }

  /** The tree that `base` (`null`: nothing) becomes with the changes. */
  async writeTree(base: string | null, changes: readonly TreeChange[]): Promise<string> {
    const index = join(this.dir, `index-${randomUUID()}`);
    const env = { GIT_INDEX_FILE: index };
    try {
      await this.run(base === null ? ['read-tree', '--empty'] : ['read-tree', base], { env });
      const input = changes
        .map(({ path, mode, sha }) => (sha === null ? `0 ${'0'.repeat(40)}\t${path}\0` : `${mode} ${sha}\t${path}\0`))
        .join('');
      await this.run(['update-index', '-z', '--add', '--replace', '--index-info'], { env, input });
      return lines(await this.run(['write-tree'], { env }))[0]!;
    } finally {
      await rm(index, { force: true });
    }
  }

  /** Merges two commits' trees, three-way, as `git merge` would. */
  async mergeTrees(ours: string, theirs: string): Promise<MergeOutcome> {
    const simple = await this.#mergeSimply(ours, theirs);
    if (simple !== undefined) return { tree: simple };
    const { code, stdout, stderr } = await tryGit(this.dir, [
      'merge-tree',
      '--write-tree',
      '--no-messages',
      ours,
      theirs,
    ]);
    if (code > 1) throw new Error(`git merge-tree failed with ${code}: ${stderr.trim()}`);
    return { tree: code === 0 ? lines(stdout)[0]! : null };
  }

  async #mergeSimply(ours: string, theirs: string): Promise<string | undefined> {
    const base = await this.#graph.mergeBase(ours, theirs);
    if (typeof base !== 'string') return undefined;
    const [old, left, right] = await Promise.all([base, ours, theirs].map((sha) => this.commit(sha)));
    const trees = {
      read: async (sha: string) => (await this.read(sha))!.content,
      write: (content: Buffer) => this.writeObject('tree', content),
    };
    return mergeTreesSimply(trees, old!.tree, left!.tree, right!.tree);
  }

  async mergeBase(a: string, b: string): Promise<string | undefined> {
    const known = await this.#graph.mergeBase(a, b);
    if (known !== undefined) return known ?? undefined;
    return lines((await tryGit(this.dir, ['merge-base', a, b])).stdout)[0];
  }

  async isAncestor(ancestor: string, of: string): Promise<boolean> {
    const known = await this.#graph.ancestors(of);
    return known?.has(ancestor) ?? (await tryGit(this.dir, ['merge-base', '--is-ancestor', ancestor, of])).code === 0;
  }

  /** Commits of `after` that `before` does not have, newest first. */
  async newCommits(before: string, after: string): Promise<string[]> {
    const known = await this.#graph.ancestors(before);
    const all = await this.#graph.ancestors(after);
    if (known === undefined || all === undefined) return this.revList(`${before}..${after}`);
    return [...all].filter((sha) => !known.has(sha));
  }

  /** Commits reachable by the range's arguments, newest first unless told otherwise. */
  async revList(...args: readonly string[]): Promise<string[]> {
    return lines(await this.run(['rev-list', ...args]));
  }
}

export const lines = (out: Buffer): string[] =>
  out
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
