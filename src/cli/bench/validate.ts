import { checkGates, type TaskGates, taskGatesSchema } from '../../benchmark/bench/gates.ts';
import { agentIn, SessionStore } from '../../benchmark/bench/store.ts';
import { byImage } from '../../benchmark/by-image.ts';
import { HuxleyError } from '../../model/error.ts';
import { openSandbox } from '../../sandbox/setup/open.ts';
import { LiveBlock } from '../terminal/live.ts';
import { terminalSetup } from '../terminal/set-up.ts';
import { holdFolder } from './hold-folder.ts';
import type { ValidateOptions } from './options.ts';
import { defaultFolder } from './session.ts';
import { abortOnInterrupt, openTasks } from './tasks.ts';

const GATES = ['oracle', 'nop', 'cheat', 'draft'] as const;

/** `huxley bench validate`: every task's gates; fails when one of them, or a task's folder, is not sound. */
export async function validate(name: string, options: ValidateOptions): Promise<void> {
  const signal = abortOnInterrupt('add --resume to continue');
  using open = await openSandbox(terminalSetup(options.install, signal));
  const { suite, tasks } = await openTasks(name, open, options);
  const block = new LiveBlock();
  const session = {
    v: 1,
    suite: suite.name,
    digest: suite.digest,
    agent: 'gates',
    agentDigest: null,
    model: null,
  } as const;
  const folder = options.out ?? defaultFolder(session);
  await holdFolder(folder, async () => {
    const other = (await agentIn(folder)) ?? session.agent;
    if (other !== session.agent)
      throw new HuxleyError(
        'bench.session',
        `${folder} holds another session: its agent is ${other}`,
        'Name another folder with --out.',
      );
    const store = await SessionStore.openFor(taskGatesSchema, folder, session, options.resume !== true);
    const done = tasks.flatMap(({ id }) => store.finished.get(id) ?? []).filter(({ sound }) => sound);
    if (done.length > 0)
      block.say(`${name}: ${done.length} of ${tasks.length} tasks were found sound before (${folder})`);
    const left = tasks.filter(({ id }) => !done.some(({ task }) => task === id));
    const queue = [...byImage(left, ({ image }) => image)];
    const running = new Set<string>();
    const draw = () =>
      block.draw([
        `${name}: ${done.length} of ${tasks.length} tasks checked`,
        ...[...running].map((id) => `  … ${id}`),
      ]);
    const worker = async () => {
      for (let task = queue.shift(); task !== undefined && !signal.aborted; task = queue.shift()) {
        running.add(task.id);
        draw();
        await using _ = open.sandbox.hold(task.image);
        const gates = await checkGates(suite, task, open.sandbox, signal);
        await store.add(gates);
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
        'Fix them, or leave them out; an unsound task measures nothing.',
      );
  });
}

function describe({ task, gates, sound }: TaskGates): string {
  const cells = gates.map(({ gate, grade, held }) => `${gate} ${grade?.verdict ?? 'none'}${held ? '' : ' (WRONG)'}`);
  const wrong = gates.filter(({ held }) => !held);
  const reasons = Map.groupBy(wrong, ({ grade }) => grade?.evidence ?? 'the suite has no such solution');
  const why = [...reasons].map(([reason, gates]) => `\n    ${gates.map(({ gate }) => gate).join(', ')}: ${reason}`);
  return `${sound ? '✓' : '✗'} ${task}: ${cells.join(', ')}${why.join('')}`;
}

function summary(name: string, done: readonly TaskGates[]): string {
  const lines = GATES.map((gate) => {
    const graded = done.filter(({ gates }) => gates.some((one) => one.gate === gate && one.grade !== null));
    const resolved = (some: readonly TaskGates[]) =>
      some.filter(({ gates }) => gates.find((one) => one.gate === gate)?.grade?.verdict === 'resolved').length;
    if (graded.length === 0) return `  ${gate.padEnd(7)} no task has one`;
    const languages = Object.entries(Object.groupBy(graded, ({ language }) => language)).sort(([a], [b]) =>
      a < b ? -1 : 1,
    );
    const parts =
      languages.length < 2
        ? ''
        : `: ${languages.map(([language, some]) => `${language} ${resolved(some!)} of ${some!.length}`).join(', ')}`;
    return `  ${gate.padEnd(7)} ${resolved(graded)} of ${graded.length} resolved (${Math.round((100 * resolved(graded)) / graded.length)} %)${parts}`;
  });
  const canaries = done.flatMap(({ gates }) => gates.find(({ gate }) => gate === 'oracle')?.grade ?? []);
  const count = (state: string) => canaries.filter(({ canary }) => canary === state).length;
  const canary = `  canary  failed, as it must, for ${count('failed')}; passed for ${count('passed')}; none for ${count('none')}; not run for ${count('not run')}`;
  const unsound = done.filter(({ sound }) => !sound).sort((a, b) => (a.task < b.task ? -1 : 1));
  const head = `${name}: ${done.length - unsound.length} of ${done.length} tasks are sound`;
  return [...unsound.map(describe), head, ...lines, canary].join('\n');
}
