import type { Band, Foretold, Judged, Score } from '../../search/predictions/score.ts';
import { inline } from '../text/escape.ts';
import { count } from '../text/figures.ts';
import type { RunView } from '../view.ts';

/** `Predicted: 1.7 of 3 fixed (1 was). Brier score 0.21, against 0.25 for the base rate; lower is better.` */
export function predictionLine(score: Score): string {
  return `Predicted: ${inWords(score)}`;
}

/** The run's record. */
export function predictionsLine({ variants, score, trusted }: NonNullable<RunView['predictions']>): string {
  const used =
    trusted === undefined
      ? ''
      : trusted
        ? ' In this repository, variants with a higher predicted gain have gained more, so the search expects more of them.'
        : ' The search does not use predictions: variants with a higher predicted gain have not yet been shown to gain more.';
  return `Predicted over ${count(variants, 'variant')}: ${inWords(score)}${used}`;
}

/** How many were to come, by the sum of their chances, and how many came. */
function inWords({ fix, break: broken, open, brier }: Score): string {
  if (brier === null) return open === 0 ? 'nothing that applies.' : `${count(open, 'change')}, not measured yet.`;
  const told = [foretold(fix, DONE.fix), foretold(broken, DONE.break)].filter(Boolean).join(', ');
  const errors = `Brier score ${brier.own.toFixed(2)}, against ${brier.base.toFixed(2)} for the base rate; lower is better.`;
  return `${told}. ${errors}${open === 0 ? '' : ` ${open} more not measured yet.`}`;
}

function foretold({ n, came, expected }: Foretold, done: string): string {
  const were = came === 0 ? 'none was' : came === 1 ? '1 was' : `${came} were`;
  return n === 0 ? '' : `${Number(expected.toFixed(1))} of ${n} ${done} (${were})`;
}

/** One row a prediction. */
export function predictionTable(judged: readonly Judged[]): string {
  return [
    'A prediction counts once the variant and its parent have both been measured on the task.',
    '',
    '| task | predicted | chance | outcome |',
    '|---|---|--:|---|',
    ...judged.map(
      ({ task, change, chance, came }) =>
        `| ${inline(task)} | ${DONE[change]} | ${chance.toFixed(2)} | ${outcomeOf(change, came)} |`,
    ),
  ].join('\n');
}

const DONE = { fix: 'fixed', break: 'broken' } as const;

function outcomeOf(change: Judged['change'], came: Judged['came']): string {
  switch (came) {
    case 'true':
      return DONE[change];
    case 'false':
      return `not ${DONE[change]}`;
    case 'moot':
      return `does not apply: its parent ${change === 'fix' ? 'resolves' : 'fails'} it`;
    case 'open':
      return 'not measured yet';
  }
}

/** How often what was given about the same chance came true. */
export function calibrationTable(bands: readonly Band[]): string {
  return [
    'If the chances are right, the share that came true is close to the mean chance.',
    '',
    '| predictions | mean chance | came true |',
    '|--:|--:|--:|',
    ...bands.map(({ n, expected, came }) => `| ${n} | ${(expected / n).toFixed(2)} | ${(came / n).toFixed(2)} |`),
  ].join('\n');
}
