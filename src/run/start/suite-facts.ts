import { digestTasks } from '../../benchmark/directory/digest.ts';
import { loadSuiteFolder } from '../../benchmark/directory/load-suite.ts';
import { KATA_FOLDER } from '../../benchmark/kata/folder.ts';
import { needsLock, parseSuiteLock, SUITE_LOCK_PATH } from '../../benchmark/suite-lock.ts';
import { isRowFile, rowsOf } from '../../benchmark/swebench/instance/sources.ts';
import { sweBenchSuite } from '../../benchmark/swebench/suite.ts';
import { digestTree, suiteFolder } from '../../benchmark/tree-digest.ts';
import type { Forge } from '../../github/forge.ts';
import { HuxleyError } from '../../model/error.ts';
import type { Sha, TaskId } from '../../model/ids.ts';

/** What the App must know of a suite to start a run; workers open it themselves, and refuse another. */
export interface SuiteFacts {
  readonly tasks: readonly TaskId[];
  /** Names the suite's content in the journal, in orders and in the split. */
  readonly digest: string;
}

/** @throws HuxleyError `suite.unknown`, `suite.empty`, `suite.lock` or `suite.row` */
export async function suiteFacts(
  forge: Forge,
  suite: string,
  { sha, tree }: { readonly sha: Sha; readonly tree: Sha },
): Promise<SuiteFacts> {
  if (suite === 'kata') {
    const { tasks } = await loadSuiteFolder(KATA_FOLDER);
    return { tasks: tasks.map(({ id }) => id), digest: digestTasks(tasks) };
  }
  if (needsLock(suite)) return parseSuiteLock(await forge.readFile(SUITE_LOCK_PATH, sha), suite);
  return isRowFile(suite) ? factsOfRows(suite, await forge.readFile(suite, sha)) : factsOfFolder(forge, suite, tree);
}

/** Rows named one by one. */
const MOST_NAMED = 10;

/** SWE-bench rows in a file of the repository. */
async function factsOfRows(suite: string, text: string | null): Promise<SuiteFacts> {
  if (text === null) throw unknown(`There is no file \`${suite}\` on the default branch.`);
  const { list, digest, problems } = sweBenchSuite(suite, await rowsOf(suite, text), async () => {
    throw new Error('the App opens no image');
  });
  if (problems.length > 1)
    throw new HuxleyError(
      'suite.row',
      `${problems.length} rows of \`${suite}\` cannot be used:\n${problems
        .slice(0, MOST_NAMED)
        .map(({ message }) => `- ${message}`)
        .join('\n')}${problems.length > MOST_NAMED ? `\n- and ${problems.length - MOST_NAMED} more` : ''}`,
      'Correct these rows, or leave them out.',
    );
  if (problems[0] !== undefined) throw problems[0];
  return { tasks: list().map(({ id }) => id), digest };
}

/** A folder of tasks, or a task repository of SWE-bench, in the repository. */
async function factsOfFolder(forge: Forge, suite: string, tree: Sha): Promise<SuiteFacts> {
  const folder = suiteFolder(suite);
  const files = (await forge.listFiles(tree)).filter(({ path }) => path.startsWith(folder));
  if (files.length === 0)
    throw unknown(`There is no folder \`${folder}\` on the default branch, and no suite of that name.`);
  const tasks = files.flatMap(
    ({ path }) => /^(?:([^/]+)\/task\.yml|tasks\/([^/]+)\/task\.yaml)$/.exec(path.slice(folder.length))?.slice(1) ?? [],
  );
  const names = tasks.filter((name) => name !== undefined).sort();
  if (names.length === 0)
    throw new HuxleyError('suite.empty', `\`${folder}\` holds no task: no folder in it has a task.yml.`, REMEDY);
  return { tasks: names, digest: digestTree(files) };
}

const REMEDY =
  'Set `benchmark.suite` in .github/huxley.yml to `kata`, `polyglot`, `swe-bench/verified`, a folder of tasks or a file of rows (docs/suites.md).';

function unknown(what: string): HuxleyError {
  return new HuxleyError('suite.unknown', what, REMEDY);
}
