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
import { type DirectoryTask, EXPECTED_FILE } from './load-task.ts';
import { planOf, WORKDIR } from './plan.ts';

/**
 * Opens a folder of tasks as a suite. Tasks that are broken, or whose expected test ids nobody locked yet, are left out and named.
 * @param image reference of the image that grades tasks without one of their own.
 */
export async function openDirectory(name: string, folder: string, image: string): Promise<FilesSuite> {
  const loaded = await loadSuiteFolder(folder);
  const usable = loaded.tasks.filter(({ expected }) => expected.length > 0);
  const unlocked = loaded.tasks
    .filter(({ expected }) => expected.length === 0)
    .map(
      ({ id }) =>
        new HuxleyError(
          'suite.task',
          `${join(folder, id, EXPECTED_FILE)}: no expected test ids`,
          'Lock them by running the reference solution: npm run lock -- FOLDER.',
        ),
    );
  const tasks = new Map(usable.map((task) => [task.id, task]));
  const find = (id: TaskId): DirectoryTask => {
    const task = tasks.get(id);
    if (!task) throw new HuxleyError('suite.unknown', `${name} has no task ${id}`, 'List the tasks of the suite.');
    return task;
  };
  return {
    name,
    digest: digestTasks(usable),
    problems: [...loaded.problems, ...unlocked],
    list: () => usable.map(publicPart),
    workspace: async (id) => find(id).workspace,
    grade: (id: TaskId, files: readonly FileEntry[], sandbox: Sandbox, signal?: AbortSignal): Promise<Grade> =>
      grade(planOf(find(id), image, files), sandbox, signal),
    reference: async (id, kind) => referenceOf(find(id), kind),
  };
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
