import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { loadTaskFolders } from '../../directory/task-folders.ts';
import { loadHarborTask } from './load-task.ts';

const TASK = {
  'task.toml': 'version = "1.0"\n',
  'instruction.md': 'Write /app/out.\n',
  'environment/Dockerfile': 'FROM scratch\n',
  'tests/test.sh': 'echo 1 > /logs/verifier/reward.txt\n',
  'solution/solve.sh': 'touch /app/out\n',
};

async function suiteOf(tasks: Readonly<Record<string, Readonly<Record<string, string | undefined>>>>) {
  const folder = await mkdtemp(join(tmpdir(), 'huxley-harbor-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [id, files] of Object.entries(tasks))
    for (const [path, content] of Object.entries({ ...TASK, ...files })) {
      if (content === undefined) continue;
      await mkdir(dirname(join(folder, id, path)), { recursive: true });
      await writeFile(join(folder, id, path), content);
    }
  return { folder, ...(await loadTaskFolders(folder, loadHarborTask)) };
}

it('reads tasks and names what is wrong with the others', async () => {
  const { folder, tasks, problems } = await suiteOf({
    'a-good': {},
    'b-named': { 'task.toml': '[environment]\ndocker_image = "debian:12"\n', 'environment/Dockerfile': undefined },
    'c-compose': { 'environment/docker-compose.yaml': 'services: {}\n' },
    'd-bare': { 'environment/Dockerfile': undefined },
    'e-untested': { 'tests/test.sh': undefined },
    'f-silent': { 'instruction.md': ' \n' },
    'g-syntax': { 'task.toml': 'cpus = \n' },
    'h-unsolved': { 'solution/solve.sh': undefined },
    'i-odd': { 'solution/solve.sh': undefined, 'solution/fix.sh': 'true\n' },
    _draft: { 'task.toml': 'no' },
  });
  expect(tasks.map(({ id, solution }) => [id, solution.length])).toEqual([
    ['a-good', 1],
    ['b-named', 1],
    ['h-unsolved', 0],
  ]);
  expect(problems.map(({ message }) => message.replace(`${folder}/`, ''))).toEqual([
    'c-compose/environment/docker-compose.yaml: containers of Docker Compose are not run yet',
    'd-bare/environment/Dockerfile: is missing',
    'e-untested/tests/test.sh: is missing',
    'f-silent/instruction.md: is empty',
    expect.stringMatching(/^g-syntax\/task\.toml:1: not TOML: /),
    'i-odd/solution/solve.sh: is missing',
  ]);
});
