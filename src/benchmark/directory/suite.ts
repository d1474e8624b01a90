import { join } from 'node:path';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import type { TaskId } from '../../model/ids.ts';
import type { Sandbox } from '../../sandbox/port.ts';
import { grade } from '../grading/grade.ts';
import type { FilesSuite, Grade, Reference, SuiteTask } from '../suite.ts';
import { cheatOf } from './cheat.ts';
import { digestTasks } from './digest.ts';
import { loadSuiteFolder } from './load-suite.ts';
import { type DirectoryTask, EXPECTED_FILE, SITES_FILE } from './load-task.ts';
import { needsCanary, planOf, WORKDIR } from './plan.ts';

/**
 * Opens a folder of tasks as a suite. Tasks that are broken, or whose expected test ids nobody locked yet, are left out and named.
 * @param image reference of the image that grades tasks without one of their own.
 * @param ready has the engine get a task's own image, unless it is there
 */
export async function openDirectory(
  name: string,
  folder: string,
  image: string,
  ready: (image: string) => Promise<unknown>,
): Promise<FilesSuite> {
  const loaded = await loadSuiteFolder(folder);
  const usable = loaded.tasks.filter((task) => missing(task) === null);
  const unlocked = loaded.tasks
    .filter((task) => missing(task) !== null)
    .map(
      (task) =>
        new HuxleyError(
          'suite.task',
          join(folder, task.id, missing(task)!),
          'Lock the task by running the reference solution: npm run lock -- FOLDER.',
        ),
    );
  const tasks = new Map(usable.map((task) => [task.id, task]));
  const find = (id: TaskId): DirectoryTask => {
    const task = tasks.get(id);
    if (!task) throw new HuxleyError('suite.unknown', `${name} has no task ${id}`, 'List the tasks of the suite.');
    return task;
  };
  const findReady = async (id: TaskId): Promise<DirectoryTask> => {
    const task = find(id);
    if (task.file.image !== undefined) await ready(task.file.image);
    return task;
  };
  return {
    name,
    digest: digestTasks(usable),
    problems: [...loaded.problems, ...unlocked],
    list: () => usable.map(publicPart),
    workspace: async (id) => (await findReady(id)).workspace,
    grade: async (id: TaskId, files: readonly FileEntry[], sandbox: Sandbox, signal?: AbortSignal): Promise<Grade> =>
      grade(planOf(await findReady(id), image, files), sandbox, signal),
    reference: async (id, kind) => referenceOf(find(id), kind),
  };
}

/** What a task lacks that `lock` makes: without a canary, results that the code under test reports itself would count. */
function missing(task: DirectoryTask): string | null {
  if (task.expected.length === 0) return `${EXPECTED_FILE}: no expected test ids`;
  const known = task.canary.length > 0 || task.sites !== null;
  return needsCanary(task) && !known ? `${SITES_FILE}: it does not say where its tests can be made false` : null;
}

function publicPart({ id, file, instruction }: DirectoryTask): SuiteTask {
  return {
    id,
    language: file.language,
    image: file.image ?? null,
    workdir: WORKDIR,
    statement: instruction,
    solutionPaths: file.solution,
    testSeconds: file.testSeconds,
  };
}

function referenceOf(task: DirectoryTask, kind: Reference): readonly FileEntry[] | null {
  switch (kind) {
    case 'oracle':
      return task.solution;
    case 'nop':
      return [];
    case 'cheat':
      return cheatOf(task);
    case 'draft':
      return task.draft.length === 0 ? null : task.draft;
  }
}
