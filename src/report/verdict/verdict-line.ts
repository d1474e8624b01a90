import type { CostVerdict } from '../../model/gate/cost.ts';
import type { Bounds, GateEvidence, GateVerdict } from '../../model/gate/verdict.ts';
import type { VariantId } from '../../model/ids.ts';
import { count, pAtMost, pValue, rated, tally } from '../text/figures.ts';
import type { VariantView } from '../view.ts';

/** What the held-out comparison says, in a few sentences, with its n. */
export function gateSentence(variant: VariantId, gate: GateVerdict): string {
  const { p, means = gate, evidence } = gate;
  if (evidence?.rounds === 0 && !gate.refused)
    return `**${variant} could not be compared with the root:** the run’s limit does not pay for a whole round of held-out tasks. More can be bought: \`/huxley prove ${variant} costUSD=…\`.`;
  const on = measuredOn(gate, 'held-out task');
  // Sums of the same scores in another order differ in their last digits.
  const ahead = Math.round(1e9 * (means.variant - means.root));
  const relation = ahead > 0 ? 'beats the root' : ahead === 0 ? 'equals the root' : 'is behind the root';
  if (evidence?.cost)
    return [
      costText(variant, gate, evidence.cost, on),
      ...absences(variant, gate),
      conclusion(variant, gate),
      ...endText(variant, evidence),
      ...(gate.passed || gate.refused || evidence.stopped === 'futile' || evidence.cost.unit === null
        ? []
        : [`More attempts can be bought: \`/huxley prove ${variant}\`.`]),
    ].join(' ');
  const parts = [
    `**${variant} ${relation}: ${betterText(gate, on)}** (${countsText(gate)}, ${pValue(p)}, needed ${pAtMost(gate.alpha)}).`,
    ...absences(variant, gate),
    ...(evidence === undefined || gate.refused ? [] : [gainText(evidence, gate.passed)]),
    conclusion(variant, gate),
    ...(evidence === undefined ? [] : endText(variant, evidence)),
  ];
  return parts.join(' ');
}

/** What both were measured on. @param noun of one of the tasks */
export function measuredOn({ evidence }: GateVerdict, noun: string): string {
  return evidence === undefined || evidence.rounds === 1
    ? `${noun}s`
    : `attempts at ${count(evidence.tasks, noun)}, ${evidence.rounds} each`;
}

/** How the variant did beside the root, and on how many pairs they differ. Plain text. */
export function figuresText(gate: GateVerdict, noun: string): string {
  return `${betterText(gate, measuredOn(gate, noun))} (${countsText(gate)})`;
}

/** What a comparison on held-out tasks came to, to be read after the variant's name, and the figures that it rests on. Plain text. */
export function outcomeOf(gate: GateVerdict): { readonly said: string; readonly figures: string } {
  const { passed, p, alpha, evidence } = gate;
  const needed = `${pValue(p)}, needed ${pAtMost(alpha)}`;
  if (evidence?.cost) {
    const cost = costText('it', gate, evidence.cost, measuredOn(gate, 'held-out task')).replaceAll('**', '');
    return { said: passed ? 'passed' : 'did not pass', figures: `${cost.replace(/\.$/, '')} (${needed})` };
  }
  const said = passed ? 'beats the root' : 'is not proven better than the root';
  return { said, figures: `${figuresText(gate, 'held-out task')}, ${needed}` };
}

/** What the variant and the root came to: resolved tasks of all, or mean scores where those are compared. */
export function sidesOf({ variant, root, n, means }: GateVerdict): readonly [variant: string, root: string] {
  const short = (share: number) => share.toFixed(2).replace(/^0/, '');
  return means ? [short(means.variant), short(means.root)] : [`${variant}/${n}`, `${root}/${n}`];
}

function betterText(gate: GateVerdict, on: string): string {
  return `${gate.means ? 'mean score ' : ''}${comparedText(gate, on)}`;
}

function countsText({ means, variant, root, fixed, broken }: GateVerdict): string {
  return `${means ? `${variant} resolved against ${root}, ` : ''}${fixed} fixed, ${broken} broken`;
}

function comparedText(gate: GateVerdict, on: string): string {
  return `${sidesOf(gate).join(' against ')} ${gate.means ? `on ${gate.n} ` : ''}${on}`;
}

/**
 * What a variant costs and whether it is worse, beside the root, and what is not shown of it. Markdown.
 * @param variant what it is called
 * @param on what both were measured on
 */
