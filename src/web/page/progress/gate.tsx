import { useCallback, useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { outcomeOf } from '../../../report/verdict/verdict-line.ts';
import type { Comparison } from '../../document/document.ts';
import { axis, Chart, type Palette } from '../parts/chart.tsx';
import { count } from '../parts/figures.ts';
import { type Column, Table } from '../parts/table.tsx';
import { to } from '../route.ts';

type Look = Comparison['looks'][number];

const COLUMNS: readonly Column<Look>[] = [
  { name: 'Round', number: true, by: null, show: ({ round }) => round },
  {
    name: 'Pairs',
    number: true,
    hint: 'Of an attempt by the root and one by the variant',
    by: null,
    show: ({ n }) => n,
  },
  {
    name: 'Fixed',
    number: true,
    hint: 'Pairs in which the variant resolved the task and the root did not',
    by: null,
    show: ({ fixed }) => fixed,
  },
  {
    name: 'Broken',
    number: true,
    hint: 'Pairs in which it was the other way round',
    by: null,
    show: ({ broken }) => broken,
  },
  {
    name: 'p',
    number: true,
    hint: 'Chance of such evidence from a variant that should not pass',
    by: null,
    show: ({ p }) => p.toPrecision(3),
  },
  { name: 'Needed', number: true, by: null, show: ({ threshold }) => threshold.toPrecision(3) },
];

/** A p-value that can be drawn where the scale is of powers. */
const SMALLEST = 1e-9;

/** How the evidence of a held-out comparison came together. */
export function Gate({ comparison: { variant, looks, verdict, grants } }: { readonly comparison: Comparison }) {
  const data = useMemo<uPlot.AlignedData>(
    () => [
      looks.map(({ n }) => n),
      looks.map(({ p }) => Math.max(p, SMALLEST)),
      looks.map(({ threshold }) => Math.max(threshold, SMALLEST)),
    ],
    [looks],
  );
  const options = useCallback(
    (palette: Palette) => ({
      scales: { x: { time: false }, y: { distr: 3 as const } },
      axes: [
        axis(palette, { label: 'pairs' }),
        axis(palette, {
          label: 'p',
          size: 62,
          values: (_: uPlot, v: number[]) => v.map((p) => (p == null ? '' : String(p))),
        }),
      ],
      series: [
        { label: 'pairs' },
        { label: 'p so far', stroke: palette.accent, width: 2, points: { show: true, size: 7, fill: palette.accent } },
        { label: 'to reach', stroke: palette.line, dash: [5, 4], width: 1.5, points: { show: false } },
      ],
    }),
    [],
  );
  return (
    <section aria-label={`Comparison of ${variant} with the root`}>
      <p>
        <a href={to('variant', variant)}>{variant}</a>{' '}
        {verdict === null ? (
          'is being compared with the root.'
        ) : (
          <>
            <b>{outcomeOf(verdict).said}</b>: {outcomeOf(verdict).figures}
            {verdict.evidence &&
              `, stopped: ${verdict.evidence.stopped} after ${count(verdict.evidence.evaluations, 'evaluation')}`}
            .
          </>
        )}{' '}
        {grants.length > 0 &&
          `Granted a chance of a false merge of ${grants.map(({ level }) => Number(level.toPrecision(3))).join(' + ')}.`}
      </p>
      {looks.length > 1 && (
        <Chart
          label={`p-value of ${variant} after each round, and what it has to reach; last ${looks.at(-1)!.p.toPrecision(3)} of ${looks.at(-1)!.threshold.toPrecision(3)}`}
          data={data}
          options={options}
          height={200}
        />
      )}
      {looks.length > 0 && (
        <Table
          caption={`Looks at ${variant}`}
          rows={looks}
          columns={COLUMNS}
          keyOf={({ round, n }) => `${round} ${n}`}
        />
      )}
    </section>
  );
}
