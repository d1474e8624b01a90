import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Prediction } from '../../benchmark/bench/parse-predictions.ts';
import { datasetOf } from '../../benchmark/swebench/instance/sources.ts';
import { HuxleyError } from '../../model/error.ts';
import { shellCommand, shellWord } from '../terminal/print.ts';
import { readPredictions } from './grade.ts';
import { holdFolder } from './hold-folder.ts';
import type { GradeOptions } from './options.ts';

/**
 * `huxley bench grade --grader official`: predictions as the official harness reads them, and the harness on them where it is
 * installed. Numbers that are published should come from there.
 * @throws HuxleyError `bench.official` with the exact command where the harness is missing or fails
 */
export async function gradeOfficially(file: string, options: GradeOptions): Promise<void> {
  const name = /^swe-bench(?:\/(.+))?$/.exec(options.suite);
  if (!name)
    throw new HuxleyError(
      'bench.official',
      `The official harness handles only SWE-bench, not ${options.suite}`,
      'Leave out --grader, or name a suite swe-bench/….',
    );
  const predictions = await readPredictions(file);
  const dataset = options.path === undefined ? datasetOf(name[1] ?? 'verified') : resolve(options.path);
  const folder = resolve(options.out ?? join('huxley-report', `${options.suite.replaceAll('/', '-')}-official`));
  await holdFolder(folder, () => handOver(predictions, dataset, folder, options));
}

async function handOver(
  predictions: readonly Prediction[],
  dataset: string,
  folder: string,
  { concurrency }: GradeOptions,
): Promise<void> {
  const exported = join(folder, 'predictions.jsonl');
  await writeFile(exported, predictions.map((one) => `${JSON.stringify(one)}\n`).join(''));
  // The harness keeps results by run id and instance, whatever the patch: a run of its own for each hand-over.
  const run = `huxley-${new Date()
    .toISOString()
    .replace(/[^0-9]/g, '')
    .slice(0, 14)}`;
  const command = ['swebench', 'eval', dataset, '-p', exported, '--run-id', run, '-j', String(concurrency)];
  process.stderr.write(`${predictions.length} predictions in ${exported}\n${shellCommand(...command)}\n`);
  const code = await execute(command, folder);
  if (code !== 0)
    throw new HuxleyError(
      'bench.official',
      code === null
        ? 'The official harness is not installed here'
        : `The official harness ended with exit code ${code}`,
      `${code === null ? 'Install it with `pip install swebench`' : 'Read its output'}, and run in ${shellWord(folder)}: ${shellCommand(...command)}`,
    );
  process.stdout.write(`The official report of run ${run} is in ${folder}\n`);
}

/** The exit code; `null` where there is no such program. */
async function execute([program, ...args]: readonly string[], cwd: string): Promise<number | null> {
  const child = spawn(program!, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return code ?? 1;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
