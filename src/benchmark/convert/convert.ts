import { matchesGlob } from 'node:path';
import { HuxleyError } from '../../model/error.ts';
import { loadSuiteFolder } from '../directory/load-suite.ts';
import { KATA_FOLDER } from '../kata/folder.ts';
import { fetchRows, isTaskRepository, type Rows, readRows } from '../swebench/instance/sources.ts';
import { HARBOR } from '../tree-digest.ts';
import { fromFolderTask } from './from-folder.ts';
import { fromInstance } from './from-swebench.ts';
import type { ConvertedTask } from './harbor-task.ts';

export interface ConvertOptions {
  readonly path?: string;
  readonly tasks?: string;
  /** Image of converted folder tasks, instead of one that is built from Debian's packages. */
  readonly base?: string;
}

export interface Converted {
  readonly tasks: readonly ConvertedTask[];
  /** One for each task that could not be converted, naming it and the reason. */
  readonly problems: readonly HuxleyError[];
}

/**
 * Tasks of any format that is read here as folders in Harbor's.
 * @throws HuxleyError `convert.suite` for a suite that has no such form
 */
export async function convertSuite(name: string, { path, tasks: glob, base }: ConvertOptions): Promise<Converted> {
  const isWanted = (id: string) => glob === undefined || matchesGlob(id, glob);
  const rows = await rowsOfSuite(name, path);
  if (rows) {
    const wanted = rows.instances.filter(({ id }) => isWanted(id));
    return collect(
      wanted.map((instance) => async () => fromInstance(instance, name)),
      rows.problems,
    );
  }
  const { tasks, problems } = await loadSuiteFolder(name === 'kata' ? KATA_FOLDER : name);
  const wanted = tasks.filter(({ id }) => isWanted(id));
  return collect(
    wanted.map((task) => () => fromFolderTask(task, name, base ?? null)),
    problems,
  );
}

async function rowsOfSuite(name: string, path: string | undefined): Promise<Rows | null> {
  const refuse = (what: string, remedy: string): never => {
    throw new HuxleyError('convert.suite', `${name} ${what}`, remedy);
  };
  if (name.startsWith(HARBOR)) refuse('is already in Harbor’s format', 'Use the folder as it is.');
  if (name === 'polyglot')
    refuse(
      'has no form that another tool would grade alike: its tests are compared with mutated copies of themselves',
      'Use Harbor’s own adapter for Aider’s Polyglot.',
    );
  if (/^swe-bench(\/.*)?$/.test(name))
    return path === undefined ? await fetchRows(name.slice('swe-bench/'.length) || 'verified') : await readRows(path);
  return /\.jsonl?$/.test(name) || (await isTaskRepository(name)) ? await readRows(name) : null;
}

async function collect(
  work: readonly (() => Promise<ConvertedTask>)[],
  before: readonly HuxleyError[],
): Promise<Converted> {
  const tasks = new Map<string, ConvertedTask>();
  const problems = [...before];
  for (const convert of work) {
    try {
      const task = await convert();
      if (tasks.has(task.folder))
        throw new HuxleyError(
          'convert.task',
          `${task.folder}: two tasks map to this folder`,
          'Convert them one by one with --tasks.',
        );
      tasks.set(task.folder, task);
    } catch (error) {
      if (!(error instanceof HuxleyError)) throw error;
      problems.push(error);
    }
  }
  return { tasks: [...tasks.values()], problems };
}
