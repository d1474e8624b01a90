import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HuxleyError } from '../../model/error.ts';
import { type DirectoryTask, loadTask } from './load-task.ts';

export interface LoadedFolder {
  readonly tasks: readonly DirectoryTask[];
  /** One for each task folder that could not be used; the others go on. */
  readonly problems: readonly HuxleyError[];
}

/** A task's name: becomes part of file names, labels and reports. */
const TASK_NAME = /^[a-z0-9][a-z0-9._-]{0,79}$/;

/**
 * Reads every task of a suite folder, sorted by id. Folders that start with a dot or an underscore and plain files are no tasks.
 * @throws HuxleyError `suite.folder` when the folder cannot be read or holds no folder at all.
 */
export async function loadSuiteFolder(folder: string): Promise<LoadedFolder> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw new HuxleyError('suite.folder', `${folder}: cannot be read as a suite folder`, 'Check the path.', { cause });
  });
  const names = entries.filter((entry) => entry.isDirectory() && !/^[._]/.test(entry.name)).map(({ name }) => name);
  if (names.length === 0)
    throw new HuxleyError(
      'suite.folder',
      `${folder}: holds no task folder`,
      'Add one folder a task; see docs/suites.md.',
    );
  const settled = await Promise.all(
    names.sort().map(async (name): Promise<DirectoryTask | HuxleyError> => {
      try {
        if (!TASK_NAME.test(name))
          throw new HuxleyError(
            'suite.task',
            `${join(folder, name)}: isn’t a task name`,
            'Use lower-case letters, digits, dot, dash and underscore, at most 80.',
          );
        return await loadTask(join(folder, name), name);
      } catch (error) {
        if (error instanceof HuxleyError) return error;
        throw error;
      }
    }),
  );
  return {
    tasks: settled.filter((one): one is DirectoryTask => !(one instanceof HuxleyError)),
    problems: settled.filter((one): one is HuxleyError => one instanceof HuxleyError),
  };
}
