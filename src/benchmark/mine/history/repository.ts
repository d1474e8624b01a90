import { execFile, spawn } from 'node:child_process';
import { HuxleyError, messageOf } from '../../../model/error.ts';
import {
  type Change,
  type Commit,
  isCatchingUp,
  LOG_FORMAT,
  parseChanges,
  parseLog,
  parseTree,
  type TreeEntry,
} from './commit.ts';

const MOST_BYTES = 512 * 1024 * 1024;

/** Nothing that a repository, or the machine's own settings, could have git start; no question, nothing fetched. */
const QUIET = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'log.showSignature=false',
  '--no-pager',
];
const ENVIRONMENT = {
  // What a hook's shell has set would name another repository.
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C.UTF-8',
};

/** A git repository's history, read from its objects: nothing is checked out, and nothing of it runs. */
export class Repository {
  readonly #folder: string;

  /** @param folder a checkout, or a bare repository */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The first parents of HEAD, newest first, and the commits that a merge which only catches up brought along.
   * @throws HuxleyError `mine.repo`
   */
  async commits(options: { readonly since?: string; readonly until?: string }): Promise<readonly Commit[]> {
    const between = [
      ...(options.since === undefined ? [] : [`--since=${options.since}`]),
      ...(options.until === undefined ? [] : [`--until=${options.until}`]),
    ];
    const log = async (...args: string[]) =>
      parseLog(await this.#git('log', '-z', '--encoding=UTF-8', `--format=${LOG_FORMAT}`, ...between, ...args));
    const found = new Map<string, Commit>();
    for (const commit of await log('--first-parent', 'HEAD', '--')) {
      found.set(commit.sha, commit);
      if (!isCatchingUp(commit)) continue;
      for (const inner of await log('--no-merges', `${commit.parents[0]}..${commit.sha}`, '--'))
        found.set(inner.sha, inner);
    }
    return [...found.values()];
  }

  /** What a commit changes against its first parent. */
  async changes({ sha, parents }: Commit): Promise<readonly Change[]> {
    if (parents[0] === undefined) return [];
    return parseChanges(
      await this.#git('diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', parents[0], sha),
    );
  }

  async tree(commit: string): Promise<readonly TreeEntry[]> {
    return parseTree(await this.#git('ls-tree', '-r', '-z', '-l', '--full-tree', commit));
  }

  /** The content of blobs by their ids. */
  async read(ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    const output = await this.#batch([...new Set(ids)]);
    const contents = new Map<string, Buffer>();
    for (let at = 0; at < output.length; ) {
      const end = output.indexOf(10, at);
      const [id, type, size] = output.toString('latin1', at, end).split(' ');
      if (type !== 'blob') throw refused(`the object ${id} is missing`);
      at = end + 1 + Number(size);
      contents.set(id!, output.subarray(end + 1, at));
      at++;
    }
    return contents;
  }

  async #batch(ids: readonly string[]): Promise<Buffer> {
    const git = spawn('git', [...QUIET, '-C', this.#folder, 'cat-file', '--batch'], {
      env: { ...process.env, ...ENVIRONMENT },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    git.stdin.on('error', () => undefined).end(ids.map((id) => `${id}\n`).join(''));
    for await (const chunk of git.stdout) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  #git(...args: string[]): Promise<string> {
    return new Promise((done, fail) => {
      execFile(
        'git',
        [...QUIET, '-C', this.#folder, ...args],
        { maxBuffer: MOST_BYTES, encoding: 'utf8', env: { ...process.env, ...ENVIRONMENT } },
        (error, stdout, stderr) => (error === null ? done(stdout) : fail(refused(stderr.trim() || messageOf(error)))),
      );
    });
  }
}

function refused(why: string): HuxleyError {
  return new HuxleyError(
    'mine.repo',
    `The repository cannot be read: ${why.slice(0, 300)}`,
    'Name a clone with its whole history: `git clone`, without --depth and --filter.',
  );
}
