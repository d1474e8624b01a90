import { createHash } from 'node:crypto';
import { digestTasks } from '../benchmark/directory/digest.ts';
import { loadSuiteFolder } from '../benchmark/directory/load-suite.ts';
import { KATA_FOLDER } from '../benchmark/kata/folder.ts';
import type { Forge } from '../github/forge.ts';
import { HuxleyError } from '../model/error.ts';
import type { TaskId } from '../model/ids.ts';

/** What the app must know of a suite to start a run; workers load it themselves. */
export interface SuiteFacts {
  readonly tasks: readonly TaskId[];
  /** Names the suite's content in the journal and in the split. */
  readonly digest: string;
  /** The digest workers compute; null where the app cannot know it. */
  readonly workerDigest: string | null;
}

/** @throws HuxleyError `suite.unknown` or `suite.empty` */
export async function suiteFacts(forge: Forge, suite: string, tree: string): Promise<SuiteFacts> {
  if (suite === 'kata') {
    const { tasks } = await loadSuiteFolder(KATA_FOLDER);
    const digest = digestTasks(tasks);
    return { tasks: tasks.map(({ id }) => id), digest, workerDigest: digest };
  }
  const folder = `${suite.replace(/^\.\//, '').replace(/\/+$/, '')}/`;
  const files = (await forge.listFiles(tree)).filter(({ path }) => path.startsWith(folder));
  const tasks = files.flatMap(({ path }) => /^([^/]+)\/task\.yml$/.exec(path.slice(folder.length))?.[1] ?? []);
  if (tasks.length === 0)
    throw new HuxleyError(
      files.length === 0 ? 'suite.unknown' : 'suite.empty',
      files.length === 0
        ? `There is no folder \`${folder}\` on the default branch, and no suite of that name.`
        : `\`${folder}\` holds no task: no folder in it has a task.yml.`,
      'Set `benchmark.suite` in .github/huxley.yml to `kata` or to a folder of tasks (docs/suites.md).',
    );
  const hash = createHash('sha256');
  for (const { path, mode, sha } of files) hash.update(`${mode} ${sha} ${path}\n`);
  return { tasks: tasks.sort(), digest: `git:${hash.digest('hex')}`, workerDigest: null };
}
