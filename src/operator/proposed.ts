import type { Proposal } from '../model/memory/proposal.ts';
import { quote } from './quote.ts';

/** A proposal that the diagnosing model is asked to think over. */
export interface SentBack {
  readonly title: string;
  /** What it repeats. */
  readonly repeats: 'idea' | 'change';
}

const FROM: Readonly<Record<Proposal['from'], string>> = {
  here: 'proposed for this agent',
  held: 'this agent has it',
  kin: 'proposed for an earlier version of this agent',
  other: 'proposed for another version, which this agent does not descend from',
  earlier: 'proposed in an earlier run',
};

const ENDED: Readonly<Record<Proposal['ended'], string>> = {
  nothing: 'no change came of it',
  refused: 'the change was refused',
  same: 'it gave the very code of another version',
  check: 'the changed agent failed its own check',
  made: 'made, not measured',
  measured: 'made',
  tampered: 'made, and it tampered with what grades it',
  merged: 'merged',
};

const REPEATS: Readonly<Record<SentBack['repeats'], string>> = {
  idea: 'a proposal in the list has this idea, in the same words or in others',
  change: 'the change that came of it is one that came of a proposal for this agent before, to the letter',
};

/** Earlier proposals as quoted data, the most telling first. */
export function quoteProposals(proposals: readonly Proposal[]): string {
  const lines = proposals.flatMap(({ title, idea, from, ended, score }, i) => [
    `${i + 1}. ${title}`,
    ...(idea === undefined ? [] : [`   ${idea}`]),
    `   (${FROM[from]}; ${ENDED[ended]}${score === undefined ? '' : `; it resolved ${score.own} of ${score.n} tasks, and what it was made from ${score.parent} of the same`})`,
  ]);
  return quote('what was proposed before', lines.join('\n'));
}

export function quoteSentBack({ title, repeats }: SentBack): string {
  return quote('sent back', `${title}\n(${REPEATS[repeats]})`);
}
