import { readFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { projectPath } from '../../../environment/project.ts';
import type { FileEntry } from '../../../model/file.ts';
import type { Sites } from '../../directory/falsify.ts';
import { EXPECTED_FILE, SITES_FILE } from '../../directory/load-task.ts';
import { TESTS_FOLDER, taskFileSchema } from '../../directory/schema.ts';
import { MOST_SOLUTION_FILES } from '../history/choose.ts';
import { isPython, partOf } from '../history/paths.ts';
import type { Snapshot } from '../history/snapshot.ts';
import { type TestCommand, TO_TAP } from '../tests/runner.ts';
import { PYTHON_MODULES } from './environment.ts';

/** A candidate as a task of a folder; everything but its locks. */
export interface MinedTask {
  /** Of `task.yml`. */
  readonly file: Readonly<Record<string, unknown>>;
  /** Where the repository lies in the workspace: empty, or the name of a folder. */
  readonly root: string;
  readonly workspace: readonly FileEntry[];
  readonly tests: readonly FileEntry[];
  readonly solution: readonly FileEntry[];
}

/** Where a copy of the repository is that the tests may write to, the hidden ones laid over it. */
const RUN = '/tmp/run';

/** A line for `sh` in the workspace: the tests in a copy of the repository. */
function shellLine(command: TestCommand, run: readonly string[], root: string, installed: string | null): string {
  const clean = root === '' ? `rm -rf ${RUN}/${TESTS_FOLDER} && ` : '';
  const copy = `mkdir ${RUN} && cp -R ${root || '.'}/. ${RUN} && ${clean}cp -R ${TESTS_FOLDER}/. ${RUN} && cd ${RUN} || exit 1`;
  return [copy, ...testLines(command, run, RUN, installed)].join('\n');
}

/**
 * Lines for `sh` in a copy of the repository that the tests are laid over: what runs them, with what they depend on.
 * @param installed the folder of the image that holds `node_modules`, where that is not its root
 */
export function testLines(
  { line, results }: TestCommand,
  run: readonly string[],
  folder: string,
  installed: string | null,
): readonly string[] {
  const files = run.map((path) => `'${path.replaceAll("'", `'\\''`)}'`).join(' ');
  const modules = `${installed ?? ''}/node_modules`;
  return [
    // A folder of its own, since tools write caches there, and some look nowhere else.
    `[ -d ${modules} ] && mkdir -p node_modules && ln -s ${modules}/* ${modules}/.bin node_modules/`,
    `export PATH="${folder}/node_modules/.bin:$PATH" PYTHONPATH="${folder}:${folder}/src:/${PYTHON_MODULES}" CI=1`,
    line.replaceAll('{files}', files),
    // For a person who wants to know why: what counts is the file.
    `tail -c 60000 "$HUXLEY_REPORT/${results.file}"`,
  ];
}

export function languageOf(run: readonly string[]): string {
  if (run.every(isPython)) return 'python';
  return run.some((path) => /\.[cm]?tsx?$/.test(path)) ? 'typescript' : 'javascript';
}

/** The script that a command makes TAP with, if it does. */
export async function toTap({ line }: TestCommand): Promise<readonly FileEntry[]> {
  if (!line.includes(TO_TAP)) return [];
  const content = await readFile(projectPath('src', 'benchmark', 'mine', 'tests', 'to-tap.mjs'));
  return [{ path: TO_TAP, content, executable: false }];
}

/**
 * @param image reference of the image; null for the sandbox image
 * @param installed the folder of the image that holds `node_modules`, where that is not its root
 */
export async function folderTask(
  { parent, solution, tests }: Snapshot,
  command: TestCommand,
  run: readonly string[],
  {
    image,
    installed,
    seconds,
  }: { readonly image: string | null; readonly installed: string | null; readonly seconds: number },
): Promise<MinedTask> {
  const root = parent.some(({ path }) => path === TESTS_FOLDER || path.startsWith(`${TESTS_FOLDER}/`)) ? 'repo' : '';
  const inRoot = (path: string) => (root === '' ? path : `${root}/${path}`);
  const place = (files: readonly FileEntry[]) => files.map((file) => ({ ...file, path: inRoot(file.path) }));
  return {
    root,
    file: {
      language: languageOf(run),
      solution: solutionPaths(parent, solution).map(inRoot),
      runner: 'command',
      command: shellLine(command, run, root, installed),
      results: command.results,
      testSeconds: seconds,
      ...(image === null ? {} : { image }),
    },
    workspace: place(parent),
    tests: [...tests, ...(await toTap(command))],
    solution: place(solution),
  };
}

/** What the fix writes, and as much of the other source, nearest first, as a task may name: the list is no hint where there is little. */
export function solutionPaths(parent: readonly FileEntry[], solution: readonly FileEntry[]): readonly string[] {
  const fix = solution.map(({ path }) => path);
  const folders = new Set(fix.map((path) => path.slice(0, path.lastIndexOf('/') + 1)));
  const others = parent
    .map(({ path }) => path)
    .filter((path) => partOf(path) === 'source' && !fix.includes(path))
    .toSorted((a, b) => Number(isNear(b, folders)) - Number(isNear(a, folders)) || (a < b ? -1 : 1));
  return [...fix, ...others].slice(0, MOST_SOLUTION_FILES).toSorted();
}

function isNear(path: string, folders: ReadonlySet<string>): boolean {
  return folders.has(path.slice(0, path.lastIndexOf('/') + 1));
}

/** Every file of the task's folder. */
export function filesOf(
  { file, workspace, tests, solution }: MinedTask,
  instruction: string,
  locks: { readonly expected: readonly string[]; readonly sites: Sites },
): readonly FileEntry[] {
  const text = (path: string, content: string): FileEntry => ({
    path,
    content: Buffer.from(content),
    executable: false,
  });
  const below = (folder: string, files: readonly FileEntry[]) =>
    files.map((one) => ({ ...one, path: `${folder}/${one.path}` }));
  return [
    text('task.yml', stringify(file, { lineWidth: 0 })),
    text('instruction.md', instruction),
    text(EXPECTED_FILE, `${locks.expected.join('\n')}\n`),
    text(SITES_FILE, `${JSON.stringify(locks.sites)}\n`),
    ...below('workspace', workspace),
    ...below('tests', tests),
    ...below('solution', solution),
  ];
}

/** Why the schema of tasks would refuse this one; null for nothing. */
export function refusedBySchema({ file }: MinedTask): string | null {
  const { error } = taskFileSchema.safeParse(file);
  return error === undefined
    ? null
    : error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}
