import type { Decision } from '../model/decision.ts';
import { sentence } from '../model/error.ts';
import type { JournalEntry } from '../model/event.ts';
import type { VariantId } from '../model/ids.ts';
import type { Contribution } from '../search/contribution/contribution.ts';
import { contributionTable, slimText } from './contribution/contribution-text.ts';
import { modelsText, operatorText } from './operator-text.ts';
import { calibrationTable, predictionLine, predictionsLine, predictionTable } from './predictions/text.ts';
import { decisionText, reasonTable } from './reason.ts';
import { inline } from './text/escape.ts';
import { count, dollars, figure, rated } from './text/figures.ts';
import { details, fitBody } from './text/fit.ts';
import { type RunView, type VariantView, variantIn } from './view.ts';
import { yieldsDetails } from './yields/yields.ts';

/**
 * The reply to `/huxley explain vN`: why it exists, why it was chosen each time, and what was believed then.
 *
 * @param contributions of the edits it has in it, the oldest first
 */
export function explainVariant(
  view: RunView,
  entries: readonly JournalEntry[],
  variant: VariantId,
  contributions: readonly Contribution[] = [],
): string {
  const node = variantIn(view, variant);
  const decisions = entries.flatMap(({ event }) => (event.type === 'decision.made' ? [event] : []));
  const birth = decisions.find(({ decision }) => decision.type === 'expand' && decision.variant === variant);
  const chosen = decisions.filter(({ decision }) => concerns(decision, variant));
  return fitBody(
    [
      `**${variant}** is ${node.state}: ${rated(node.own)} search tasks, clade ${rated(node.clade)}, ${dollars(node.costUSD)} spent on it.`,
      variant === 'v0'
        ? view.measure === null
          ? 'It is the root: the default branch as it was when the run started.'
          : `It is the commit where pull request #${view.measure.pull} left its base branch.`
        : origin(node, birth?.decision),
      ...(node.spent
        ? [
            'Every operator has already seen all the evidence on it: it is expanded again once it has failed a new task.',
          ]
        : []),
      ...(node.predictions ? [predictionLine(node.predictions.score)] : []),
      ...integrity(node),
      ...lastChoice(chosen.at(-1)),
    ],
    [
      ...(node.predictions ? [details('Predictions, task by task', predictionTable(node.predictions.judged))] : []),
      ...(contributions.length < 2
        ? []
        : [
            details(
              'What each edit in it contributed',
              `${contributionTable(view, contributions)}${slimHint(view, variant)}`,
            ),
          ]),
      ...(birth
        ? [details(`Decision ${birth.n}: ${decisionText(birth.decision)}`, reasonTable(birth.decision.reason))]
        : []),
      ...chosen
        .slice(-15)
        .toReversed()
        .map(({ n, decision }) => details(`Decision ${n}: ${decisionText(decision)}`, reasonTable(decision.reason))),
    ],
    '',
  );
}

function slimHint({ status }: RunView, variant: VariantId): string {
  if (status !== 'searching' && status !== 'paused') return '';
  return `\n\n\`/huxley slim ${variant}\` makes a variant without those that show none.`;
}

function origin({ summary, adopted, idea, slim, failure, models }: VariantView, birth: Decision | undefined): string {
  const change =
    failure === null
      ? `It changes: ${sentence(inline(summary))}`
      : `It was meant to change: ${sentence(inline(summary))} Why it does not: ${sentence(inline(failure, 400))}`;
  if (adopted) return `${change} It was adopted from #${adopted.pull} by ${inline(adopted.author, 60)}.`;
  if (slim) return `${change} ${slimText(slim)}.`;
  if (idea) return `${change} It was an idea of ${inline(idea.by, 60)}: “${inline(idea.text, 500)}”.`;
  if (birth?.type !== 'expand') return `${change} A person asked for it.`;
  const from =
    birth.tasks.length > 0
      ? ` from what ${birth.parent} did on ${birth.tasks.map((task) => inline(task)).join(', ')}`
      : '';
  return `${change} It was made by ${operatorText(birth.operator)}${from}${birth.donor ? `, learning from ${birth.donor}` : ''}${modelsText(models)}: ${sentence(inline(birth.reason.text, 400))}`;
}

function integrity({ variant, state, tampered, voids }: VariantView): string[] {
  return [
    ...(tampered > 0 ? [`**${count(tampered, 'evaluation')} of it ended as \`tampered\`.**`] : []),
    ...(state === 'tampered'
      ? [`${variant} can never be merged: it tampered with what grades it, or descends from a variant that did.`]
      : []),
    ...(voids > 0 ? [`${count(voids, 'attempt')} to measure it gave no result.`] : []),
  ];
}

function lastChoice(last: { readonly n: number; readonly decision: Decision } | undefined): string[] {
  return last
    ? [`Last chosen to ${decisionText(last.decision)}: ${sentence(inline(last.decision.reason.text, 400))}`]
    : [];
}

/** Whether a decision chose this variant, to be measured, to be a parent, or to be shipped. */
function concerns(decision: Decision, variant: VariantId): boolean {
  switch (decision.type) {
    case 'expand':
      return decision.parent === variant;
    case 'evaluate':
      return decision.variant === variant;
    case 'stop':
      return decision.shipped === variant;
    case 'wait':
      return false;
  }
}

/** The reply to `/huxley explain`: the last decisions of the run, each with its reason. */
export function explainRun(view: RunView, entries: readonly JournalEntry[]): string {
  const decisions = entries.flatMap(({ event }) => (event.type === 'decision.made' ? [event] : []));
  const made = view.variants
    .filter(({ own, place }) => own.n > 0 && place !== null)
    .toSorted((a, b) => a.place! - b.place!);
  return fitBody(
    [
      view.measure !== null
        ? 'A measurement compares a pull request with the commit it branched from: it decides nothing.'
        : view.calibration === null
          ? `Policy \`${view.policy}\`, seed ${view.seed}. Best-belief is **${view.best}**. Ask \`/huxley explain vN\` about one variant.`
          : 'A calibration measures the root against itself: it decides nothing but the order of its search tasks.',
      ...(made.length > 0
        ? [
            made
              .slice(0, 5)
              .map((node) => `- ${node.variant}: ${rated(node.own)}, lower bound ${figure(node.lower)}`)
              .join('\n'),
          ]
        : []),
      ...(view.predictions ? [predictionsLine(view.predictions)] : []),
    ],
    [
      ...yieldsDetails(view.yields),
      ...(view.predictions?.calibration.length
        ? [details('Predictions, by their chance', calibrationTable(view.predictions.calibration))]
        : []),
      ...decisions
        .slice(-10)
        .toReversed()
        .map(({ n, decision }) => details(`Decision ${n}: ${decisionText(decision)}`, reasonTable(decision.reason))),
    ],
    '',
  );
}
