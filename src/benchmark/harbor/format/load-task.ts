import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HuxleyError } from '../../../model/error.ts';
import type { FileEntry } from '../../../model/file.ts';
import { readFolder } from '../../directory/read-folder.ts';
import { readTaskFile, type TaskFile } from './task-file.ts';
import { unsupported } from './unsupported.ts';

/** A task in Harbor's format, read and checked. */
export interface HarborTask {
  readonly id: string;
  readonly file: TaskFile;
  readonly instruction: string;
  /** What the image is built from; of no use where the file names a `docker_image`. */
  readonly environment: readonly FileEntry[];
  /** Hidden; laid at `/tests`, `test.sh` among them. */
  readonly tests: readonly FileEntry[];
  /** The reference solution; `solve.sh` among them, or empty. */
  readonly solution: readonly FileEntry[];
}

const COMPOSE = /^(docker-)?compose\.ya?ml$/;
/** Characters of a task's file, of its statement and of a script. */
const MOST_TEXT = 1_000_000;

/**
 * Reads one task's folder.
 * @throws HuxleyError `suite.task` or `suite.file` for a task that is broken, or needs what it does not get here
 */
export async function loadHarborTask(folder: string, id: string): Promise<HarborTask> {
  const path = join(folder, 'task.toml');
  const text = await readText(path);
  const file = readTaskFile(path, text);
  const no = unsupported(path, text, file);
  if (no !== null) throw no;
  const instruction = await readText(join(folder, 'instruction.md'));
  if (instruction.trim() === '')
    throw broken(join(folder, 'instruction.md'), 'is empty', 'Write the problem statement the agent reads.');
  const [environment, tests, solution] = await Promise.all(
    ['environment', 'tests', 'solution'].map((name) => readFolder(join(folder, name))),
  );
  const task = { id, file, instruction, environment, tests, solution } as HarborTask;
  checkFolders(folder, task);
  return task;
}

function checkFolders(folder: string, { file, environment, tests, solution }: HarborTask): void {
  const compose = environment.find(({ path }) => COMPOSE.test(path));
  if (compose)
    throw broken(
      join(folder, 'environment', compose.path),
      'containers of Docker Compose are not run yet',
      'Leave the task out for now: move it out of the folder, or name it with an underscore in front.',
    );
  if (file.environment.docker_image === undefined && !has(environment, 'Dockerfile'))
    throw broken(
      join(folder, 'environment', 'Dockerfile'),
      'is missing',
      'Add it, or name a docker_image in task.toml.',
    );
  if (!has(tests, 'test.sh'))
    throw broken(join(folder, 'tests', 'test.sh'), 'is missing', 'Add the script that writes the reward.');
  if (solution.length > 0 && !has(solution, 'solve.sh'))
    throw broken(join(folder, 'solution', 'solve.sh'), 'is missing', 'Add the script that solves the task.');
}

function has(files: readonly FileEntry[], path: string): boolean {
  return files.some((file) => file.path === path);
}

async function readText(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > MOST_TEXT) throw broken(path, 'is larger than a megabyte', 'Make it shorter.');
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof HuxleyError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw broken(path, missing ? 'is missing' : 'cannot be read as UTF-8 text', 'Add it as UTF-8 text.');
  }
}

function broken(place: string, what: string, remedy: string): HuxleyError {
  return new HuxleyError('suite.task', `${place}: ${what}`, remedy);
}
