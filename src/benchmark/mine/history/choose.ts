import { type Drop, drop } from '../drop.ts';
import { type Change, type Commit, isCatchingUp } from './commit.ts';
import { isTakable, partOf, runnable } from './paths.ts';

/** Files of a solution; what a task of a folder may name. */
export const MOST_SOLUTION_FILES = 20;

/** Characters of the names of test files that one command is given. */
const MOST_NAMES = 2_500;

/** What of a commit's changes a task is made from. */
export interface Choice {
  /** Written by the fix. */
  readonly source: readonly Change[];
  /** Laid over the parent: tests and what they use. */
  readonly tests: readonly Change[];
  /** Of these, the files that the runner is given. */
  readonly run: readonly string[];
}

/** Whether a commit changes source and tests together, in a way that a task can be. */
export function choose(commit: Commit, changes: readonly Change[]): Choice | Drop {
  if (commit.parents.length === 0) return drop('first-commit');
  if (commit.parents.length > 1 && (changes.length === 0 || isCatchingUp(commit))) return drop('empty-merge');
  const written = (part: 'test' | 'source') =>
    changes.filter(({ path, after }) => partOf(path) === part && after !== null);
  const [tests, source] = [written('test'), written('source')];
  const run = runnable(tests.map(({ path }) => path)).toSorted();
  if (run.length === 0)
    return drop('no-tests', tests.length === 0 ? '' : 'what changed below the tests is not run by itself');
  if (source.length === 0)
    return drop('no-source', changes.some(({ path }) => partOf(path) === 'source') ? 'source was only deleted' : '');
  const odd = [...source, ...tests].map((change) => oddity(change)).find((found) => found !== null);
  if (odd) return odd;
  if (source.length > MOST_SOLUTION_FILES)
    return drop('too-large', `${source.length} source files; ${MOST_SOLUTION_FILES} are allowed`);
  if (run.join(' ').length > MOST_NAMES) return drop('too-large', `${run.length} files of tests`);
  return { source, tests, run };
}

function oddity({ path, after }: Change): Drop | null {
  if (!isTakable(path)) return drop('irregular', `the path ${JSON.stringify(path.slice(0, 100))}`);
  const kind = { '120000': 'a symbolic link', '160000': 'a submodule' }[after!.mode];
  return kind === undefined ? null : drop('irregular', `${path} is ${kind}`);
}
