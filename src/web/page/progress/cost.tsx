import { useCallback, useMemo, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { axis, Chart, type Palette } from '../parts/chart.tsx';
import { percent, price, tally } from '../parts/figures.ts';
import { Hint } from '../parts/pieces.tsx';
import type { Run } from '../parts/run.ts';
import { type Column, Table } from '../parts/table.tsx';
import { toVariant } from '../route.ts';
import { pareto } from './pareto.ts';

const LEAST = [1, 3, 5, 10, 20, 50] as const;

interface Point {
  readonly number: number;
  readonly cost: number;
  readonly score: number;
  readonly n: string;
}

const COLUMNS: readonly Column<Point>[] = [
  { name: 'Variant', by: ({ number }) => number, show: ({ number }) => <a href={toVariant(number)}>v{number}</a> },
  { name: 'Per attempt', number: true, by: ({ cost }) => cost, show: ({ cost }) => price(cost) },
  { name: 'Resolved', number: true, by: ({ score }) => score, show: ({ score, n }) => `${percent(score)} (${n})` },
];

/** What an attempt costs against how often it succeeds, of every variant that is not out of the search, and those that nothing beats. */
export function CostAndScore({ run }: { readonly run: Run }) {
  const [least, setLeast] = useState(5);
  const points = useMemo(
    () =>
      run.document.variants
        .flatMap(({ number, own, out }): Point[] => {
          const cost = run.attemptUSD.get(number);
          return out || own.n < least || cost === undefined
            ? []
            : [{ number, cost, score: own.resolved / own.n, n: tally(own) }];
        })
        .sort((a, b) => a.cost - b.cost),
    [run, least],
  );
  const front = useMemo(() => pareto(points), [points]);
  const data = useMemo<uPlot.AlignedData>(() => {
    const on = new Set(front);
    return [
      points.map(({ cost }) => cost),
      points.map(({ score }) => score),
      points.map((point) => (on.has(point) ? point.score : null)),
    ];
  }, [points, front]);
  const options = useCallback(
    (palette: Palette) => ({
      scales: { x: { time: false } },
      axes: [
        axis(palette, {
          label: 'US dollars per attempt',
          space: 90,
          values: (_: uPlot, v: number[]) => v.map((each) => `$${Number(each.toPrecision(3))}`),
        }),
        axis(palette, {
          label: 'share of attempts resolved',
          size: 52,
          values: (_: uPlot, v: number[]) => v.map((each) => percent(each)),
        }),
      ],
      series: [
        { label: 'an attempt', value: (_: uPlot, v: number) => (v == null ? '–' : price(v)) },
        {
          label: 'variant',
          stroke: palette.faint,
          paths: () => null,
          points: { show: true, size: 6, fill: `${palette.faint}88`, stroke: palette.faint },
          value: (_: uPlot, v: number, __: number, place: number | null) =>
            v == null || place === null ? '–' : `v${points[place]!.number} ${percent(v)} (${points[place]!.n})`,
        },
        {
          label: 'nothing is cheaper and as good',
          stroke: palette.line,
          width: 1.5,
          spanGaps: true,
          points: { show: true, size: 8, fill: palette.line },
          value: (_: uPlot, v: number) => (v == null ? '–' : percent(v)),
        },
      ],
    }),
    [points],
  );
  const pick = useCallback((place: number) => location.assign(toVariant(points[place]!.number)), [points]);
  return (
    <section aria-label="Cost against score">
      <div class="bar">
        <h3>Cost against score</h3>
        <label>
          with at least{' '}
          <select value={least} onChange={(event) => setLeast(Number(event.currentTarget.value))}>
            {LEAST.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>{' '}
          attempts
        </label>
      </div>
      {points.length === 0 ? (
        <p>No variant has that many attempts yet.</p>
      ) : (
        <>
          <Chart
            label={`Cost against score of ${points.length} variants; ${front.length} that nothing beats, in the table below`}
            data={data}
            options={options}
            onPick={pick}
          />
          <h3>
            <Hint says="The Pareto front: no other variant is as cheap and better, or as good and cheaper">
              Nothing beats these
            </Hint>
          </h3>
          <Table
            caption="Pareto front of cost and score"
            rows={front}
            columns={COLUMNS}
            keyOf={({ number }) => number}
          />
        </>
      )}
    </section>
  );
}
