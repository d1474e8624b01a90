/**
 * Grades reference solutions of the katas, several at a time, while a busy loop takes every processor: each must be resolved.
 * Exits with 1 where one is not.
 *
 * Usage: npm run bench:grading -- [--count 2000] [--jobs 1,2,4,8] [--idle] [--runner node|pytest|shell]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { loadSuiteFolder } from '../src/benchmark/directory/load-suite.ts';
import { planOf } from '../src/benchmark/directory/plan.ts';
import { grade } from '../src/benchmark/grading/grade.ts';
import { KATA_FOLDER } from '../src/benchmark/kata/folder.ts';
import { openSandbox } from '../src/sandbox/setup/open.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '2000' },
    jobs: { type: 'string', default: '1,2,4,8' },
    idle: { type: 'boolean', default: false },
    runner: { type: 'string' },
  },
});
using open = await openSandbox({ mayInstall: true, ask: null, report: (line) => console.error(line) });
const { sandbox } = open;
const image = await open.image('sandbox');
const all = (await loadSuiteFolder(KATA_FOLDER)).tasks;
const tasks = values.runner === undefined ? all : all.filter(({ file }) => file.runner === values.runner);

const busy: ChildProcess[] = values.idle
  ? []
  : Array.from({ length: availableParallelism() }, () => spawn(process.execPath, ['-e', 'for(;;);']));
process.once('exit', () => busy.forEach((loop) => void loop.kill('SIGKILL')));

for (const jobs of values.jobs.split(',').map(Number)) {
  const verdicts = new Map<string, number>();
  let next = 0;
  const started = performance.now();
  const work = async () => {
    while (next < Number(values.count)) {
      const task = tasks[next++ % tasks.length]!;
      const { verdict, evidence } = await grade(planOf(task, image, task.solution), sandbox);
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      if (verdict === 'resolved') continue;
      console.log(`  ${task.id}: ${verdict}: ${evidence}`);
      process.exitCode = 1;
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  const counts = [...verdicts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
  const each = (performance.now() - started) / 1000 / Number(values.count);
  console.log(`${jobs} jobs: ${counts}; ${each.toFixed(2)} s each, load average ${loadavg()[0]!.toFixed(1)}`);
}
for (const loop of busy) loop.kill('SIGKILL');
