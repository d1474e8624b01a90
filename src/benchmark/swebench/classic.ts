import { changedPaths } from '../../model/git-patch.ts';

const NO_TESTS = ['.json', '.png', 'csv', '.txt', '.md', '.jpg', '.jpeg', '.pkl', '.yml', '.yaml', '.toml'];
const PYTEST = 'pytest -rA';

/** Test command and log parser of the repositories of SWE-bench Verified and Lite, after the published specifications. */
const REPOSITORIES: Readonly<Record<string, readonly [command: string, parser: string]>> = {
  'astropy/astropy': [`${PYTEST} -vv -o console_output_style=classic --tb=no`, 'parse_log_pytest_v2'],
  'django/django': ['./tests/runtests.py --verbosity 2 --settings=test_sqlite --parallel 1', 'parse_log_django'],
  'marshmallow-code/marshmallow': [PYTEST, 'parse_log_pytest'],
  'matplotlib/matplotlib': [PYTEST, 'parse_log_matplotlib'],
  'mwaskom/seaborn': ['pytest --no-header -rA', 'parse_log_seaborn'],
  'pallets/flask': [PYTEST, 'parse_log_pytest'],
  'psf/requests': [PYTEST, 'parse_log_pytest_options'],
  'pvlib/pvlib-python': [`${PYTEST} -p no:cacheprovider`, 'parse_log_pytest'],
  'pydata/xarray': [PYTEST, 'parse_log_pytest'],
  'pydicom/pydicom': [PYTEST, 'parse_log_pytest_options'],
  'pylint-dev/astroid': [PYTEST, 'parse_log_pytest'],
  'pylint-dev/pylint': [PYTEST, 'parse_log_pytest_options'],
  'pytest-dev/pytest': [PYTEST, 'parse_log_pytest'],
  'pyvista/pyvista': [PYTEST, 'parse_log_pytest'],
  'scikit-learn/scikit-learn': [PYTEST, 'parse_log_pytest_v2'],
  'sphinx-doc/sphinx': ['tox --current-env -epy39 -v --', 'parse_log_pytest_v2'],
  'sqlfluff/sqlfluff': [PYTEST, 'parse_log_pytest'],
  'sympy/sympy': [
    "PYTHONWARNINGS='ignore::UserWarning,ignore::SyntaxWarning' bin/test -C --verbose",
    'parse_log_sympy',
  ],
};

/** The script a classic row implies; `undefined` for a repository that is not in the table. */
export function classicScript({
  repo,
  baseCommit,
  testPatch,
}: {
  readonly repo: string;
  readonly baseCommit: string;
  readonly testPatch: string;
}): { readonly evalScript: string; readonly logParser: string } | undefined {
  const known = REPOSITORIES[repo];
  if (!known) return undefined;
  const [command, logParser] = known;
  const files = changedPaths(testPatch);
  const targets = files.filter((path) => !NO_TESTS.some((end) => path.endsWith(end)));
  const names = repo === 'django/django' ? targets.map(djangoLabel) : targets;
  const evalScript = [
    '#!/bin/bash',
    'set -uxo pipefail',
    'source /opt/miniconda3/bin/activate',
    'conda activate testbed',
    'cd /testbed',
    `git checkout ${baseCommit} ${files.join(' ')}`,
    "git apply -v - <<'EOF_TEST_PATCH'",
    testPatch.trimEnd(),
    'EOF_TEST_PATCH',
    ": '>>>>> Start Test Output'",
    `${command} ${names.join(' ')}`,
    ": '>>>>> End Test Output'",
    `git checkout ${baseCommit} ${files.join(' ')}`,
    '',
  ].join('\n');
  return { evalScript, logParser };
}

/** Django names tests by module: `tests/a/test_b.py` is `a.test_b`. */
function djangoLabel(path: string): string {
  return path
    .replace(/\.py$/, '')
    .replace(/^tests\//, '')
    .replaceAll('/', '.');
}
