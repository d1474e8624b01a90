import { OPERATORS } from '../../../model/operator.ts';
import type { VariantFacts } from '../../document/document.ts';
import { percent, price } from '../parts/figures.ts';
import type { Run } from '../parts/run.ts';

export const COLOURS = ['belief', 'measured', 'cost', 'operator'] as const;
export type Colour = (typeof COLOURS)[number];

export const COLOUR_HINTS: Readonly<Record<Colour, string>> = {
  belief: 'What the search believes of a variant: the share of tasks that it is expected to resolve',
  measured: 'The share of attempts at search tasks that were resolved',
  cost: 'What an attempt at a task costs on average',
  operator: 'How a variant was made from its parent',
};

/** Steps of a scale; classes `s0` to `s6` colour them. */
export const STEPS = 7;

/** How variants are coloured, and what the colours mean. */
export interface Scale {
  /** A class of the style sheet; `s-none` where there is nothing to colour by. */
  readonly of: (variant: VariantFacts) => string;
  readonly legend:
    | { readonly kind: 'steps'; readonly from: string; readonly to: string }
    | { readonly kind: 'names'; readonly names: readonly (readonly [name: string, of: string])[] };
}

/** `belief` may be another's than the one now, by number. */
export function scaleOf(run: Run, colour: Colour, belief?: (variant: VariantFacts) => number | null): Scale {
  if (colour === 'operator') {
    const used = OPERATORS.filter((name) => run.document.variants.some(({ operator }) => operator === name));
    return {
      of: ({ operator }) => (operator === null ? 's-none' : `k${OPERATORS.indexOf(operator)}`),
      legend: { kind: 'names', names: used.map((name) => [name, `k${OPERATORS.indexOf(name)}`]) },
    };
  }
  const value =
    colour === 'belief'
      ? (belief ?? ((variant: VariantFacts) => variant.belief?.mean ?? null))
      : colour === 'measured'
        ? ({ own }: VariantFacts) => (own.n === 0 ? null : own.resolved / own.n)
        : ({ number }: VariantFacts) => run.attemptUSD.get(number) ?? null;
  const values = run.document.variants.map(value).filter((each) => each !== null);
  const [low, high] = values.reduce(([a, b], each) => [Math.min(a, each), Math.max(b, each)], [Infinity, -Infinity]);
  const step = (each: number) =>
    high > low ? Math.min(STEPS - 1, Math.floor((STEPS * (each - low)) / (high - low))) : 0;
  const words = colour === 'cost' ? price : percent;
  return {
    of: (variant) => {
      const own = value(variant);
      return own === null ? 's-none' : `s${step(own)}`;
    },
    legend: {
      kind: 'steps',
      from: values.length === 0 ? '–' : words(low),
      to: values.length === 0 ? '–' : words(high),
    },
  };
}
