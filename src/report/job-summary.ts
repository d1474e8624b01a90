import type {
  AnyResult,
  EvaluateOrder,
  EvaluateResult,
  ExpandOrder,
  ExpandResult,
  Order,
  PreflightOrder,
  PreflightResult,
} from '../contract/contract.ts';
import { outcomeText } from './outcome-text.ts';
import { block, inline } from './text/escape.ts';
import { count, dollars, minutes } from './text/figures.ts';

/** What GitHub drops whole when it is larger: 1 MiB. */
const PATCH_LIMIT = 200_000;
/** Tasks whose trouble is told before anything is unfolded. */
const MOST_REASONS = 8;

/**
 * The job summary of a worker, as Markdown: the outcome first, then the steps, tokens and cost, the rest folded.
 *
 * @param time where the job's time went, in words; absent for unknown
 */
export function jobSummary(order: Order | PreflightOrder, result: AnyResult, time?: string): string {
  const { usage } = result;
  const tokens = `${usage.inputTokens.toLocaleString('en')} in, ${usage.outputTokens.toLocaleString('en')} out`;
  return [
    `### ${headline(order, result)}`,
    ...(result.rehearsal ? ['**Rehearsal**: a rehearsal model answered, not a real one.'] : []),
    ...(result.error === null
      ? []
      : [`**Trouble** (${inline(result.error.code)}): ${inline(result.error.message, 1_000)}`]),
    ...(result.kind === 'evaluate'
      ? (order as EvaluateOrder).split === 'heldout'
        ? ['Held-out tasks are sealed: only counts are shown here.']
        : evaluation(result)
      : result.kind === 'expand'
        ? expansion(result)
        : preflight(result)),
    `${count(usage.requests, 'model call')} · tokens ${tokens} · ${dollars(usage.costUSD)} of ${dollars(order.limits.costUSD)} · ${minutes(result.seconds)}`,
    ...(time === undefined ? [] : [`Time: ${time}`]),
    `<sub>job ${inline(order.jobId)} · run ${inline(order.run)} · commit ${order.sha.slice(0, 12)} · suite ${inline(order.suite.name)}</sub>`,
  ].join('\n\n');
}

function headline(order: Order | PreflightOrder, result: AnyResult): string {
  if (result.kind === 'preflight') {
    const fatal = result.findings.filter((finding) => finding.fatal).length;
    return `Preflight of ${order.run}: ${result.error || fatal > 0 ? count(fatal, 'obstacle') : 'the run can start'}`;
  }
  if (result.kind === 'expand') {
    const { name, child } = (order as ExpandOrder).operator;
    const made = result.failure === null && result.error === null && result.files.length > 0;
    return `${child} from ${order.variant} by ${name}: ${made ? 'made' : 'not made'}`;
  }
  const measured = result.perTask.filter(({ verdict }) => verdict !== 'infrastructure');
  const resolved = measured.filter(({ verdict }) => verdict === 'resolved').length;
  const missing = (order as EvaluateOrder).tasks.length - measured.length;
  const split = order.kind === 'evaluate' && order.split === 'heldout' ? 'held-out' : 'search';
  return `${order.variant}: ${resolved}/${measured.length} ${split} tasks resolved${missing > 0 ? `, ${missing} without a result` : ''}`;
}

function evaluation(result: EvaluateResult): string[] {
  const rows = result.perTask.map(
    ({ task, verdict, signs, seconds, costUSD }) =>
      `| ${inline(task)} | ${outcomeText(verdict, signs)} | ${minutes(seconds)} | ${dollars(costUSD)} |`,
  );
  const evidence = result.perTask.map(({ task, verdict, evidence: why }) => `${task}: ${verdict}. ${why}`).join('\n');
  if (rows.length === 0) return ['No task was started.'];
  const troubled = result.perTask.filter(
    ({ verdict, evidence: why }) => verdict === 'infrastructure' || /\bcalls? refused: /.test(why),
  );
  const reasons = troubled
    .slice(0, MOST_REASONS)
    .map(({ task, evidence: why }) => `- ${inline(task)}: ${inline(why, 500)}`);
  return [
    ['| task | verdict | time | cost |', '|---|---|--:|--:|', ...rows].join('\n'),
    ...(reasons.length === 0 ? [] : [`Without a result, or with calls that failed:\n\n${reasons.join('\n')}`]),
    folded('Why, task by task', block(evidence, 60_000)),
  ];
}

function expansion({ diagnosis, files, failure }: ExpandResult): string[] {
  const stages = ['diagnose', 'modify', 'validate', 'check'] as const;
  const failedAt = failure === null ? stages.length : stages.indexOf(failure.stage);
  const rows = stages.map((stage, i) => `| ${stage} | ${i < failedAt ? 'done' : i === failedAt ? 'failed' : '-'} |`);
  const patch = files.map(({ path, content }) => `--- ${path}\n${content ?? '(deleted)'}`).join('\n');
  return [
    ...(diagnosis === null ? [] : [`Change: ${inline(diagnosis.title)}`]),
    ['| step | result |', '|---|---|', ...rows].join('\n'),
    ...(failure === null ? [] : [folded(`Why ${failure.stage} failed`, block(failure.reason))]),
    ...(diagnosis === null
      ? []
      : [folded('Diagnosis', block(`${diagnosis.summary}\n\n${diagnosis.proposal}`, 30_000))]),
    ...(files.length === 0 ? [] : [folded(`${count(files.length, 'changed file')}`, block(patch, PATCH_LIMIT))]),
  ];
}

function preflight({ findings }: PreflightResult): string[] {
  return findings.map(({ about, fatal, text }) => `**${about}**${fatal ? '' : ' (no obstacle)'}\n\n${block(text)}`);
}

function folded(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}
