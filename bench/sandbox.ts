/**
 * What sealing and grading cost, as ratios against a bare `docker run` of the same tests, measured turn by turn so that a
 * busy machine slows both alike; then a hundred graded tasks at several concurrencies, and what is left behind.
 *
 * Usage: npm run bench:sandbox -- [rounds]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, statfsSync } from 'node:fs';
import { freemem, loadavg } from 'node:os';
import { loadSuiteFolder } from '../src/benchmark/directory/load-suite.ts';
import type { DirectoryTask } from '../src/benchmark/directory/load-task.ts';
import { planOf, WORKDIR } from '../src/benchmark/directory/plan.ts';
import { grade } from '../src/benchmark/grading/grade.ts';
import { KATA_FOLDER } from '../src/benchmark/kata/folder.ts';
import { writeTree } from '../src/job/tree/write-tree.ts';
import { openSandbox } from '../src/sandbox/setup/open.ts';

const rounds = Number(process.argv[2] ?? 15);
const TASKS = ['roman-numerals', 'title-case', 'count-lines'];
const HUNDRED = 100;

using open = await openSandbox({ mayInstall: true, ask: null, report: (line) => console.error(line) });
const { sandbox, engine } = open;
const image = await open.image('sandbox');
const env = { ...process.env, ...(engine.socket ? { DOCKER_HOST: `unix://${engine.socket}` } : {}) };
const docker = (...args: string[]) => execFileSync('docker', args, { env, encoding: 'utf8' });
const { tasks } = await loadSuiteFolder(KATA_FOLDER);

/** What a person would type to run the task's tests in a container. */
const BARE: Record<string, (tests: string) => string[]> = {
  node: (tests) => ['node', '--test', tests],
  pytest: (tests) => ['python3', '-m', 'pytest', '-q', '-p', 'no:cacheprovider', tests],
  shell: (tests) => [
    'bash',
    '-c',
    `ROOT=$PWD; . ${tests}; for t in $(declare -F | sed 's/.* //'); do (cd $(mktemp -d) && $t) || exit 1; done`,
  ],
};

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

async function seconds(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

async function compare(task: DirectoryTask): Promise<void> {
  const plan = planOf(task, image, task.solution);
  const files = new Map([...plan.pristine, ...plan.solution, ...plan.tests].map((file) => [file.path, file]));
  const folder = await writeTree([...files.values()], 'huxley-bench-');
  const test = plan.tests.map(({ path }) => path).find((path) => plan.runner.runs(path))!;
  const command = BARE[plan.runner.name]!(test).flat();
  const bare = () => {
    const run = spawnSync(
      'docker',
      ['run', '--rm', '--network', 'none', '-v', `${folder}:${WORKDIR}`, '-w', WORKDIR, image, ...command],
      { env },
    );
    if (run.status !== 0) throw new Error(`the bare run of ${task.id} failed: ${run.stderr}`);
  };
  const graded = async (canary: boolean) => {
    const { verdict, evidence } = await grade(canary ? plan : { ...plan, canary: null }, sandbox);
    if (verdict !== 'resolved') throw new Error(`${task.id}: ${verdict}: ${evidence}`);
  };
  const idleAgent = async (canary: boolean) => {
    const container = await sandbox.create({
      image,
      purpose: 'agent',
      memoryMB: 1024,
      cpus: 1,
      pids: 128,
      tmpfs: [
        { target: WORKDIR, sizeMB: 64 },
        { target: '/tmp', sizeMB: 64 },
      ],
    });
    await container.copyIn(WORKDIR, plan.pristine);
    await container.exec({ command: ['true'], cwd: WORKDIR, timeoutSeconds: 60, maxOutputBytes: 1_000 });
    await container.quiesce();
    await container.copyOut(WORKDIR, { maxBytes: 1 << 20, maxFiles: 100, only: task.file.solution });
    const removed = container.remove();
    await graded(canary);
    await removed;
  };
  const ways = {
    bare,
    graded: () => graded(false),
    'agent and grading': () => idleAgent(false),
    'and canary': () => idleAgent(true),
  };
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (const way of Object.values(ways)) await way();
  for (let round = 0; round < rounds; round++)
    for (const [name, way] of Object.entries(ways)) times[name]!.push(await seconds(way));
  rmSync(folder, { recursive: true });
  const base = median(times.bare!);
  const cells = Object.entries(times).map(
    ([name, values]) =>
      `${name} ${median(values).toFixed(3)} s${name === 'bare' ? '' : ` = ${(median(values) / base).toFixed(2)}x`}`,
  );
  console.log(`${task.id} (${plan.runner.name}): ${cells.join(', ')}`);
}

function state() {
  const { bavail, bsize } = statfsSync('/');
  return {
    containers: docker('ps', '-aq', '--filter', 'label=huxley.owner').split('\n').filter(Boolean).length,
    memoryMB: Math.round(freemem() / 2 ** 20),
    diskMB: Math.round((bavail * bsize) / 2 ** 20),
  };
}

console.log(`median of ${rounds} rounds, turn by turn; load average ${loadavg()[0]!.toFixed(1)}`);
for (const id of TASKS) await compare(tasks.find((task) => task.id === id)!);

console.log('targets: graded 1.2x, agent and grading 2.5x, and canary 3x');
for (const concurrency of [1, 2, 4]) {
  const before = state();
  const queue = Array.from({ length: HUNDRED }, (_, index) => tasks[index % tasks.length]!);
  const others: string[] = [];
  const took = await seconds(() =>
    Promise.all(
      Array.from({ length: concurrency }, async () => {
        for (let task = queue.shift(); task; task = queue.shift()) {
          const { verdict, evidence } = await grade(planOf(task, image, task.solution), sandbox);
          if (verdict !== 'resolved') others.push(`${task.id}: ${verdict}: ${evidence}`);
        }
      }),
    ),
  );
  const after = state();
  console.log(
    `${HUNDRED} tasks with canary, concurrency ${concurrency}: ${took.toFixed(1)} s, ${(took / HUNDRED).toFixed(2)} s a task, ${HUNDRED - others.length} resolved; containers ${before.containers} -> ${after.containers}, free memory ${before.memoryMB} -> ${after.memoryMB} MB, free disk ${before.diskMB} -> ${after.diskMB} MB`,
  );
  for (const other of others) console.log(`  not resolved: ${other}`);
  if (others.length > 0) process.exitCode = 1;
}
