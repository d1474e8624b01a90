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
  expect(tasks.map(({ id, steps }) => [id, steps[0]!.solution.length])).toEqual([
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

const STEPS = `[agent]
user = "dev"
timeout_sec = 90
[verifier]
env = { A = "1" }
[[steps]]
name = "one"
min_reward = 0.5
[[steps]]
name = "two"
min_reward = { style = 1 }
[steps.agent]
timeout_sec = 5
[steps.verifier]
env = { B = "2" }
`;
const stepped = {
  'task.toml': STEPS,
  'instruction.md': undefined,
  'solution/solve.sh': undefined,
  'tests/helper.sh': 'true\n',
  'steps/one/instruction.md': 'First.\n',
  'steps/one/solution/solve.sh': 'true\n',
  'steps/two/instruction.md': 'Second.\n',
  'steps/two/tests/test.sh': 'false\n',
  'steps/two/workdir/setup.sh': 'true\n',
  'steps/two/solution/solve.sh': 'true\n',
};

it('reads the steps of a task: what they share, what is their own, and what they fall back on', async () => {
  const { folder, tasks, problems } = await suiteOf({
    'a-good': stepped,
    'b-silent': { ...stepped, 'steps/two/instruction.md': undefined },
    'c-untested': { ...stepped, 'tests/test.sh': undefined },
  });
  const [{ steps, instruction }] = tasks as [(typeof tasks)[0]];
  expect(instruction).toBe('# Step 1 of 2: one\n\nFirst.\n\n# Step 2 of 2: two\n\nSecond.\n');
  const text = (files: readonly { path: string; content: Uint8Array }[]) =>
    Object.fromEntries(files.map(({ path, content }) => [path, Buffer.from(content).toString().trim()]));
  expect(steps.map(({ tests, workdir }) => [text(tests), text(workdir)])).toEqual([
    [{ 'helper.sh': 'true', 'test.sh': 'echo 1 > /logs/verifier/reward.txt' }, {}],
    [{ 'helper.sh': 'true', 'test.sh': 'false' }, { 'setup.sh': 'true' }],
  ]);
  expect(steps.map(({ agent, verifier, minReward }) => [agent, verifier, minReward])).toEqual([
    [{ user: 'dev', timeout_sec: 90 }, { timeout_sec: 600, user: undefined, env: { A: '1' } }, { reward: 0.5 }],
    [{ user: 'dev', timeout_sec: 5 }, { timeout_sec: 600, user: undefined, env: { B: '2' } }, { style: 1 }],
  ]);
  expect(problems.map(({ message }) => message.replace(`${folder}/`, ''))).toEqual([
    'b-silent/steps/two/instruction.md: is missing',
    'c-untested/steps/one/tests/test.sh: is missing',
  ]);
});
