import { stat } from 'node:fs/promises';
import { posix, resolve } from 'node:path';
import { commandLine } from '../model/command-line.ts';
import { HuxleyError } from '../model/error.ts';
import type { TaskId } from '../model/ids.ts';
import type { NetworkHosts } from '../model/network/hosts.ts';
import type { Sandbox } from '../sandbox/port.ts';
import { digestTasks } from './directory/digest.ts';
import { loadSuiteFolder } from './directory/load-suite.ts';
import { openDirectory } from './directory/suite.ts';
import { openHarbor } from './harbor/suite.ts';
import { KATA_FOLDER } from './kata/folder.ts';
import { openPolyglot } from './polyglot/suite.ts';
import type { OpenedSuite } from './suite.ts';
import { parseSuiteLock, SUITE_LOCK_PATH } from './suite-lock.ts';
import { BESIDE_ROWS, fetchRows, isTaskRepository, type Rows, readRows, rowsOf } from './swebench/instance/sources.ts';
import { sweBenchSuite } from './swebench/suite.ts';
import { digestTree, HARBOR, type ListedFile, suiteFolder, suitePath } from './tree-digest.ts';

export interface OpenOptions {
  /** The reference of an image, a built-in one's by its name; makes it ready if it has to be. */
  readonly image: (name: string) => Promise<string>;
  /** Folder that a suite's path is relative to, e.g. a checkout of the repository; the working directory by default. */
  readonly root?: string;
  /** Where the data of a suite that is not embedded lies: a checkout of Polyglot, a JSONL file or a task repository. */
  readonly path?: string;
  /** What the repository's owner lets tasks reach; nothing by default. */
  readonly network?: NetworkHosts | undefined;
  /** A sandbox, for suites whose workspaces lie in images. */
  readonly sandbox?: () => Promise<Sandbox>;
}

/** The agent's repository at the commit a run starts from. */
export interface RepositoryFiles {
  /** Null where there is no such file. */
  read(path: string): Promise<string | null>;
  list(): Promise<readonly ListedFile[]>;
}

/** What the App must know of a suite to start a run; workers open it themselves, and refuse another. */
export interface SuiteFacts {
  readonly tasks: readonly TaskId[];
  /** Names the suite's content in the journal, in orders and in the split. */
  readonly digest: string;
}

/** Suites of one kind: everything that differs between kinds, but for how they grade. */
export interface SuiteKind {
  matches(name: string): boolean;
  /** For workers and the command line. @throws HuxleyError `suite.*` */
  open(name: string, options: OpenOptions): Promise<OpenedSuite>;
  /** For the App, which opens no suite. @throws HuxleyError `suite.unknown`, `suite.empty`, `suite.lock` or `suite.row` */
  facts(name: string, repository: RepositoryFiles): Promise<SuiteFacts>;
  /** Whether the App knows such a suite by its lock alone. */
  readonly locked: boolean;
  /** What of the repository no variant may touch or see, as globs. */
  protects(name: string): readonly string[];
}

const folderOf = (name: string) => [`${name.replace(/\/+$/, '')}/**`];
const factsOfLock = async (name: string, { read }: RepositoryFiles) =>
  parseSuiteLock(await read(SUITE_LOCK_PATH), name);

/** The suite that comes with Huxley. */
const kata: SuiteKind = {
  matches: (name) => name === 'kata',
  open: async (name, { image }) => openDirectory(name, KATA_FOLDER, await image('sandbox'), image),
  facts: async () => {
    const { tasks } = await loadSuiteFolder(KATA_FOLDER);
    return { tasks: tasks.map(({ id }) => id), digest: digestTasks(tasks) };
  },
  locked: false,
  protects: folderOf,
};

const polyglot: SuiteKind = {
  matches: (name) => name === 'polyglot',
  async open(_name, { path, image }) {
    if (path !== undefined) return openPolyglot(path, await image('polyglot'));
    throw new HuxleyError(
      'suite.path',
      'polyglot needs a checkout of the benchmark',
      'Clone Aider-AI/polyglot-benchmark, check out 7e0611e, and give its folder with --path.',
    );
  },
  facts: factsOfLock,
  locked: true,
  protects: folderOf,
};

/** A published dataset in SWE-bench's format, e.g. `swe-bench/verified`, which is what `swe-bench` alone means. */
const dataset: SuiteKind = {
  matches: (name) => /^swe-bench(\/.*)?$/.test(name),
  async open(name, options) {
    const { path } = options;
    const rows =
      path === undefined ? await fetchRows(name.slice('swe-bench/'.length) || 'verified') : await readRows(path);
    return sweBench(name, rows, options);
  },
  facts: factsOfLock,
  locked: true,
  protects: folderOf,
};

/** A folder of the repository with tasks in Harbor's format. */
const harbor: SuiteKind = {
  matches: (name) => name.startsWith(HARBOR),
  async open(name, { root, sandbox = noSandbox(name), image, network = { agent: [], verifier: [] } }) {
    return openHarbor(name, resolve(root ?? '.', suitePath(name)), { image, sandbox, network });
  },
  facts: (name, repository) => factsOfFolder(name, repository, /^([^/._][^/]*)\/task\.toml$/),
  locked: false,
  protects: (name) => folderOf(suitePath(name)),
};

