import { changedPaths, readPatch } from '../../../model/git-patch.ts';
import { classicSpec } from './classic-specs.ts';
import { END, START } from './marks.ts';
import { heredoc, quoted, TESTBED } from './script.ts';

/** Ends of files in a test patch that are no tests. */
export const NO_TESTS = ['.json', '.png', 'csv', '.txt', '.md', '.jpg', '.jpeg', '.pkl', '.yml', '.yaml', '.toml'];

/** The script a classic row implies, as the harness made it; `undefined` for a repository that is not in the table. */
export function classicScript({
  repo,
  version,
  baseCommit,
  testPatch,
}: {
  readonly repo: string;
  readonly version: string;
  readonly baseCommit: string;
  readonly testPatch: string;
}): { readonly evalScript: string; readonly logParser: string } | undefined {
  const spec = classicSpec(repo, version);
  if (!spec) return undefined;
  const targets = changedPaths(testPatch).filter((path) => !NO_TESTS.some((end) => path.endsWith(end)));
  const names = repo === 'django/django' ? targets.map(djangoLabel) : targets;
  const known = readPatch(testPatch).flatMap(({ before }) => before ?? []);
  const reset = `git checkout ${[baseCommit, ...new Set(known)].map(quoted).join(' ')}`;
  const evalScript = [
    ...TESTBED,
    ...(spec.prepare ?? []),
    'git config --global --add safe.directory /testbed',
    spec.install,
    reset,
    ...heredoc('git apply -v -', testPatch),
    `: '${START}'`,
    [spec.command, ...names.map(quoted)].join(' '),
    `: '${END}'`,
    reset,
    '',
  ].join('\n');
  return { evalScript, logParser: spec.parser };
}

/** Django names tests by module: `tests/a/test_b.py` is `a.test_b`. */
function djangoLabel(path: string): string {
  return path
    .replace(/\.py$/, '')
    .replace(/^tests\//, '')
    .replaceAll('/', '.');
}
