import { type DirectoryTask, loadTask } from './load-task.ts';
import { type LoadedFolders, loadTaskFolders } from './task-folders.ts';

/** Every task of a suite folder. @throws HuxleyError `suite.folder` */
export function loadSuiteFolder(folder: string): Promise<LoadedFolders<DirectoryTask>> {
  return loadTaskFolders(folder, loadTask);
}