/** Rows in SWE-bench's format, in a file of the repository. */
const rowFile: SuiteKind = {
  matches: (name) => /\.jsonl?$/.test(name),
  open: async (name, options) => sweBench(name, await readRows(resolve(options.root ?? '.', name)), options),
  facts: (name, repository) => factsOfRows(name, repository),
  locked: false,
  protects: (name) => [name, ...BESIDE_ROWS.map((beside) => posix.join(posix.dirname(name), beside))],
};

/** A folder of tasks, or a task repository of SWE-bench, in the repository. */
const folder: SuiteKind = {
  matches: () => true,
  async open(name, options) {
    const path = resolve(options.root ?? '.', name);
    if (await isTaskRepository(path)) return sweBench(name, await readRows(path), options);
    if ((await stat(path).catch(() => null))?.isDirectory())
      return openDirectory(name, path, await options.image('sandbox'), options.image);
    throw new HuxleyError(
      'suite.unknown',
      `${name} is neither a suite nor a folder`,
      'Use kata, polyglot, swe-bench/verified, the path of a folder with one folder per task, or harbor: and one in Harbor’s format.',
    );
  },
  facts: (name, repository) => factsOfFolder(name, repository, /^(?:([^/]+)\/task\.yml|tasks\/([^/]+)\/task\.yaml)$/),
  locked: false,
  protects: folderOf,
};

/** The first that matches a name is its kind. */
const KINDS: readonly SuiteKind[] = [kata, polyglot, dataset, harbor, rowFile, folder];

export function kindOf(name: string): SuiteKind {
  return KINDS.find(({ matches }) => matches(name))!;
}

function noSandbox(name: string): () => never {
  return () => {
    throw new HuxleyError('suite.sandbox', `${name} needs Docker to read its images`, `Run ${commandLine('doctor')}.`);
  };
}

function sweBench(name: string, rows: Rows, { sandbox, image }: OpenOptions): OpenedSuite {
  if (!sandbox) return noSandbox(name)();
  const open = async (reference: string) => {
    await image(reference);
    return sandbox();
  };
  return sweBenchSuite(name, rows, open, () => image('sandbox'));
}

/** Rows named one by one. */
const MOST_NAMED = 10;

async function factsOfRows(suite: string, { read }: RepositoryFiles): Promise<SuiteFacts> {
  const text = await read(suite);
  const beside = (name: string) => read(posix.join(posix.dirname(suite), name));
  if (text === null) throw unknown(`There is no file \`${suite}\` on the default branch.`);
  const { list, digest, problems } = sweBenchSuite(suite, await rowsOf(suite, text, beside), async () => {
    throw new Error('the App opens no image');
  });
  if (problems.length > 1)
    throw new HuxleyError(
      'suite.row',
      `${problems.length} rows of \`${suite}\` cannot be used:\n${problems
        .slice(0, MOST_NAMED)
        .map(({ message }) => `- ${message}`)
        .join('\n')}${problems.length > MOST_NAMED ? `\n- and ${problems.length - MOST_NAMED} more` : ''}`,
      'Correct these rows, or leave them out.',
    );
  if (problems[0] !== undefined) throw problems[0];
  return { tasks: list().map(({ id }) => id), digest };
}

/** @param isTask a task's file below the folder; a group of it is the task's name */
async function factsOfFolder(suite: string, repository: RepositoryFiles, isTask: RegExp): Promise<SuiteFacts> {
  const prefix = suiteFolder(suite);
  const files = (await repository.list()).filter(({ path }) => path.startsWith(prefix));
  if (files.length === 0) throw unknown(`\`${prefix}\` is neither a folder on the default branch nor a suite.`);
  const tasks = files.flatMap(({ path }) => isTask.exec(path.slice(prefix.length))?.slice(1) ?? []);
  const names = tasks.filter((name) => name !== undefined).sort();
  if (names.length === 0)
    throw new HuxleyError(
      'suite.empty',
      `\`${prefix}\` holds no task: no folder in it has a ${suite.startsWith(HARBOR) ? 'task.toml' : 'task.yml'}.`,
      REMEDY,
    );
  return { tasks: names, digest: digestTree(files) };
}

const REMEDY =
  'Set `benchmark.suite` in .github/huxley.yml to `kata`, `polyglot`, `swe-bench/verified`, a folder of tasks, `harbor:FOLDER` or a file of rows (docs/suites.md).';

function unknown(what: string): HuxleyError {
  return new HuxleyError('suite.unknown', what, REMEDY);
}

/**
 * Opens a suite: `kata`, `polyglot` (a checkout at `path`), `swe-bench/<dataset>` (fetched, or read from `path`), a folder of
 * tasks, `harbor:` and a folder of tasks in Harbor's format, or SWE-bench rows in a `.jsonl` or `.json` file or a task repository.
 * @throws HuxleyError `suite.unknown` when it is neither.
 */
export async function openSuite(name: string, options: OpenOptions): Promise<OpenedSuite> {
  return kindOf(name).open(name, options);
}
