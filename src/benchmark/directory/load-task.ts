import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import { type Sites, sitesSchema } from './falsify.ts';
import { readFolder } from './read-folder.ts';
import { type RehearsalFile, rehearsalFileSchema, type TaskFile, TESTS_FOLDER, taskFileSchema } from './schema.ts';

/** One task of a folder suite, read and checked. */
export interface DirectoryTask {
  readonly id: string;
  readonly file: TaskFile;
  /** What only the rehearsal model reads; without a `rehearsal.yml` it answers at once. */
  readonly rehearsal: RehearsalFile;
  readonly instruction: string;
  readonly workspace: readonly FileEntry[];
  /** Hidden tests, and copies of them, written by hand, that no right solution passes; paths relative to `tests/`. */
  readonly tests: readonly FileEntry[];
  readonly canary: readonly FileEntry[];
  /** The reference solution and a plausible wrong draft: changed files, relative to the workspace. */
  readonly solution: readonly FileEntry[];
  readonly draft: readonly FileEntry[];
  /** Ids of the hidden tests that must run and pass; empty until a validated oracle run has locked them. */
  readonly expected: readonly string[];
  /** Where the tests can be made false, for those that need a canary and have none by hand; found with `expected`. */
  readonly sites: Sites | null;
}

/** The lock file with the expected test ids, one a line. */
export const EXPECTED_FILE = 'expected.txt';
/** The lock file with the lines that can be made false. */
export const SITES_FILE = 'falsifiable.json';

/**
 * Reads one task folder.
 * @throws HuxleyError `suite.task` or `suite.file`, naming file and field.
 */
export async function loadTask(folder: string, id: string): Promise<DirectoryTask> {
  const file = await readYaml(join(folder, 'task.yml'), taskFileSchema);
  const rehearsal = await readRehearsal(join(folder, 'rehearsal.yml'));
  const instruction = await readText(join(folder, 'instruction.md'));
  if (instruction.trim() === '')
    throw broken(join(folder, 'instruction.md'), 'is empty', 'Write the problem statement the agent reads.');
  const [workspace, tests, canary, solution, draft] = await Promise.all(
    ['workspace', 'tests', 'canary', 'solution', 'draft'].map((name) => readFolder(join(folder, name))),
  );
  const task = { id, file, rehearsal, instruction, workspace, tests, canary, solution, draft } as DirectoryTask;
  checkFolders(folder, task);
  return { ...task, expected: await readExpected(folder), sites: await readSites(folder) };
}

function checkFolders(folder: string, task: DirectoryTask): void {
  if (task.tests.length === 0)
    throw broken(join(folder, 'tests'), 'holds no file', 'Add the hidden tests; a task without tests grades nothing.');
  const reserved = task.workspace.find(({ path }) => path.startsWith(`${TESTS_FOLDER}/`));
  if (reserved)
    throw broken(
      join(folder, 'workspace', reserved.path),
      'is where the hidden tests are placed',
      `Put visible checks somewhere other than ${TESTS_FOLDER}/.`,
    );
  const allowed = new Set(task.file.solution);
  for (const part of ['solution', 'draft'] as const) {
    const stray = task[part].find(({ path }) => !allowed.has(path));
    if (stray)
      throw broken(
        join(folder, part, stray.path),
        'is not among the solution files',
        'List it under `solution` in task.yml, or remove it.',
      );
  }
  if (task.solution.length === 0)
    throw broken(join(folder, 'solution'), 'holds no file', 'Add the reference solution: the oracle gate needs it.');
  const missing = task.rehearsal.neighbours.find((path) => !task.workspace.some((file) => file.path === path));
  if (missing)
    throw broken(
      join(folder, 'rehearsal.yml'),
      `neighbours: ${missing} is not in workspace/`,
      'Name files of the workspace that the statement points to.',
    );
}

async function readRehearsal(path: string): Promise<RehearsalFile> {
  return (await stat(path).catch(() => null)) ? readYaml(path, rehearsalFileSchema) : rehearsalFileSchema.parse({});
}

async function readYaml<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const document = parseDocument(await readText(path));
  const syntax = document.errors[0];
  if (syntax) throw broken(path, `is not YAML: ${syntax.message.split('\n')[0]}`, 'Fix the syntax.');
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  throw broken(path, problems.join('; '), 'See docs/suites.md for every field of a task.');
}

async function readExpected(folder: string): Promise<readonly string[]> {
  const path = join(folder, EXPECTED_FILE);
  if (!(await stat(path).catch(() => null))) return [];
  const ids = (await readText(path)).split('\n').filter((line) => line !== '');
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice) throw broken(path, `names the test ${JSON.stringify(twice)} twice`, 'Give every test its own name.');
  return ids;
}

async function readSites(folder: string): Promise<Sites | null> {
  const path = join(folder, SITES_FILE);
  if (!(await stat(path).catch(() => null))) return null;
  const remedy = 'Lock the task again: npm run lock -- FOLDER.';
  try {
    return sitesSchema.parse(JSON.parse(await readText(path)));
  } catch (error) {
    if (error instanceof HuxleyError) throw error;
    throw broken(path, 'is damaged', remedy);
  }
}

async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw broken(path, missing ? 'is missing' : 'cannot be read as UTF-8 text', 'Add it as UTF-8 text.');
  }
}

function broken(place: string, what: string, remedy: string): HuxleyError {
  return new HuxleyError('suite.task', `${place}: ${what}`, remedy);
}
