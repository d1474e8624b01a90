/**
 * How often forgers with full knowledge of the source are called right: so many tries on so many katas of each runner. Exits with
 * 1 where one is.
 *
 * Usage: npm run bench:forgers -- [--tries 100] [--katas 20] [--jobs 2] [--runner node|pytest|shell] [--seed 1]
 */
import { parseArgs } from 'node:util';
import { loadSuiteFolder } from '../src/benchmark/directory/load-suite.ts';
import { planOf } from '../src/benchmark/directory/plan.ts';
import { grade } from '../src/benchmark/grading/grade.ts';
import { KATA_FOLDER } from '../src/benchmark/kata/folder.ts';
import { projectPath } from '../src/environment/project.ts';
import { openSandbox } from '../src/sandbox/setup/open.ts';
import { forge } from '../test/attack/forgers.ts';

const { values } = parseArgs({
  options: {
    tries: { type: 'string', default: '100' },
    katas: { type: 'string', default: '20' },
    jobs: { type: 'string', default: '2' },
    runner: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
using open = await openSandbox({ mayInstall: true, ask: null, report: (line) => console.error(line) });
const { sandbox } = open;
const image = await open.image('sandbox');
// The suite has fewer shell katas than other ones; the rest stand in a folder of their own.
const folders = [KATA_FOLDER, projectPath('bench', 'forgers', 'tasks')];
const tasks = (await Promise.all(folders.map((folder) => loadSuiteFolder(folder)))).flatMap((suite) => suite.tasks);

let state = Number(values.seed) >>> 0;
/** Mulberry32: the same tries for the same seed. */
function draw(limit: number): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % limit;
}

for (const runner of ['node', 'pytest', 'shell']) {
  if (values.runner !== undefined && values.runner !== runner) continue;
  const chosen = tasks.filter(({ file }) => file.runner === runner).slice(0, Number(values.katas));
  const queue = chosen.flatMap((task) =>
    Array.from({ length: Number(values.tries) }, () => [task, forge(task, draw)] as const),
  );
  const total = queue.length;
  const verdicts = new Map<string, number>();
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [task, files] = next;
      // A forger gains nothing by taking its time.
      const { verdict } = await grade({ ...planOf(task, image, files), seconds: 5 }, sandbox);
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      if (verdict !== 'resolved') continue;
      process.exitCode = 1;
      console.log(
        `  ${task.id} was forged by:\n${files.map(({ content }) => Buffer.from(content).toString()).join('\n')}`,
      );
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  const counts = [...verdicts].sort().map(([verdict, count]) => `${count} ${verdict}`);
  console.log(`${runner}: ${total} tries on ${chosen.length} katas: ${counts.join(', ')}`);
}
