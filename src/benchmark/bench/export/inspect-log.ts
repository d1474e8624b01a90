import { createHash } from 'node:crypto';
import type { Result, Results } from './results.ts';

/** The name of the scorer, and of the score. */
const SCORER = 'huxley';

/**
 * Results as a log of Inspect's (`EvalLog`, version 2, in JSON): a sample for each attempt. Attempts without a result are samples
 * with an error and no score, and count for no metric, as there.
 */
export function inspectLog(results: Results, version: string): string {
  const { suite, digest, agent, began, ended } = results;
  const model = results.model ?? 'none/none';
  const identity = (part: string) =>
    createHash('sha256').update(`${part}\0${digest}\0${agent}\0${model}\0${began}`).digest('base64url').slice(0, 22);
  const scored = results.results.filter(({ verdict }) => verdict !== 'infrastructure');
  const tasks = [...new Set(results.results.map(({ task }) => task))];
  const log = {
    version: 2,
    status: 'success',
    eval: {
      eval_id: identity('eval'),
      run_id: identity('run'),
      created: began,
      task: suite,
      task_id: identity('task'),
      task_version: 0,
      task_attribs: {},
      task_args: {},
      task_args_passed: {},
      solver: agent,
      solver_args: {},
      dataset: { name: suite, samples: tasks.length, sample_ids: tasks, shuffled: false },
      model,
      model_args: {},
      config: { epochs: Math.max(1, ...results.results.map(({ epoch }) => epoch)) },
      packages: { huxley: version },
      metadata: { ...results.metadata, suiteDigest: digest },
      scorers: [{ name: SCORER, metrics: [{ name: 'accuracy' }, { name: 'stderr' }] }],
    },
    plan: { name: 'plan', steps: [{ solver: agent, params: {} }], config: {} },
    results: {
      total_samples: results.results.length,
      completed_samples: scored.length,
      scores: [
        {
          name: SCORER,
          scorer: SCORER,
          scored_samples: scored.length,
          unscored_samples: results.results.length - scored.length,
          params: {},
          metrics: Object.fromEntries(
            Object.entries(metricsOf(scored)).map(([name, value]) => [name, { name, value, params: {} }]),
          ),
        },
      ],
    },
    stats: { started_at: began, completed_at: ended, model_usage: {} },
    samples: results.results.map((result) => sampleOf(result, model)),
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** The share that is resolved, and its standard error with tasks as clusters (Inspect's `stderr(cluster=…)`). */
function metricsOf(scored: readonly Result[]): Readonly<Record<'accuracy' | 'stderr', number>> {
  const n = scored.length;
  if (n === 0) return { accuracy: 0, stderr: 0 };
  const mean = scored.reduce((sum, result) => sum + resolvedBy(result), 0) / n;
  const clusters = Map.groupBy(scored, ({ task }) => task);
  const squares = [...clusters.values()].map(
    (some) => some.reduce((sum, result) => sum + resolvedBy(result) - mean, 0) ** 2,
  );
  return { accuracy: mean, stderr: Math.sqrt(squares.reduce((sum, one) => sum + one, 0)) / n };
}

const resolvedBy = ({ verdict }: Result) => Number(verdict === 'resolved');

function sampleOf({ task, epoch, verdict, score, evidence, seconds, costUSD, language, patch }: Result, model: string) {
  const metadata = { verdict, seconds, costUSD, ...(language && { language }), ...(score !== undefined && { score }) };
  const said = patch === undefined ? [] : [{ role: 'assistant', content: patch, source: 'generate' }];
  return {
    id: task,
    epoch,
    input: task,
    target: '',
    messages: said,
    output: {
      model,
      choices: said.map((message) => ({ message, stop_reason: 'stop' })),
      completion: patch ?? '',
    },
    ...(verdict === 'infrastructure'
      ? { error: { message: evidence, traceback: '', traceback_ansi: '' } }
      : {
          scores: {
            [SCORER]: {
              value: verdict === 'resolved' ? 'C' : 'I',
              answer: patch ?? null,
              explanation: evidence,
              metadata,
            },
          },
        }),
    metadata,
    store: {},
    events: [],
    attachments: {},
    total_time: seconds,
  };
}
