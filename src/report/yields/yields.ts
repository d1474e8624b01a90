import type { Archive, SearchState, Variant } from '../../archive/archive.ts';
import { OPERATORS } from '../../model/operator.ts';
import { OPERATOR_TABLE } from '../../search/operator.ts';
import type { Belief, Policy } from '../../search/policies/policy.ts';
import { learningOf, sharesNow, yieldsBy } from '../../search/shares/shares.ts';
import { inline } from '../text/escape.ts';
import { details } from '../text/fit.ts';

/** What has come of the expansions that were made in one way. */
export interface YieldRow {
  readonly way: string;
  readonly expansions: number;
  /** Children that work as far as is known: made, and not barred. */
  readonly made: number;
  /** By how much more of the tasks its measured children are believed to resolve than their parents, on average; null for none. */
  readonly gain: number | null;
  /** How often it is taken where each is possible, in [0, 1]: at the start and now. */
  readonly first: number;
  readonly now: number;
}

/** By operator, or by whatever else is chosen by its yield. */
export interface YieldTable {
  readonly of: string;
  readonly rows: readonly YieldRow[];
}

/** What expansions have yielded; empty before one has ended, and where the policy does not learn from it. */
export function yieldTables(
  { search, settings }: Archive,
  policy: Policy,
  beliefs: ReadonlyMap<number, Belief>,
): readonly YieldTable[] {
  const learning = learningOf(policy, search);
  if (learning === null || search.expansionsMade + search.expansionsFailed === 0) return [];
  const table = (
    of: string,
    ways: readonly string[],
    shares: readonly number[],
    wayOf: (of: Variant) => string | null | undefined,
  ) => {
    const yields = yieldsBy(search, learning.worth, wayOf);
    const by = ways.map((way) => yields.get(way));
    const now = sharesNow(shares, by, learning.weight);
    const all = shares.reduce((a, b) => a + b, 0);
    const row = (way: string, at: number): YieldRow => ({
      way,
      expansions: by[at]?.ended ?? 0,
      made: by[at]?.made ?? 0,
      gain: meanGain(search, beliefs, (variant) => wayOf(variant) === way),
      first: shares[at]! / all,
      now: now[at]!,
    });
    return { of, rows: ways.map(row) };
  };
  return [
    table(
      'operator',
      OPERATORS,
      OPERATORS.map((operator) => OPERATOR_TABLE[operator].share),
      ({ operator }) => operator,
    ),
    ...(['diagnose', 'modify'] as const).flatMap((task) => {
      const names = settings.models?.[task];
      if (names === undefined) return [];
      const equal = names.map(() => 1 / names.length);
      return [table(`model to ${task}`, names, equal, ({ birth }) => birth?.models?.[task])];
    }),
  ];
}

function meanGain(
  { variants }: SearchState,
  beliefs: ReadonlyMap<number, Belief>,
  counts: (variant: Variant) => boolean,
): number | null {
  const gains = variants.flatMap((variant) => {
    if (!variant || variant.birth?.idea || !counts(variant)) return [];
    const [own, before] = [beliefs.get(variant.number), beliefs.get(variant.parent)];
    return own && before ? [own.mean - before.mean] : [];
  });
  return gains.length === 0 ? null : gains.reduce((a, b) => a + b, 0) / gains.length;
}

/** The tables, folded away; nothing for none. */
export function yieldsDetails(tables: readonly YieldTable[]): string[] {
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const points = (gain: number | null) =>
    gain === null ? '-' : `${gain < 0 ? '−' : '+'}${(100 * Math.abs(gain)).toFixed(1)} points`;
  return tables.map(({ of, rows }) =>
    details(
      `What each ${of} has yielded`,
      [
        `| ${of} | expansions | made a variant | mean gain | share at first | now |`,
        '|---|--:|--:|--:|--:|--:|',
        ...rows.map(
          ({ way, expansions, made, gain, first, now }) =>
            `| ${inline(way, 80)} | ${expansions} | ${made} | ${points(gain)} | ${percent(first)} | ${percent(now)} |`,
        ),
        '',
        'Gains are what the search believes of variants that were measured, against their parents. Shares are those where each is possible.',
      ].join('\n'),
    ),
  );
}
