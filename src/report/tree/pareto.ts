import { type VariantId, variantNumber } from '../../model/ids.ts';
import { tally, tokens } from '../text/figures.ts';
import type { RunView } from '../view.ts';

/** A variant's score beside what an evaluation of it costs. */
export interface ScoreCost {
  readonly variant: VariantId;
  /** Search tasks it resolved of the `n` it was measured on. */
  readonly resolved: number;
  readonly n: number;
  /** Mean of an evaluation, > 0: in US dollars or tokens, the same for all. */
  readonly cost: number;
}

/** Points a picture shows at most. */
const MAX_POINTS = 30;
/** Evaluations a variant needs to be among them, and variants a picture needs. */
const MIN_EVALUATIONS = 5;
const MIN_POINTS = 3;

/**
 * The variants no other one is better than: a higher share resolved at no higher cost, or a lower cost at no lower share. Cheapest
 * first; of those alike in both, all.
 */
export function paretoFront(points: readonly ScoreCost[]): VariantId[] {
  return front(points).map(({ variant }) => variant);
}

function front(points: readonly ScoreCost[]): ScoreCost[] {
  const kept: ScoreCost[] = [];
  for (const point of points.toSorted((a, b) => a.cost - b.cost || score(b) - score(a))) {
    const last = kept.at(-1);
    if (!last || score(point) > score(last) || (score(point) === score(last) && point.cost === last.cost))
      kept.push(point);
  }
  return kept;
}

/**
 * Score and cost of variants as a mermaid chart and a sentence that names the front; empty where fewer than three have five
 * evaluations or more. Shows the front and then those with the most evaluations, 30 at most. Holds nothing untrusted.
 */
export function scoreCostChart(points: readonly ScoreCost[], unit: 'USD' | 'tokens'): string {
  const known = points.filter(({ n }) => n >= MIN_EVALUATIONS);
  if (known.length < MIN_POINTS) return '';
  const best = front(known);
  const rest = known.filter((point) => !best.includes(point)).sort((a, b) => b.n - a.n);
  const shown = [...best, ...rest].slice(0, MAX_POINTS);
  const highest = Math.max(...shown.map(({ cost }) => cost));
  const named = best
    .slice(0, MAX_POINTS)
    .map((point) => `**${point.variant}** ${tally(point)} at ${amount(point.cost, unit)}`);
  const left = known.length - shown.length;
  return [
    '```mermaid',
    'quadrantChart',
    `  x-axis "cheaper" --> "up to ${amount(highest, unit)} an evaluation"`,
    '  y-axis "resolves less" --> "resolves more"',
    ...shown
      .toSorted((a, b) => variantNumber(a.variant) - variantNumber(b.variant))
      .map((point) => `  ${point.variant}: [${share((0.95 * point.cost) / highest)}, ${share(score(point))}]`),
    '```',
    `Pareto front (no variant resolves more for less): ${named.join(', ')} per evaluation.${left > 0 ? ` ${left} not shown.` : ''}`,
  ].join('\n');
}

/** The same of a run, in tokens of search evaluations; left out are variants of which those are not known, that resolved nothing, or that are out of the search. */
export function runChart({ variants }: RunView): string {
  const points = variants.flatMap(({ variant, state, own, tokensPerSolved }) =>
    state === 'tampered' || state === 'pruned' || tokensPerSolved === null || tokensPerSolved === 0
      ? []
      : [{ variant, ...own, cost: (tokensPerSolved * own.resolved) / own.n }],
  );
  return scoreCostChart(points, 'tokens');
}

function score({ resolved, n }: ScoreCost): number {
  return resolved / n;
}

/** What mermaid reads as a coordinate: 0, 1, or a decimal fraction that begins with 0. */
function share(value: number): string {
  return String(Number(value.toFixed(3)));
}

function amount(cost: number, unit: 'USD' | 'tokens'): string {
  return unit === 'tokens'
    ? `${tokens(cost)} tokens`
    : `$${cost.toLocaleString('en', { maximumSignificantDigits: 2 })}`;
}
