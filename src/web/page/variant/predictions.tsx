import type { VariantFacts } from '../../document/document.ts';
import { percent } from '../parts/figures.ts';
import { type Column, Table } from '../parts/table.tsx';
import { to } from '../route.ts';

type Given = NonNullable<VariantFacts['predictions']>;
type Judged = Given['judged'][number];

const CAME: Readonly<Record<Judged['came'], string>> = {
  true: 'came true',
  false: 'did not',
  moot: 'could not: the parent was not so',
  open: 'not measured yet',
};
const BEST_FIRST = ['true', 'false', 'open', 'moot'];

const COLUMNS: readonly Column<Judged>[] = [
  { name: 'Task', by: ({ task }) => task, show: ({ task }) => <a href={to('tasks', task)}>{task}</a> },
  {
    name: 'Change',
    by: ({ change }) => change,
    show: ({ change }) => (change === 'fix' ? 'fixes it' : 'breaks it'),
  },
  { name: 'Chance', number: true, by: ({ chance }) => chance, show: ({ chance }) => percent(chance) },
  {
    name: 'Outcome',
    by: ({ came }) => BEST_FIRST.indexOf(came),
    show: ({ came }) => <span class={`came-${came}`}>{CAME[came]}</span>,
  },
];

/** What the diagnosis foretold, and what came of it. */
export function Predictions({ predictions: { judged, score } }: { readonly predictions: Given }) {
  const told = score.fix.n + score.break.n;
  return (
    <section>
      <h3>Predicted, and how it turned out</h3>
      <p>
        {told === 0
          ? 'Nothing that was predicted has been measured yet.'
          : `${score.fix.came + score.break.came} of ${told} came true, where ${(score.fix.expected + score.break.expected).toFixed(1)} were expected to.`}
        {score.brier && (
          <span title="Mean squared difference between chance and outcome (Brier score): lower is better">
            {' '}
            Error {score.brier.own.toFixed(3)}, where the base rate would have {score.brier.base.toFixed(3)}.
          </span>
        )}
      </p>
      <Table caption="Predictions" rows={judged} columns={COLUMNS} keyOf={({ task, change }) => `${change} ${task}`} />
    </section>
  );
}