export function costText(
  variant: string,
  gate: GateVerdict,
  { scoreDifference, ratio, level, margin, saving, why, unit }: CostVerdict,
  on: string,
): string {
  const counts = `${gate.means ? 'has a mean score of' : 'resolves'} ${comparedText(gate, on)}`;
  if (ratio === null) {
    const unknown =
      unit === null ? 'what its attempts cost is not known' : 'there was too little to compare what it costs';
    return `**${variant} ${counts}; ${unknown}.**`;
  }
  const confidence = `${Number((100 * (1 - 2 * level)).toPrecision(3))} %`;
  const [least, most] = [costs(ratio.upper), costs(ratio.lower)];
  const range = least.word === most.word ? `${least.percent} to ${most.text}` : `${least.text} to ${most.text}`;
  const first = `**${variant} costs ${costs(ratio.value).text} per task${unit === 'tokens' ? ', in tokens' : ''} (${confidence}: ${range}) and ${counts}`;
  if (gate.refused) return `${first}.**`;
  const worse = `by more than ${percentOf(margin)} points** (${confidence}: ${points(scoreDifference.lower)} to ${points(scoreDifference.upper)})`;
  const dear = why === 'cost' || why === 'score and cost';
  return [
    `${first}; ${why === 'score' || why === 'score and cost' ? 'it could be' : 'it is not'} worse ${worse}.`,
    ...(dear ? [`That it costs at least ${percentOf(saving)} % less is not shown.`] : []),
  ].join(' ');
}

/** What was asked for, as it was written: 7.5 stays 7.5. */
function percentOf(share: number): number {
  return Number((100 * share).toPrecision(3));
}

/** A ratio of costs in words: `38 % less`. */
export function costs(ratio: number) {
  const percent = Math.round(100 * Math.abs(1 - ratio));
  const word = ratio <= 1 ? 'less' : 'more';
  return { percent, word, text: `${percent} % ${word}` };
}

/** The gain, and what it is a gain on. */
function gainText({ gain, here, alike }: GateEvidence, passed: boolean): string {
  const range = ({ lower, upper }: Bounds) => `${points(lower)} to ${points(upper)}`;
  const scope = !passed
    ? ''
    : alike.lower > 0
      ? ' The gain holds for tasks like these, too.'
      : ' It is proven for these very tasks, not yet for others like them.';
  return `The gain is ${points(gain)} points (90 %: ${range(here)} on these tasks, ${range(alike)} on tasks like them).${scope}`;
}

function points(share: number): string {
  return `${Math.round(100 * share)}`;
}

/** Why it looked no further, and what more would buy. */
function endText(variant: VariantId, { stopped, evaluations, more }: GateEvidence): string[] {
  const after = `after ${count(evaluations, 'evaluation')}`;
  const why: Readonly<Record<GateEvidence['stopped'], string[]>> = {
    proof: [],
    refused: [],
    evaluations: [],
    futile: [`The comparison stopped ${after}, because more were unlikely to change that.`],
    money: [`The comparison stopped ${after}: more could have exceeded the run’s limit.`],
    person: [`A person stopped the comparison ${after}.`],
    hours: [`The comparison stopped ${after}, because the run’s hours were over.`],
  };
  const offer =
    more === undefined || stopped === 'refused'
      ? []
      : [
          `With ${more.evaluations} more it would pass in about ${Math.round(100 * more.chance)} of 100 cases, if the gain is what it looks like: \`/huxley prove ${variant}\`.`,
        ];
  return [...why[stopped], ...offer];
}

function absences(variant: VariantId, { missing = 0, dropped = 0, evidence }: GateVerdict): string[] {
  const what = (evidence?.rounds ?? 1) > 1 ? 'attempt' : 'task';
  return [
    ...(missing > 0
      ? [`${count(missing, what)} without a result on ${variant} ${missing === 1 ? 'counts' : 'count'} as failed.`]
      : []),
    ...(dropped > 0
      ? [`${count(dropped, what)} without a result on the root ${dropped === 1 ? 'is' : 'are'} left out.`]
      : []),
  ];
}

function conclusion(variant: VariantId, { passed, refused }: GateVerdict): string {
  switch (refused) {
    case 'tampered':
      return `**${variant} tampered with what grades it, or descends from a variant that did: it can never be merged.**`;
    case 'missing':
      return 'Too many results are missing to judge, so it is not merged.';
    default:
      return passed ? 'Enough evidence to merge.' : 'Not enough evidence to merge.';
  }
}

/** Line 1 of a variant's pull request: the verdict, as far as there is one. */
export function verdictLine(node: VariantView, gate: GateVerdict | null): string {
  if (gate !== null) return gateSentence(node.variant, gate);
  switch (node.state) {
    case 'could not be made':
    case 'did not pass its own check':
      return `**${node.variant} ${node.state}.** It was never measured.`;
    case 'tampered':
      return `**${node.variant} is out of the search and can never be merged:** it tampered with what grades it, or descends from a variant that did.`;
    case 'pruned':
      return `**${node.variant} is out of the search.** A person took its clade out; reopening this pull request restores it.`;
    default: {
      if (node.state === 'never measured')
        return `**${node.variant} was never measured.** The run ended before its turn.`;
      if (node.own.n === 0) return `**${node.variant} waits for evidence.** Nothing has been measured yet.`;
      const { root } = node.same;
      const beside =
        root.n === node.own.n
          ? `the root ${tally(root)} of the same`
          : `the root ${tally(root)} of those it was also measured on`;
      return `**${node.variant} resolves ${rated(node.own)} search tasks**; ${beside}. Search tasks choose variants, so this is not proof: held-out tasks decide.`;
    }
  }
}
