import { basename, join } from 'node:path';
import type { Session, TaskRecord } from '../../benchmark/bench/record.ts';
import { jsonReport, junitReport, predictions, summarize, sweBenchReport } from '../../benchmark/bench/reports.ts';
import { type BenchAttempt, type BenchEvent, runBench } from '../../benchmark/bench/run-bench.ts';
import { SessionStore } from '../../benchmark/bench/store.ts';
import type { SuiteTask } from '../../benchmark/suite.ts';
import { terminalLine } from '../../report/text/text.ts';
import { LiveBlock } from '../terminal/live.ts';
import { holdFolder } from './hold-folder.ts';
import type { BenchOptions } from './options.ts';

export interface SessionRun {
  readonly session: Session;
  /** What it is called; by default suite, agent and model. */
  readonly title?: string;
  readonly tasks: readonly SuiteTask[];
  readonly attempt: BenchAttempt;
  readonly signal: AbortSignal;
  readonly options: BenchOptions & { readonly out?: string; readonly fresh?: boolean };
}

const MARK: Partial<Record<TaskRecord['verdict'], string>> = { resolved: '✓', infrastructure: '?', tampered: '!' };

/** Runs a bench session in its folder with progress on the terminal, then writes its reports. */
export async function runSession({
  session,
  title = titleOf(session),
  tasks,
  attempt,
  signal,
  options,
}: SessionRun): Promise<readonly TaskRecord[]> {
  const folder = options.out ?? defaultFolder(session);
  return await holdFolder(folder, async () => {
    const store = await SessionStore.open(folder, session, options.fresh === true);
    const progress = new Progress(title, tasks, store, options.json === true);
    const records = await runBench(tasks, attempt, {
      store,
      concurrency: options.concurrency,
      signal,
      onEvent: (event) => progress.on(event),
    }).finally(() => progress.end());
    const files = [
      store.write('report.json', jsonReport(session, records)),
      store.write('junit.xml', junitReport(session, records)),
      store.write('predictions.jsonl', predictions(session, records)),
      store.write(
        'swe-bench-report.json',
        sweBenchReport(
          tasks.map(({ id }) => id),
          records,
        ),
      ),
    ];
    signal.throwIfAborted();
    const { total, resolved, verdicts, seconds, costUSD } = summarize(records);
    if (options.json) process.stdout.write(`${JSON.stringify({ type: 'done', folder, ...summarize(records) })}\n`);
    else
      process.stdout.write(
        `${title}: ${resolved} of ${total} resolved (${Object.entries(verdicts)
          .map(([verdict, count]) => `${verdict} ${count}`)
          .join(
            ', ',
          )}), ${seconds.toFixed(0)} s of work, $${costUSD.toFixed(2)}\n${folder}: ${files.map((file) => basename(file)).join(', ')}\n`,
      );
    return records;
  });
}

/** Fails the command where nothing was measured: who called it must not take that for a result. */
export function failWithoutResult(records: readonly TaskRecord[]): void {
  if (records.length > 0 && records.every(({ verdict }) => verdict === 'infrastructure')) process.exitCode = 1;
}

export function titleOf({ suite, agent, model }: Session): string {
  return `${suite}, ${agent}${model === null ? '' : ` with ${model}`}`;
}

export function defaultFolder({ suite, agent, model }: Session): string {
  return join(
    'huxley-report',
    [suite, agent, ...(model === null ? [] : [model])].join('-').replace(/[^A-Za-z0-9._-]+/g, '-'),
  );
}

class Progress {
  readonly #block = new LiveBlock();
  readonly #running = new Map<string, number>();
  readonly #records: TaskRecord[];
  readonly #title: string;
  readonly #total: number;
  readonly #json: boolean;
  readonly #timer: NodeJS.Timeout;

  constructor(title: string, tasks: readonly SuiteTask[], store: SessionStore, json: boolean) {
    this.#title = title;
    this.#total = tasks.length;
    this.#json = json;
    this.#records = tasks
      .flatMap(({ id }) => store.finished.get(id) ?? [])
      .filter(({ verdict }) => verdict !== 'infrastructure');
    if (this.#records.length > 0 && !json)
      this.#block.say(
        `${this.#title}: ${this.#records.length} of ${this.#total} tasks are done already (${store.folder})`,
      );
    this.#timer = setInterval(() => this.#draw(), 1_000);
  }

  on(event: BenchEvent): void {
    if (event.type === 'started') this.#running.set(event.task, Date.now());
    else {
      this.#running.delete(event.record.task);
      this.#records.push(event.record);
      const { patch: _, ...record } = event.record;
      if (this.#json) process.stdout.write(`${JSON.stringify({ type: 'task', ...record })}\n`);
      else this.#block.say(line(event.record));
    }
    this.#draw();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#block.clear();
  }

  #draw(): void {
    const resolved = this.#records.filter(({ verdict }) => verdict === 'resolved').length;
    const running = [...this.#running].map(([id, since]) => `  … ${id} ${Math.round((Date.now() - since) / 1000)} s`);
    this.#block.draw([
      `${this.#title}: ${this.#records.length} of ${this.#total} done, ${resolved} resolved`,
      ...running,
    ]);
  }
}

function line({ task, verdict, evidence, seconds }: TaskRecord): string {
  const head = `${MARK[verdict] ?? '✗'} ${task} ${verdict} (${seconds.toFixed(1)} s)`;
  return verdict === 'resolved' ? head : `${head}: ${terminalLine(evidence, 1_000)}`;
}
