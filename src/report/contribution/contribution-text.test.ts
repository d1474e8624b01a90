import { expect, test } from 'vitest';
import type { Contribution } from '../../search/contribution/contribution.ts';
import type { VariantView } from '../view.ts';
import { contributionTable } from './contribution-text.ts';

const edit = (variant: number, mean: number, n = 24, own = 12): Contribution => ({
  variant,
  mean,
  lower: mean - 0.05,
  upper: mean + 0.05,
  same: { n, own, parent: 10 },
});
const viewOf = (variants: number) => ({
  run: 'r1',
  variants: Array.from({ length: variants }, (_, at) => ({
    variant: `v${at}` as const,
    summary: at === 1 ? 'Retries a <b>failed</b> edit | @everyone #1' : `change ${at}`,
  })) as unknown as VariantView[],
});

test('each edit of a lineage with what it contributed, and those that show nothing by name', () =>
  expect(contributionTable(viewOf(4), [edit(1, 0.0712), edit(2, -0.0004, 0), edit(3, 0.02, 24, 10)])).toBe(
    [
      '| edit | contributed, of 100 tasks | same tasks before | after |',
      '|---|--:|--:|--:|',
      '| v1: Retries a &lt;b&gt;failed&lt;/b&gt; edit \\| @\u200beveryone \\#\u200b1 | +7.1 (+2.1 to +12.1) | 10/24 | 12/24 |',
      '| v2: change 2 | 0.0 (-5.0 to +5.0) | - | - |',
      '| v3: change 3 | +2.0 (-3.0 to +7.0) | 10/24 | 10/24 |',
      '',
      'Gains of each over the variant before it, as the search believes them, with 90 % intervals; together +9.1. No contribution shown: v2, v3.',
    ].join('\n'),
  ));

test('a long lineage shows its twenty largest, in their order, and sums the rest', () => {
  const edits = Array.from({ length: 55 }, (_, at) => edit(at + 1, at < 35 ? 0.001 : 0.06));
  const lines = contributionTable(viewOf(56), edits).split('\n');
  expect(lines).toHaveLength(25);
  expect(lines[2]).toMatch(/^\| v36: /);
  expect(lines[21]).toMatch(/^\| v55: /);
  expect(lines[22]).toBe('| 35 more edits | +3.5 together | | |');
});
