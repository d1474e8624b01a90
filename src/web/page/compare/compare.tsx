import { useMemo } from 'preact/hooks';
import type { VariantFacts } from '../../document/document.ts';
import { count, dollars, percent, price, tally } from '../parts/figures.ts';
import { Load } from '../parts/load.tsx';
import { Empty, Outcome, WebLink } from '../parts/pieces.tsx';
import { isFailed, type Run, titleOf } from '../parts/run.ts';
import { type Column, Table } from '../parts/table.tsx';
import { to, toVariant } from '../route.ts';
import type { DocumentSource } from '../source.ts';
import { DiffView } from '../variant/diff.tsx';
import { meanScore, type Paired, pairUp, wayBetween } from './pairing.ts';

interface Props {
  readonly run: Run;
  readonly source: DocumentSource;
  readonly a: number | undefined;
  readonly b: number | undefined;
}

/** Two variants side by side; the root and the best where none are named. */
export function Compare({ run, source, a = 0, b = Number(run.document.view.best.slice(1)) }: Props) {
  const [first, second] = [run.variant(a), run.variant(b)];
  const choose = (x: string, y: string) => location.assign(to('compare', x, y));
  return (
    <section aria-label="Compare">
      <div class="bar">
        <Picker run={run} label="From" value={`v${a}`} onChange={(id) => choose(id, `v${b}`)} />
        <Picker run={run} label="to" value={`v${b}`} onChange={(id) => choose(`v${a}`, id)} />
        <button type="button" onClick={() => choose(`v${b}`, `v${a}`)}>
          Swap
        </button>
      </div>
      {!first || !second ? (
        <Empty what="One of the two is not in this run." remedy="Choose both above." />
      ) : a === b ? (
        <Empty what="They are the same variant." remedy="Choose another for one of the two." />
      ) : (
        <Both key={`${a} ${b}`} run={run} source={source} a={first} b={second} />
      )}
    </section>
  );
}

function Picker({
  run,
  label,
  value,
  onChange,
}: {
  run: Run;
  label: string;
  value: string;
  onChange: (id: string) => void;
}) {
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {run.document.variants
          .filter((variant) => !isFailed(variant) || variant.variant === value)
          .map((variant) => (
            <option key={variant.number} value={variant.variant}>
              {variant.variant} {tally(variant.own)}
            </option>
          ))}
      </select>
    </label>
  );
}

interface Pair {
  readonly run: Run;
  readonly source: DocumentSource;
  readonly a: VariantFacts;
  readonly b: VariantFacts;
}

function Both({ run, source, a, b }: Pair) {
  const paired = useMemo(() => pairUp(run, a.number, b.number), [run, a, b]);
  const sum = (of: (each: Paired) => number) => paired.reduce((total, each) => total + of(each), 0);
  const [pairs, fixed, broken, both] = [
    sum((each) => each.pairs.length),
    sum((each) => each.fixed),
    sum((each) => each.broken),
    sum((each) => each.bothResolved),
  ];
  return (
    <>
      <p class="verdict">
        <b>
          {b.variant} fixes {fixed} and breaks {broken}
        </b>{' '}
        of {count(pairs, 'attempt')} that both made on the same task in the same round: {both + fixed}/{pairs} against{' '}
        {both + broken}/{pairs}.{pairs > 0 && pairs < 20 && ' That is too little to conclude much.'}
      </p>
      <SideBySide run={run} a={a} b={b} />
      <h3>Paired outcomes</h3>
      {paired.length === 0 ? <p>They have no task in common.</p> : <PairTable run={run} paired={paired} a={a} b={b} />}
      <Sources run={run} source={source} a={a} b={b} />
    </>
  );
}

function SideBySide({ run, a, b }: { readonly run: Run; readonly a: VariantFacts; readonly b: VariantFacts }) {
  const cost = ({ number }: VariantFacts) => run.attemptUSD.get(number);
  const rows: readonly (readonly [string, (variant: VariantFacts) => string])[] = [
    ['State', ({ state }) => state],
    ['Search tasks', ({ own }) => tally(own)],
    ['Held-out', ({ heldOut }) => tally(heldOut)],
    [
      'Believed',
      ({ belief }) => (belief ? `${percent(belief.mean)} (${percent(belief.lower)} to ${percent(belief.upper)})` : '–'),
    ],
    ['Per attempt', (variant) => (cost(variant) === undefined ? '–' : price(cost(variant)!))],
    ['Total', ({ costUSD }) => dollars(costUSD)],
    ['Made by', ({ operator }) => operator ?? '–'],
    ['What it changes', titleOf],
  ];
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { name: ' ', by: null, show: ([name]) => name },
    ...[a, b].map((variant) => ({
      name: variant.variant,
      by: null,
      show: ([, of]: (typeof rows)[number]) => <span class="text">{of(variant)}</span>,
    })),
  ];
  return <Table caption={`${a.variant} and ${b.variant}`} rows={rows} columns={columns} keyOf={([name]) => name} />;
}

