import { useCallback, useMemo, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { OUTCOME_WORDS } from '../../../report/outcome-text.ts';
import type { RunSummary, RunsDocument } from '../../document/document.ts';
import { axis, Chart, type Palette } from '../parts/chart.tsx';
import { dollars, moment, percent, tally } from '../parts/figures.ts';
import { Load } from '../parts/load.tsx';
import { Empty } from '../parts/pieces.tsx';
import { atBudget, lastOfEach } from '../parts/points.ts';
import type { Run } from '../parts/run.ts';
import { type Column, Table } from '../parts/table.tsx';
import type { DocumentSource } from '../source.ts';

/** As many as there are colours. */
const MOST = 6;

/** The runs of a repository, and how its held-out tasks were used over all of them. */
export function Runs({ run, source }: { readonly run: Run; readonly source: DocumentSource }) {
  return (
    <Load load={() => source.runs()} of={run.document.run} what="the runs">
      {(runs) =>
        runs === null ? (
          <Empty
            what="This file contains one run."
            remedy="`huxley view owner/name` shows all runs of a repository side by side."
          />
        ) : (
          <All runs={runs} current={run.document.run} toRun={source.toRun} />
        )
      }
    </Load>
  );
}

function All({
  runs: { runs, ledger, unreadable },
  current,
  toRun,
}: {
  readonly runs: RunsDocument;
  readonly current: string;
  readonly toRun: DocumentSource['toRun'];
}) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set([current, ...runs.map(({ run }) => run)].slice(0, MOST)),
  );
  const beside = useMemo(() => runs.filter(({ run }) => chosen.has(run)), [runs, chosen]);
  const budget = Math.min(...beside.map(({ progress }) => progress.at(-1)?.used ?? 0));
  const toggle = (run: string) =>
    setChosen((before) => {
      const now = new Set(before);
      if (!now.delete(run) && now.size < MOST) now.add(run);
      return now;
    });
  const columns: readonly Column<RunSummary>[] = [
    {
      name: 'Beside',
      by: null,
      show: ({ run }) => (
        <input
          type="checkbox"
          aria-label={`Show ${run} in the plot`}
          checked={chosen.has(run)}
          disabled={!chosen.has(run) && chosen.size >= MOST}
          onChange={() => toggle(run)}
        />
      ),
    },
    {
      name: 'Run',
      by: ({ run }) => run,
      show: ({ run, rehearsal }) => (
        <>
          {toRun && run !== current ? <a href={toRun(run)}>{run}</a> : run}
          {rehearsal && ' (rehearsal)'}
        </>
      ),
    },
    { name: 'Started', by: ({ startedAt }) => startedAt, show: ({ startedAt }) => moment(startedAt) },
    {
      name: 'State',
      by: ({ status }) => status,
      show: ({ outcome, status }) => (outcome ? OUTCOME_WORDS[outcome] : status),
    },
    { name: 'Policy', by: ({ policy }) => policy, show: ({ policy }) => policy },
    { name: 'Suite', by: ({ suite }) => suite, show: ({ suite }) => suite },
    { name: 'Variants', number: true, by: ({ variants }) => variants, show: ({ variants }) => variants },
    { name: 'Budget', number: true, by: ({ used }) => used, show: ({ used, budget }) => `${used}/${budget}` },
    { name: 'Spent', number: true, by: ({ spentUSD }) => spentUSD, show: ({ spentUSD }) => dollars(spentUSD) },
    { name: 'Best', by: null, show: ({ best }) => best },
    {
      name: 'Final',
      number: true,
      hint: 'Search tasks that the best variant resolved',
      by: (run) => share(run, Infinity),
      show: (run) => figure(run, Infinity),
    },
    {
      name: `At ${budget}`,
      number: true,
      hint: 'The same, at the budget that all the runs shown have used',
      by: (run) => share(run, budget),
      show: (run) => figure(run, budget),
    },
  ];
  if (runs.length === 0 && unreadable.length === 0)
    return <Empty what="There is no run yet." remedy="Comment `/huxley run` on an issue." />;
  return (
    <section aria-label="Runs">
      {beside.some(({ progress }) => progress.length > 0) && <Curves runs={beside} />}
      <Table
        caption="Runs"
        rows={runs}
        columns={columns}
        keyOf={({ run }) => run}
        current={({ run }) => run === current}
      />
      {unreadable.map(({ run, why }) => (
        <p class="note text" key={run}>
          {run} cannot be read: {why}
        </p>
      ))}
      <h3>Held-out tasks, over all runs</h3>
      {unreadable.length > 0 && <p>Without those of {unreadable.map(({ run }) => run).join(', ')}.</p>}
      {ledger.length === 0 ? (
        <p>They have not been opened.</p>
      ) : (
        <Table
          caption="Ledger"
          rows={ledger}
          columns={LEDGER}
          keyOf={({ run, variant, at }) => `${run} ${variant} ${at}`}
        />
      )}
    </section>
  );
}

const LEDGER: readonly Column<RunsDocument['ledger'][number]>[] = [
  { name: 'Opened', by: ({ at }) => at, show: ({ at }) => moment(at) },
  { name: 'Run', by: ({ run }) => run, show: ({ run }) => run },
  { name: 'Variant', by: null, show: ({ variant }) => variant },
  {
    name: 'Granted',
    number: true,
    hint: 'Chance of a false merge that the comparison could spend',
    by: ({ level }) => level,
    show: ({ level }) => Number(level.toPrecision(3)),
  },
  { name: 'It', by: null, show: ({ passed }) => (passed === null ? 'is open' : passed ? 'passed' : 'did not pass') },
];

function Curves({ runs }: { readonly runs: readonly RunSummary[] }) {
  const data = useMemo<uPlot.AlignedData>(
    () =>
      uPlot.join(
        runs.map(({ progress }) => {
          const points = lastOfEach(progress, ({ used }) => used);
          return [
            points.map(({ used }) => used),
            points.map(({ mean, resolved, n }) => mean ?? (n === 0 ? null : resolved / n)),
          ];
        }),
      ),
    [runs],
  );
  const options = useCallback(
    (palette: Palette) => ({
      scales: { x: { time: false } },
      axes: [
        axis(palette, { label: 'evaluations' }),
        axis(palette, {
          label: 'believed of the best',
          size: 52,
          values: (_: uPlot, v: number[]) => v.map((each) => percent(each)),
        }),
      ],
      series: [
        { label: 'evaluations' },
        ...runs.map(({ run, policy }, place) => ({
          label: `${run} ${policy}`,
          stroke: palette.names[place % palette.names.length]!,
          width: 2,
          spanGaps: true,
          value: (_: uPlot, v: number) => (v == null ? '–' : percent(v)),
        })),
      ],
    }),
    [runs],
  );
  return (
    <Chart
      label={`What was believed of the best variant against evaluations, of ${runs.map(({ run }) => run).join(', ')}; figures in the table below`}
      data={data}
      options={options}
    />
  );
}

function share({ progress }: RunSummary, budget: number): number | null {
  const point = atBudget(progress, budget);
  return point === undefined || point.n === 0 ? null : point.resolved / point.n;
}

function figure({ progress }: RunSummary, budget: number): string {
  const point = atBudget(progress, budget);
  return point === undefined ? '–' : tally(point);
}
