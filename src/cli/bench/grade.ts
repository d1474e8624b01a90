import { readFile } from 'node:fs/promises';
import { applyPatch } from '../../benchmark/bench/apply-patch.ts';
import { type Prediction, parsePredictions } from '../../benchmark/bench/parse-predictions.ts';
import { type BenchAttempt, holding } from '../../benchmark/bench/run-bench.ts';
import type { Grade } from '../../benchmark/suite.ts';
import { HuxleyError } from '../../model/error.ts';
import { openSandbox } from '../../sandbox/setup/open.ts';
import { terminalSetup } from '../terminal/set-up.ts';
import type { GradeOptions } from './options.ts';
import { failWithoutResult, runSession } from './session.ts';
import { abortOnInterrupt, openTasks } from './tasks.ts';

export async function readPredictions(file: string): Promise<readonly Prediction[]> {
  const bytes = await readFile(file).catch(() => {
    throw new HuxleyError('bench.predictions', `${file}: cannot be read`, 'Name a file of predictions.');
  });
  return parsePredictions(bytes, file, ({ message }) => process.stderr.write(`! ${message}\n`));
}

/** `huxley bench grade`: grades the predictions of a file; those for other suites' tasks are named and left out. */
export async function gradePredictions(file: string, options: GradeOptions): Promise<void> {
  const predictions = new Map((await readPredictions(file)).map((prediction) => [prediction.instance_id, prediction]));
  const signal = abortOnInterrupt();
  using open = await openSandbox(terminalSetup(options.install, signal));
  const { suite, tasks } = await openTasks(options.suite, open, options);
  const known = new Set(suite.list().map(({ id }) => id));
  for (const id of predictions.keys())
    if (!known.has(id)) process.stderr.write(`! ${file}: ${id} isn’t a task of ${suite.name}; left out\n`);
  const predicted = tasks.filter(({ id }) => predictions.has(id));
  if (predicted.length === 0)
    throw new HuxleyError(
      'bench.predictions',
      `${file} holds no prediction for the requested tasks`,
      'Check --suite and --tasks.',
    );

  const image = await open.image('sandbox');
  const attempt: BenchAttempt = async ({ id, solutionPaths }, given) => {
    const patch = predictions.get(id)!.model_patch;
    if (suite.gradePatch && patch.trim() !== '') {
      const grade = await suite.gradePatch(id, patch, open.sandbox, given);
      return { grade, patch, seconds: grade.seconds, costUSD: 0 };
    }
    const workspace = await suite.workspace(id);
    const files =
      patch.trim() === ''
        ? workspace
        : await applyPatch(workspace, patch, { sandbox: open.sandbox, image, signal: given });
    const grade =
      files === null
        ? unusable()
        : await suite.grade(
            id,
            files.filter(({ path }) => solutionPaths?.includes(path) ?? true),
            open.sandbox,
            given,
          );
    return { grade, patch, seconds: grade.seconds, costUSD: 0 };
  };
  const agent = [...new Set([...predictions.values()].map((one) => one.model_name_or_path))].join('+').slice(0, 80);
  const session = {
    v: 1,
    suite: suite.name,
    digest: suite.digest,
    agent: `predictions ${agent}`,
    agentDigest: null,
    model: null,
  } as const;
  failWithoutResult(
    await runSession({
      ...{ session, tasks: predicted, signal, options: { ...options, fresh: true } },
      attempt: holding(open.sandbox, attempt),
    }),
  );
}

function unusable(): Grade {
  const evidence = 'The patch could not be applied in any of the ways tried, or it makes files that are refused.';
  return { verdict: 'invalid', passed: 0, expected: 0, failed: [], evidence, canary: 'not run', seconds: 0 };
}
