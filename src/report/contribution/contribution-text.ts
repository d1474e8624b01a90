import { variantId } from '../../model/ids.ts';
import { type Contribution, showsNone } from '../../search/contribution/contribution.ts';
import { inline } from '../text/escape.ts';
import { count, tally } from '../text/figures.ts';
import { type RunView, type VariantView, variantIn } from '../view.ts';

/** Rows at most; the others are summed. */
const MOST = 20;

/** What each edit of a lineage contributed, as a table, with those named that show nothing. */
export function contributionTable(
  view: Pick<RunView, 'run' | 'variants'>,
  contributions: readonly Contribution[],
): string {
  const shown = new Set(contributions.toSorted((a, b) => Math.abs(b.mean) - Math.abs(a.mean)).slice(0, MOST));
  const rest = contributions.filter((edit) => !shown.has(edit));
  const slims = contributions.flatMap(({ variant }) => variantIn(view, variantId(variant)).slim ?? []);
  const gone = new Set(slims.flatMap(({ dropped }) => dropped));
  const none = contributions
    .filter(showsNone)
    .map(({ variant }) => variantId(variant))
    .filter((id) => !gone.has(id) && !variantIn(view, id).slim);
  const rows = contributions
    .filter((edit) => shown.has(edit))
    .map(({ variant, mean, lower, upper, same }) => {
      const id = variantId(variant);
      const before = same.n === 0 ? '-' : `${same.parent}/${same.n}`;
      const own = tally({ resolved: same.own, n: same.n });
      return `| ${id}: ${inline(variantIn(view, id).summary, 80)}${gone.has(id) ? ' (dropped since)' : ''} | ${points(mean)} (${points(lower)} to ${points(upper)}) | ${before} | ${own} |`;
    });
  return [
    '| edit | contributed, of 100 tasks | same tasks before | after |',
    '|---|--:|--:|--:|',
    ...rows,
    ...(rest.length === 0 ? [] : [`| ${count(rest.length, 'more edit')} | ${points(sum(rest))} together | | |`]),
    '',
    `Gains of each over the variant before it, as the search believes them, with 90 % intervals; together ${points(sum(contributions))}. ${none.length === 0 ? `Each${slims.length === 0 ? '' : ' of the others'} shows a contribution.` : `No contribution shown: ${none.join(', ')}.`}`,
  ].join('\n');
}

/** Without whose edits a variant is to be, and which of them stay, in a clause. */
export function slimText({ by, dropped, unreverted }: NonNullable<VariantView['slim']>): string {
  const kept =
    unreverted.length === 0
      ? ''
      : `; ${unreverted.join(', ')} could not be reverted: later edits build on them, or the rest would not be allowed`;
  return `Asked for by ${inline(by, 60)}: without the edits of ${dropped.join(', ')}, which showed no contribution${kept}`;
}

function sum(contributions: readonly Contribution[]): number {
  return contributions.reduce((total, { mean }) => total + mean, 0);
}

/** `+3.2`, `-0.4`: points of a hundred. */
function points(share: number): string {
  const value = (100 * share).toFixed(1);
  return share < 0 || value === '0.0' ? value.replace('-0.0', '0.0') : `+${value}`;
}
