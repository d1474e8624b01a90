import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HuxleyError } from '../../model/error.ts';

/** A task's name: becomes part of file names, labels and reports. */
const TASK_NAME = /^[a-z0-9][a-z0-9._-]{0,79}$/;

export interface LoadedFolders<Task> {
  readonly tasks: readonly Task[];
  /** One for each task folder that could not be used; the others go on. */
  readonly problems: readonly HuxleyError[];
}

/**
 * Loads every task of a suite folder, sorted by id. Folders that start with a dot or an underscore and plain files are no tasks.
 * @throws HuxleyError `suite.folder` when the folder cannot be read or holds no folder at all.
 */
export async function loadTaskFolders<Task>(
  folder: string,
  load: (folder: string, id: string) => Promise<Task>,
): Promise<LoadedFolders<Task>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw new HuxleyError('suite.folder', `${folder}: cannot be read as a suite folder`, 'Check the path.', { cause });
  });
  const names = entries.filter((entry) => entry.isDirectory() && !/^[._]/.test(entry.name)).map(({ name }) => name);
  if (names.length === 0)
    throw new HuxleyError(
      'suite.folder',
      `${folder}: holds no task folder`,
      'Add one folder per task; see docs/suites.md.',
    );
  const tasks: Task[] = [];
  const problems: HuxleyError[] = [];
  const settled = await Promise.allSettled(
    names.sort().map(async (name) => {
      if (TASK_NAME.test(name)) return await load(join(folder, name), name);
      throw new HuxleyError(
        'suite.task',
        `${join(folder, name)}: isn’t a task name`,
        'Use lower-case letters, digits, dot, dash and underscore, at most 80.',
      );
    }),
  );
  for (const one of settled)
    if (one.status === 'fulfilled') tasks.push(one.value);
    else if (one.reason instanceof HuxleyError) problems.push(one.reason);
    else throw one.reason;
  return { tasks, problems };
}