function PairTable({
  run,
  paired,
  a,
  b,
}: {
  readonly run: Run;
  readonly paired: readonly Paired[];
  readonly a: VariantFacts;
  readonly b: VariantFacts;
}) {
  const { tasks, evaluations } = run.document;
  const graded = paired.some(({ pairs }) =>
    pairs.some(([x, y]) => evaluations.score[x] !== null || evaluations.score[y] !== null),
  );
  const side = (variant: VariantFacts, place: 0 | 1): Column<Paired> => ({
    name: variant.variant,
    by: ({ pairs }) =>
      meanScore(
        run,
        pairs.map((pair) => pair[place]),
      ),
    show: ({ pairs }) =>
      pairs.map((pair) => (
        <Outcome key={pair[place]} place={evaluations.outcome[pair[place]]!} word={pairs.length === 1} />
      )),
  });
  const change = ({ fixed, broken }: Paired) => fixed - broken;
  const columns: readonly Column<Paired>[] = [
    {
      name: 'Task',
      by: ({ task }) => tasks[task]!.task,
      show: ({ task }) => <a href={to('tasks', tasks[task]!.task)}>{tasks[task]!.task}</a>,
    },
    side(a, 0),
    side(b, 1),
    {
      name: 'Change',
      by: change,
      show: ({ fixed, broken }) => (
        <>
          {fixed > 0 && <span class="came-true">fixed{fixed > 1 && ` ${fixed} times`} </span>}
          {broken > 0 && <span class="came-false">broken{broken > 1 && ` ${broken} times`}</span>}
        </>
      ),
    },
    ...(graded
      ? [
          {
            name: 'Score',
            number: true,
            hint: 'Mean scores of both',
            by: ({ pairs }: Paired) =>
              meanScore(
                run,
                pairs.map(([, y]) => y),
              ) -
              meanScore(
                run,
                pairs.map(([x]) => x),
              ),
            show: ({ pairs }: Paired) =>
              `${meanScore(
                run,
                pairs.map(([x]) => x),
              ).toFixed(2)} → ${meanScore(
                run,
                pairs.map(([, y]) => y),
              ).toFixed(2)}`,
          },
        ]
      : []),
  ];
  return <Table caption="Paired outcomes" rows={paired} columns={columns} keyOf={({ task }) => task} />;
}

/** How their sources differ, edit by edit: what is kept of a variant is its difference from its parent. */
function Sources({ run, source, a, b }: Pair) {
  const { back, on } = wayBetween(run, a.number, b.number);
  const steps = [...back.map((number) => ({ number, taken: true })), ...on.map((number) => ({ number, taken: false }))];
  const shas = [a.sha, b.sha].filter((sha) => sha !== null && /^[0-9a-f]{40,64}$/.test(sha));
  return (
    <section>
      <h3>How their sources differ</h3>
      <p>
        {count(back.length, 'edit')} reverted and {count(on.length, 'edit')} made on the way from {a.variant} to{' '}
        {b.variant}.{' '}
        {shas.length === 2 && run.document.url !== null && (
          <WebLink document={run.document} path={`/compare/${shas[0]}..${shas[1]}`}>
            Both commits on GitHub
          </WebLink>
        )}
      </p>
      {!run.document.has.diffs && <p>The diffs were not kept here.</p>}
      {run.document.has.diffs &&
        steps.map(({ number, taken }) => (
          <section key={number} class="edit">
            <h4>
              {taken ? 'Reverts' : 'Makes'} the edit of <a href={toVariant(number)}>v{number}</a>{' '}
              <span class="text">{titleOf(run.variant(number)!)}</span>
            </h4>
            <Load load={() => source.diff(`v${number}`)} of={`v${number}`} what="the diff">
              {(text) => <DiffView text={text} />}
            </Load>
          </section>
        ))}
    </section>
  );
}
