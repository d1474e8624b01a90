import type { Archive } from '../../archive/archive.ts';
import type { ArchiveEventOf } from '../../model/event.ts';
import type { CostGoal } from '../../model/gate/cost.ts';
import type { Bounds, GateRules, Grant } from '../../model/gate/verdict.ts';
import type { Sha } from '../../model/ids.ts';
import { inline } from '../../report/text/escape.ts';
import { count, dollars, few, pAtMost, pValue } from '../../report/text/figures.ts';
import { titleText } from '../../report/text/text.ts';
import { levelText } from '../../report/verdict/level-text.ts';
import { costText, figuresText, measuredOn } from '../../report/verdict/verdict-line.ts';
import type { MeasureKind, MeasureVerdict } from './verdict.ts';

/** What a measurement will do and may cost, said before any money is spent. */
export function measureAdvice(
  { run, measure, root, tasks, heldOut, costUSD, confidence, gate }: ArchiveEventOf<'run.started'>,
  { base, moved, untouched, grant, leftOut }: MeasureFacts,
): string[] {
  const { pull, head, sealed, evaluations, configuration } = measure!;
  const size = sealed ? heldOut.length - leftOut : tasks.length;
  const rounds = Math.max(1, Math.floor(evaluations / (2 * size)));
  const on = `${count(size, sealed ? 'held-out task' : 'search task')}, in up to ${count(rounds, 'round')}`;
  return [
    `Measurement **${run}** has started: pull request #${pull} at ${short(head.sha)} compared with ${short(root.sha)}, where it branched from ${inline(base, 100)}, on ${on}.`,
    `It costs at most ${dollars(costUSD!)} and ${count(evaluations, 'evaluation')}, and ends before that once a difference is shown or has become unlikely. It merges and closes nothing.`,
    ...(sealed && gate?.goal === 'cost' ? [costGoalText(gate)] : []),
    sealed
      ? levelText({ confidence, promise: gate!.promise }, grant!)
      : `*Better* or *worse* is reported when it is shown at ${pAtMost((1 - confidence) / 2)} each: of 100 pull requests without any difference, at most ${percent(1 - confidence)} get either verdict.`,
    ...(moved
      ? [
          `**${inline(base, 100)} has moved since.** What a merge would make of both is not measured: bring the branch up to date first if that matters.`,
        ]
      : []),
    ...(untouched.length > 0
      ? [
          `**Not measured:** it changes ${few(untouched)}, and that is taken from ${short(configuration)} of the default branch or hidden from the agent.`,
        ]
      : []),
    'Progress is in the comment below; the verdict becomes a check on this commit and the last comment here. A push to the pull request withdraws the measurement, and `/huxley stop` ends it.',
  ];
}

/** What a sealed measurement shows where the gate's goal is cost. */
function costGoalText({ margin, saving, metric }: CostGoal & Pick<GateRules, 'metric'>): string {
  const worse =
    metric === 'score'
      ? `its mean score is at most ${percent(margin)} points lower`
      : `it resolves at most ${percent(margin)} points fewer`;
  return `With \`merge.goal: cost\` it asks for a cheaper agent: *cheaper* is reported when two things are shown, that the head costs at least ${percent(saving)} % less per task than the base, and that ${worse}. Both have to hold at one look, after the last round.`;
}

/** What is known of a pull request besides what its run keeps. */
export interface MeasureFacts {
  /** Its base branch, and whether that has moved since the merge base. */
  readonly base: string;
  readonly moved: boolean;
  /** What it changes that no worker takes from it. Markdown. */
  readonly untouched: readonly string[];
  /** What the ledger grants a sealed one, and how many held-out tasks play no part. */
  readonly grant: Grant | null;
  readonly leftOut: number;
}

export const KIND_WORDS: Readonly<Record<MeasureKind, string>> = {
  better: 'Better',
  worse: 'Worse',
  'no difference': 'No difference shown',
  missing: 'Not judged',
  tampered: 'Tampered',
  cheaper: 'Cheaper',
  nothing: 'Nothing was measured',
};

/** The verdict in a paragraph, for the journal and every surface. Plain text. */
export function measureHeadline(archive: Archive, { kind, gate, p, alpha }: MeasureVerdict): string {
  const sealed = archive.opened !== null;
  const { missing = 0, dropped = 0 } = gate;
  const evidence = gate.evidence!;
  const noun = sealed ? 'held-out task' : 'search task';
  const figures = figuresText(gate, noun);
  const absent = missing + dropped > 0 ? [`${count(missing + dropped, 'result')} missing.`] : [];
  if (kind === 'tampered') return `${KIND_WORDS[kind]}: it interfered with what grades it. ${figures}.`;
  if (kind === 'missing') return `${KIND_WORDS[kind]}: too many results are missing. ${figures}. ${absent.join(' ')}`;
  if (kind === 'nothing') return `${KIND_WORDS[kind]}: not one round was complete.`;
  const gain = `The gain is ${points(evidence.gain)} points (90 %: ${range(evidence.here)} on these tasks, ${range(evidence.alike)} on tasks like them)`;
  return [
    ...(evidence.cost
      ? [
          `${KIND_WORDS[kind]}: ${costText('it', gate, evidence.cost, measuredOn(gate, noun)).replaceAll('**', '')}`,
          `${gain}.`,
        ]
      : [`${KIND_WORDS[kind]}: ${figures}.`, `${gain}, ${pValue(p)} (needed ${pAtMost(alpha)}).`]),
    ...absent,
    attemptCosts(archive),
  ].join(' ');
}

/** What an attempt has cost on average, those without a result included. */
function attemptCosts({ search, heldOut }: Archive): string {
  const [base, head] = search.variants.map((variant) => {
    const sealed = (heldOut.get(variant!.id) ?? []).reduce(
      (sum, { scores }) => sum + scores.filter((s) => s >= 0).length,
      0,
    );
    const results = variant!.own.resolved + variant!.own.unresolved + sealed;
    return results === 0 ? 0 : variant!.costUSD / results;
  });
  const cents = (amount: number) => `$${amount.toPrecision(3)}`;
  return `An attempt cost ${cents(base!)} at the base and ${cents(head!)} at the head.`;
}

/** The last comment: the verdict, what was compared, and what to make of it. Markdown. */
export function measureText({ settings, outcome, opened }: Archive): string[] {
  const { pull, head } = settings.measure!;
  const said = inline(outcome!.reason, 2_000).replace(/^[^.:]+/, '**$&**');
  const compared = `Pull request #${pull} at ${head.sha} compared with ${settings.root.sha}.`;
  if (outcome!.outcome !== 'measured') return [said, compared];
  return [
    said,
    compared,
    opened !== null
      ? 'Each comparison on the held-out tasks uses up some of their error budget: the next one needs stronger evidence.'
      : 'Search tasks steer runs; what a merge promises is measured on the held-out ones (`/huxley measure sealed`). Which is which is not secret: if a change was made with the tasks in view, neither shows how it does on others.',
  ];
}

/** The first words of how a measurement ended. Plain text. */
export function measureTitle(reason: string): string {
  // A mean score has a point in it.
  return titleText(reason.split(/\.(?!\d)|\(/, 1)[0]!);
}

export function short(sha: Sha): string {
  return `\`${sha.slice(0, 12)}\``;
}

const range = ({ lower, upper }: Bounds) => `${points(lower)} to ${points(upper)}`;
const points = (share: number) => `${Math.round(100 * share)}`;
const percent = (share: number) => Number((100 * share).toPrecision(3));
