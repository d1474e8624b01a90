import { readFile } from 'node:fs/promises';
import { projectPath } from '../../environment/project.ts';
import type { DirectoryTask } from '../directory/load-task.ts';
import { inTests, WORKDIR } from '../directory/plan.ts';
import { quoted } from '../swebench/instance/script.ts';
import { below, type ConvertedTask, cannot, file, harborTask } from './harbor-task.ts';
import { gradePy } from './verifier.ts';

/** Debian with what the runners need: Node, Python with pytest, and git. */
const BASE = 'node:24-bookworm';
const INSTALL =
  'RUN apt-get update && apt-get install -y --no-install-recommends git python3 python3-pytest && rm -rf /var/lib/apt/lists/*';

/** Time that starting a verifier takes beside its tests. */
const START_SECONDS = 60;

/** What a folder task's runner runs; of test files, those that are no help for others. */
const RUNNERS = {
  node: { command: 'node /tests/runner/run-node.mjs', runs: /\.test\.[cm]?[jt]s$/ },
  pytest: { command: 'python3 -I -B /tests/runner/run_pytest.py', runs: /(^|\/)(test_[^/]*|[^/]*_test)\.py$/ },
  shell: { command: 'bash /tests/runner/run-shell.sh', runs: /\.test\.sh$/ },
} as const;

/**
 * A task of a folder suite as one of Harbor's. What it loses: tests and solution are in one process there, as in most tasks of
 * that format, and there is no canary.
 *
 * @param base image with bash, Node, pytest and git; null for one that is built from Debian's packages
 * @throws HuxleyError `convert.task` for a runner that reports in a format of its own
 */
export async function fromFolderTask(task: DirectoryTask, suite: string, base: string | null): Promise<ConvertedTask> {
  const { id, file: given, workspace, tests, solution, expected } = task;
  const { runner, score } = given;
  if (runner === 'command')
    cannot(id, 'runner: command reports in a format that no verifier here reads', 'Write its tests/test.sh by hand.');
  const image = given.image ?? base;
  const config = runner === 'score' ? { kind: 'score', ...score! } : { kind: 'records', expected };
  return harborTask({
    id,
    suite,
    language: given.language,
    statement: task.instruction,
    dockerfile: [
      `FROM ${image ?? BASE}`,
      'USER root',
      ...(image === null ? [INSTALL] : []),
      `WORKDIR ${WORKDIR}`,
      'COPY workspace .',
      'CMD ["sleep", "infinity"]',
      '',
    ].join('\n'),
    context: below('workspace', workspace.length > 0 ? workspace : [file('.keep', '')]),
    memoryMB: 1_024,
    seconds: given.testSeconds + START_SECONDS,
    tests: [
      file('test.sh', testScript(task)),
      file('config.json', `${JSON.stringify(config, null, 2)}\n`),
      file('grade.py', gradePy()),
      ...below('tree', [...workspace.filter(({ path }) => !given.solution.includes(path)), ...inTests(tests)]),
      ...(runner === 'score' ? [] : below('runner', await runnerFiles())),
    ],
    solution: [...below('files', solution), file('solve.sh', solveScript(solution.map(({ path }) => path)))],
  });
}

async function runnerFiles() {
  return await Promise.all(
    ['run-node.mjs', 'apart/pipe.mjs', 'run_pytest.py', 'run-shell.sh'].map(async (name) =>
      file(name, await readFile(projectPath('docker', 'sandbox', 'runner', name), 'utf8')),
    ),
  );
}

function testScript({ file: { runner, solution, command, testSeconds }, tests }: DirectoryTask): string {
  const files = inTests(tests).map(({ path }) => path);
  const run =
    runner === 'score'
      ? `HUXLEY_REPORT=/logs/verifier/score.txt timeout ${testSeconds} ${typeof command === 'string' ? `bash -c ${quoted(command)}` : command!.map(quoted).join(' ')} > /logs/verifier/stdout.txt 2>&1 < /dev/null`
      : `printf '%s\\n' "$HUXLEY_NONCE" | timeout ${testSeconds} ${RUNNERS[runner as keyof typeof RUNNERS].command} ${files
          .filter((path) => RUNNERS[runner as keyof typeof RUNNERS].runs.test(path))
          .map(quoted)
          .join(' ')} 3> /logs/verifier/records.txt > /logs/verifier/stdout.txt 2>&1`;
  return `#!/bin/bash
# Made by Huxley: runs the tests on the solution's files alone, and writes the reward.
mkdir -p /logs/verifier
echo 0 > /logs/verifier/reward.txt
rm -rf /graded
cp -r /tests/tree /graded
cd /graded || exit
for path in ${solution.map(quoted).join(' ')}; do
  [ -f "${WORKDIR}/$path" ] && [ ! -L "${WORKDIR}/$path" ] || continue
  mkdir -p "$(dirname "$path")"
  cp "${WORKDIR}/$path" "$path"
done
export TMPDIR=/tmp PYTHONDONTWRITEBYTECODE=1
export HUXLEY_NONCE=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n')
${run}
python3 -I /tests/grade.py $?
`;
}

function solveScript(paths: readonly string[]): string {
  const copies = paths.map(
    (path) => `mkdir -p "$(dirname ${quoted(path)})" && cp /solution/files/${quoted(path)} ${quoted(path)}`,
  );
  return `#!/bin/bash\nset -e\ncd ${WORKDIR}\n${copies.join('\n')}\n`;
}
