import type { Runner } from './plan.ts';
import { readRecords } from './records.ts';

/** Where the sandbox image keeps what runs the tests. */
const HOME = '/opt/huxley';

/** Moves the report to descriptor 3 and everything tests print to standard error, so that neither drowns the other. */
export const REPORTING = ['/bin/sh', '-c', 'exec 3>&1 >&2 && exec "$@"', 'sh'];

const PYTHON = ['/usr/bin/python3', '-I', '-B', '-X', 'pycache_prefix=/opt/huxley/pycache'];
/** Where only the process of the tests can write. */
export const PRIVATE_FOLDER = '/private';

/** A runner whose tests lie in one process and the code under test in another, of another user. */
function apart(runner: Runner, kind?: 'node' | 'python'): Runner {
  return {
    ...runner,
    apart: true,
    env: { HOME: PRIVATE_FOLDER, TMPDIR: PRIVATE_FOLDER },
    command: (tests) => [
      ...REPORTING,
      `${HOME}/bash`,
      ...(kind ? [`${HOME}/apart.sh`, kind] : [`${HOME}/run-shell.sh`, '--apart']),
      ...tests,
    ],
  };
}

/** node:test files (`*.test.ts` and kin, types stripped), all in one process. Ids: `tests/a.test.ts > suite > name`. */
const node: Runner = {
  name: 'node',
  command: (tests) => [...REPORTING, '/usr/local/bin/node', `${HOME}/run-node.mjs`, ...tests],
  runs: (path) => /\.test\.[cm]?[jt]s$/.test(path),
  read: readRecords,
};

/** pytest files. Ids: pytest's own node ids from the tree, `tests/test_a.py::test_b[case]`. */
const pytest: Runner = {
  name: 'pytest',
  command: (tests) => [...REPORTING, ...PYTHON, `${HOME}/run_pytest.py`, ...tests],
  runs: (path) => /(^|\/)(test_[^/]*|[^/]*_test)\.py$/.test(path),
  read: readRecords,
};

/** Functions `test_*` of `*.test.sh` files. Ids: `tests/a.test.sh::test_b`. */
const shell: Runner = {
  name: 'shell',
  command: (tests) => [...REPORTING, `${HOME}/bash`, `${HOME}/run-shell.sh`, ...tests],
  runs: (path) => path.endsWith('.test.sh'),
  read: readRecords,
};

/** Runners of the sandbox image, by the name task files use. */
export const RUNNERS = { node, pytest, shell } as const;
/** The same, with the tests in a process of their own. */
export const APART = { node: apart(node, 'node'), pytest: apart(pytest, 'python'), shell: apart(shell) } as const;
