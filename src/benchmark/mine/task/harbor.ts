import { readFile } from 'node:fs/promises';
import { stringify } from 'smol-toml';
import { projectPath } from '../../../environment/project.ts';
import type { FileEntry } from '../../../model/file.ts';
import { isPython } from '../history/paths.ts';
import type { Snapshot } from '../history/snapshot.ts';
import type { TestCommand } from '../tests/runner.ts';
import { languageOf, testLines, toTap } from './folder.ts';

/** Where the repository lies in a Harbor task's image. */
export const HARBOR_ROOT = '/app';
const RUN = '/tmp/run';
const AGENT_SECONDS = 1_800;

interface HarborParts {
  readonly id: string;
  readonly instruction: string;
  readonly expected: readonly string[];
  /** What the image is made of. */
  readonly image: string;
  readonly installed: string | null;
  readonly seconds: number;
}

/** A candidate as a task in Harbor's format, every file of it. */
export async function harborFiles(
  { parent, solution, tests }: Snapshot,
  command: TestCommand,
  run: readonly string[],
  { id, instruction, expected, image, installed, seconds }: HarborParts,
): Promise<readonly FileEntry[]> {
  const text = (path: string, content: string, executable = false): FileEntry => ({
    ...{ path, executable },
    content: Buffer.from(content),
  });
  const below = (folder: string, files: readonly FileEntry[]) =>
    files.map((one) => ({ ...one, path: `${folder}/${one.path}` }));
  const verify = run.every(isPython) ? ['verify.py', 'python3 -I'] : ['verify.mjs', 'node'];
  const settings = {
    schema_version: '1.4',
    task: { name: `mined/${id}` },
    metadata: { language: languageOf(run) },
    verifier: { timeout_sec: seconds + 30 },
    agent: { timeout_sec: AGENT_SECONDS },
    environment: { cpus: 1, memory_mb: 3_072, storage_mb: 4_096, network_mode: 'no-network', workdir: HARBOR_ROOT },
  };
  return [
    text('task.toml', stringify(settings)),
    text('instruction.md', instruction),
    text(
      'environment/Dockerfile',
      `FROM ${image}\nUSER root\nWORKDIR ${HARBOR_ROOT}\nCOPY repository/ ${HARBOR_ROOT}/\n`,
    ),
    ...below('environment/repository', parent),
    text('tests/test.sh', testScript(command, run, installed, verify)),
    text('tests/expected.txt', `${expected.join('\n')}\n`),
    text(`tests/${verify[0]}`, await readFile(projectPath('src', 'benchmark', 'mine', 'task', verify[0]!), 'utf8')),
    ...below('tests/files', [...tests, ...(await toTap(command))]),
    text('solution/solve.sh', `#!/bin/bash\ncp -R /solution/files/. ${HARBOR_ROOT}/\n`, true),
    ...below('solution/files', solution),
  ];
}

/**
 * The tests run in a copy, as nobody: what they start cannot write the reward, nor look into `/tests`. The answer may hold any
 * link, so nothing of it lies where root writes: in the copy, what is in the way of a test file goes first.
 */
function testScript(
  command: TestCommand,
  run: readonly string[],
  installed: string | null,
  [verify, interpreter]: readonly string[],
): string {
  const { format, file } = command.results;
  return `#!/bin/bash
mkdir -p /logs/verifier && chmod go-w /logs/verifier && rm -rf /logs/verifier/reward.txt && echo 0 > /logs/verifier/reward.txt || exit 1
chmod 700 /tests || exit 1
export HUXLEY_REPORT=$(mktemp -d /tmp/report-XXXXXXXX)
script=$(mktemp /tmp/script-XXXXXXXX)
rm -rf ${RUN} && mkdir ${RUN} && cp -R ${HARBOR_ROOT}/. ${RUN} && cd /tests/files || exit 1
shopt -s globstar dotglob nullglob
for path in **; do
  [ -d "$path" ] && [ -d "${RUN}/$path" ] && [ ! -L "${RUN}/$path" ] || rm -rf "${RUN}/$path"
done
cp -R . ${RUN} && cd ${RUN} || exit 1
chown -hR 65534:65534 "$HUXLEY_REPORT" ${RUN}
cat > "$script" <<'END-OF-THE-TESTS'
export HOME=/tmp
${testLines(command, run, RUN, installed).join('\n')}
END-OF-THE-TESTS
chmod 644 "$script"
setpriv --reuid=65534 --regid=65534 --clear-groups sh "$script" < /dev/null
${interpreter} /tests/${verify} ${format} "$HUXLEY_REPORT/${file}" /tests/expected.txt /logs/verifier/reward.txt
`;
}
