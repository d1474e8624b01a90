import { checkGates, type TaskGates } from '../benchmark/bench/gates.ts';
import { HuxleyError } from '../model/error.ts';
import { openSandbox } from '../sandbox/setup/open.ts';
import type { BenchOptions } from './bench.ts';
import { abortOnInterrupt, openTasks } from './bench-tasks.ts';
import { LiveBlock } from './live.ts';
import { terminalSetup } from './terminal-setup.ts';

const GATES = ['oracle', 'nop', 'cheat', 'draft'] as const;

/** `huxley bench validate`: every task's gates; fails when one of them, or a task's folder, is not sound. */
export async function validate(name: string, options: BenchOptions): Promise<void> {
  using open = await openSandbox(terminalSetup(options.install));
  const { suite, tasks } = await openTasks(name, open, options);
  const signal = abortOnInterrupt();
  const block = new LiveBlock();
  const done: TaskGates[] = [];
  const running = new Set<string>();
  const draw = () =>
    block.draw([`${name}: ${done.length} of ${tasks.length} tasks checked`, ...[...running].map((id) => `  … ${id}`)]);
  const queue = [...tasks];
  const worker = async () => {
    for (let task = queue.shift(); task !== undefined && !signal.aborted; task = queue.shift()) {
      running.add(task.id);
      draw();
      const gates = await checkGates(suite, task, open.sandbox, signal);
      running.delete(task.id);
      done.push(gates);
      if (options.json) process.stdout.write(`${JSON.stringify(gates)}\n`);
      else if (!gates.sound || !block.isLive) block.say(describe(gates));
      draw();
    }
  };
  try {
    await Promise.all(Array.from({ length: options.concurrency }, worker));
  } finally {
    block.clear();
  }
  signal.throwIfAborted();
  if (!options.json) process.stdout.write(`${summary(name, done)}\n`);
  const unsound = done.filter(({ sound }) => !sound).length + suite.problems.length;
  if (unsound > 0)
    throw new HuxleyError(
      'bench.gates',
      `${unsound} task(s) of ${name} are not sound`,
      'Mend them, or leave them out; an unsound task measures nothing.',
    );
}

function describe({ task, gates, sound }: TaskGates): string {
  const cells = gates.map(({ gate, grade, held }) => `${gate} ${grade?.verdict ?? 'none'}${held ? '' : ' (WRONG)'}`);
  const why = gates
    .filter(({ held }) => !held)
    .map(({ gate, grade }) => `\n    ${gate}: ${grade?.evidence ?? 'the suite has no such solution'}`);
  return `${sound ? '✓' : '✗'} ${task}: ${cells.join(', ')}${why.join('')}`;
}

function summary(name: string, done: readonly TaskGates[]): string {
  const lines = GATES.map((gate) => {
    const grades = done.flatMap(({ gates }) => gates.find((one) => one.gate === gate)?.grade ?? []);
    const resolved = grades.filter(({ verdict }) => verdict === 'resolved').length;
    const share =
      grades.length === 0
        ? 'no task has one'
        : `${resolved} of ${grades.length} resolved (${Math.round((100 * resolved) / grades.length)} %)`;
    return `  ${gate.padEnd(7)} ${share}`;
  });
  const sound = done.filter((one) => one.sound).length;
  return [`${name}: ${sound} of ${done.length} tasks are sound`, ...lines].join('\n');
}
