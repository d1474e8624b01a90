import { changedPaths } from '../../model/git-patch.ts';
import { missingBinary } from '../swebench/grading/patch.ts';
import { type Instance, workdirOf } from '../swebench/instance/instance.ts';
import { quoted, testsOnly } from '../swebench/instance/script.ts';
import { languageOf } from '../swebench/parsers/registry.ts';
import { type ConvertedTask, cannot, file, harborTask } from './harbor-task.ts';
import { gradePy, PARSERS } from './verifier.ts';

const TEST_SECONDS = 1_800;
const GIT = 'git -c user.name=huxley -c user.email=huxley@localhost';
/** Where the image keeps the tree that tests are put back from. */
const BASE = '/opt/huxley/base.git';

/**
 * An instance of SWE-bench's family as a task of Harbor's: its image without the history, its script, and its rule as the reward.
 * @throws HuxleyError `convert.task` where nothing that an image can run reads its log
 */
export function fromInstance(instance: Instance, suite: string): ConvertedTask {
  const { id, gold, testPatch, program, logParser, hidden = [], bug, published } = instance;
  if (published)
    cannot(id, `its image holds the fix as ${published.fix}, and its agent is root`, 'Keep it in the format it has.');
  if (!program && !PARSERS.includes(logParser))
    cannot(id, `log_parser: ${logParser} has no form that runs in the task's image`, 'Keep it in the format it has.');
  const binary = missingBinary(gold);
  if (binary !== undefined)
    cannot(id, `patch: does not include the content of ${binary}`, 'Make the patch with `git diff --binary`.');
  const workdir = workdirOf(instance);
  const protectedPaths = [...new Set([...changedPaths(testPatch), ...hidden])];
  const config = {
    kind: 'log',
    parser: logParser,
    rule: instance.evalType,
    failToPass: instance.failToPass,
    passToPass: instance.passToPass,
    ...(program && { program: { kind: program.kind, name: program.name } }),
    ...(instance.apart && { apart: true }),
    ...(instance.untimed && { untimed: true }),
  };
  return harborTask({
    id,
    suite,
    language: instance.language ?? (program ? 'shell' : languageOf(logParser)),
    statement: instance.statement,
    dockerfile: dockerfileOf(instance, workdir),
    context: bug === undefined ? [] : [file('bug.patch', bug)],
    memoryMB: 4_096,
    seconds: TEST_SECONDS,
    tests: [
      file('test.sh', testScript(workdir)),
      file('eval.sh', testsOnly(instance.evalScript, false, instance.apart)),
      file('protected.txt', protectedPaths.map((path) => `${path}\n`).join('')),
      file('config.json', `${JSON.stringify(config, null, 2)}\n`),
      file('grade.py', gradePy()),
      ...(program ? [file('parser.py', program.source)] : []),
    ],
    solution: [file('gold.patch', gold), file('solve.sh', solveScript(workdir))],
  });
}

/** The image without its history, in which the fix may be found; SWE-smith's with its bug, and without the tests that show it. */
function dockerfileOf({ image, bug, hidden = [] }: Instance, workdir: string): string {
  const commit = `${GIT} commit -q --allow-empty -m base`;
  return [
    `FROM ${image}`,
    'USER root',
    `WORKDIR ${workdir}`,
    ...(bug === undefined
      ? []
      : ['COPY bug.patch /tmp/bug.patch', 'RUN git apply /tmp/bug.patch && rm /tmp/bug.patch']),
    `RUN rm -rf .git && git init -q && git add -A -f && ${commit} \\`,
    ` && mkdir -p ${BASE.replace(/\/[^/]*$/, '')} && cp -r .git ${BASE}`,
    ...(hidden.length === 0
      ? []
      : [`RUN rm -f -- ${hidden.map(quoted).join(' ')} && git add -A && ${commit} --amend && rm -rf .git/logs`]),
    'CMD ["sleep", "infinity"]',
    '',
  ].join('\n');
}

function testScript(workdir: string): string {
  return `#!/bin/bash
# Made by Huxley: runs the tests, and writes the reward by the rule of their benchmark.
mkdir -p /logs/verifier
echo 0 > /logs/verifier/reward.txt
cd ${quoted(workdir)} || exit
python=$(command -v python3 || echo /opt/miniconda3/bin/python3)
while IFS= read -r path; do
  rm -rf -- "$path"
  git --git-dir=${BASE} --work-tree=. checkout -q -f HEAD -- "$path" 2> /dev/null
done < /tests/protected.txt
bash /tests/eval.sh > /logs/verifier/stdout.txt 2> /logs/verifier/stderr.txt < /dev/null
"$python" -I /tests/grade.py $?
`;
}

function solveScript(workdir: string): string {
  return `#!/bin/bash
set -e
cd ${quoted(workdir)}
git apply --whitespace=nowarn /solution/gold.patch || patch --batch --forward --fuzz=5 -p1 -i /solution/gold.patch
`;
}
