import { useCallback, useMemo, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import type { Progress as Point } from '../../document/document.ts';
import { axis, Chart, type Palette } from '../parts/chart.tsx';
import { dollars, percent, tally } from '../parts/figures.ts';
import { Choice, Empty } from '../parts/pieces.tsx';
import { lastOfEach } from '../parts/points.ts';
import type { Run } from '../parts/run.ts';
import { type Column, Table } from '../parts/table.tsx';
import { to } from '../route.ts';
import { CostAndScore } from './cost.tsx';
import { Gate } from './gate.tsx';
import { Yields } from './yields.tsx';

const AGAINST = ['evaluations', 'dollars', 'hours'] as const;
type Against = (typeof AGAINST)[number];

const VALUE: Readonly<Record<Against, (point: Point) => number>> = {
  evaluations: ({ used }) => used,
  dollars: ({ spentUSD }) => spentUSD,
  hours: ({ at }) => at / 3_600,
};

const COLUMNS: readonly Column<Point>[] = [
  { name: 'Hours', number: true, by: ({ at }) => at, show: ({ at }) => (at / 3_600).toFixed(2) },
  { name: 'Evaluations', number: true, by: ({ used }) => used, show: ({ used }) => used },
  { name: 'Spent', number: true, by: ({ spentUSD }) => spentUSD, show: ({ spentUSD }) => dollars(spentUSD) },
  { name: 'Best', by: ({ best }) => best, show: ({ best }) => <a href={to('variant', `v${best}`)}>v{best}</a> },
  { name: 'Believed', number: true, by: ({ mean }) => mean, show: ({ mean }) => rate(mean) },
  { name: '5 %', number: true, by: ({ lower }) => lower, show: ({ lower }) => rate(lower) },
  { name: '95 %', number: true, by: ({ upper }) => upper, show: ({ upper }) => rate(upper) },
  { name: 'Measured', number: true, by: ({ resolved, n }) => (n ? resolved / n : null), show: tally },
  { name: 'Root', number: true, by: ({ root }) => root, show: ({ root }) => rate(root) },
];

/** How the run got on. */
export function Progress({ run }: { readonly run: Run }) {
  const { progress, comparisons } = run.document;
  return (
    <>
      {progress.length === 0 ? (
        <Empty what="Nothing has been measured yet." remedy="The curves begin with the first result." />
      ) : (
        <Curves points={progress} />
      )}
      <h3>Held-out evidence</h3>
      {comparisons.length === 0 ? (
        <p>
          The held-out tasks have not been opened. They are opened once the search is over, for the variant that is
          believed to be best.
        </p>
      ) : (
        comparisons.map((comparison, place) => <Gate key={place} comparison={comparison} />)
      )}
      <CostAndScore run={run} />
      <Yields yields={run.document.view.yields} />
    </>
  );
}

function Curves({ points: all }: { readonly points: readonly Point[] }) {
  const [against, setAgainst] = useState<Against>('evaluations');
  const points = useMemo(() => lastOfEach(all, VALUE[against]), [all, against]);
  const data = useMemo<uPlot.AlignedData>(
    () => [
      points.map(VALUE[against]),
      points.map(({ mean }) => mean),
      points.map(({ lower }) => lower),
      points.map(({ upper }) => upper),
      points.map(({ resolved, n }) => (n === 0 ? null : resolved / n)),
      points.map(({ root }) => root),
    ],
    [points, against],
  );
  const options = useCallback(
    (palette: Palette) => ({
      scales: { x: { time: false } },
      cursor: { y: false },
      axes: [
        axis(palette, { label: against === 'dollars' ? 'US dollars' : against }),
        axis(palette, {
          label: 'share of tasks resolved',
          size: 52,
          values: (_: uPlot, values: number[]) => values.map(rate),
        }),
      ],
      bands: [{ series: [3, 2] as uPlot.Band.Bounds, fill: `${palette.accent}2a` }],
      series: [
        {
          label: against,
          value: (_: uPlot, value: number) => (value == null ? '–' : value.toFixed(against === 'evaluations' ? 0 : 2)),
        },
        { label: 'believed of the best', stroke: palette.accent, width: 2, value: (_: uPlot, v: number) => rate(v) },
        {
          label: '5 %',
          stroke: `${palette.accent}66`,
          value: (_: uPlot, v: number) => rate(v),
          points: { show: false },
        },
        {
          label: '95 %',
          stroke: `${palette.accent}66`,
          value: (_: uPlot, v: number) => rate(v),
          points: { show: false },
        },
        {
          label: 'measured',
          stroke: palette.line,
          width: 1.5,
          value: (_: uPlot, v: number, __: number, place: number | null) =>
            v == null || place === null ? '–' : `${rate(v)} (${tally(points[place]!)}, v${points[place]!.best})`,
        },
        { label: 'root', stroke: palette.faint, dash: [5, 4], width: 1.5, value: (_: uPlot, v: number) => rate(v) },
      ],
    }),
    [points, against],
  );
  const last = points.at(-1)!;
  return (
    <section aria-label="Utility">
      <div class="bar">
        <h3>Utility of the best variant</h3>
        <Choice label="Against" of={AGAINST} value={against} onChange={setAgainst} />
      </div>
      <p>
        What is believed of the variant that would be chosen then, with its 90 % interval. Measured rates are of the
        tasks it was tried on, which the search chose: rely on the held-out evidence.
      </p>
      <Chart
        label={`Utility believed and measured against ${against}; at the end v${last.best}, believed ${rate(last.mean)}, measured ${tally(last)}, root ${rate(last.root)}`}
        data={data}
        options={options}
      />
      <details>
        <summary>As a table</summary>
        <Table
          caption="Progress"
          rows={points}
          columns={COLUMNS}
          keyOf={({ at, used, spentUSD }) => `${at} ${used} ${spentUSD}`}
        />
      </details>
    </section>
  );
}

function rate(share: number | null | undefined): string {
  return share == null ? '–' : percent(share);
}
