import { useMemo, useState } from 'preact/hooks';
import type { TaskFacts } from '../../document/document.ts';
import { percent, tally } from '../parts/figures.ts';
import { Choice, Empty, Outcome } from '../parts/pieces.tsx';
import type { Run } from '../parts/run.ts';
import { type Column, Table } from '../parts/table.tsx';
import { to, toVariant } from '../route.ts';
import { MatrixCanvas } from './canvas.tsx';
import {
  easiness,
  flakiness,
  matrixOf,
  orderTasks,
  orderVariants,
  TASK_ORDERS,
  type TaskOrder,
  VARIANT_ORDERS,
  type VariantOrder,
} from './matrix.ts';

const CELLS = [3, 6, 10, 16, 22];

const HINTS = {
  hardest: 'Fewest attempts resolved',
  'most telling':
    'Separates good variants from bad: whether it is resolved correlates with how a variant does on the other tasks',
  flakiest: 'Ends differently when the same variant is tried again',
};

/** Which variant did what on which task. */
export function Tasks({ run, task }: { readonly run: Run; readonly task: string | undefined }) {
  const { tasks, variants } = run.document;
  const [byTask, setByTask] = useState<TaskOrder>('hardest');
  const [byVariant, setByVariant] = useState<VariantOrder>('lineage');
  const matrix = useMemo(() => matrixOf(run), [run]);
  const rows = useMemo(() => orderTasks(tasks, byTask), [tasks, byTask]);
  const columns = useMemo(() => orderVariants(run, byVariant), [run, byVariant]);
  const [cell, setCell] = useState(
    () => CELLS.findLast((size) => size * columns.length < innerWidth - 180) ?? CELLS[0]!,
  );
  const place = task === undefined ? undefined : run.taskPlace(task);
  if (columns.length === 0 || tasks.length === 0)
    return <Empty what="No task has been tried yet." remedy="Results appear here as they come in." />;
  return (
    <section aria-label="Tasks">
      <div class="bar">
        <Choice label="Tasks by" of={TASK_ORDERS} hints={HINTS} value={byTask} onChange={setByTask} />
        <Choice label="Variants by" of={VARIANT_ORDERS} value={byVariant} onChange={setByVariant} />
        <label>
          Size{' '}
          <input
            type="range"
            min={0}
            max={CELLS.length - 1}
            value={CELLS.indexOf(cell)}
            onInput={(event) => setCell(CELLS[Number(event.currentTarget.value)]!)}
          />
        </label>
      </div>
      <p class="legend">
        <span>
          <i class="swatch square s4" aria-hidden="true" />
          resolved
        </span>
        <span>
          <i class="swatch square miss" aria-hidden="true" />
          not resolved
        </span>
        <span>
          <i class="swatch square half" aria-hidden="true" />
          in part, or sometimes
        </span>
        <span>
          <i class="swatch square slow" aria-hidden="true" />
          timeout or invalid
        </span>
        <span>
          <i class="swatch square bad" aria-hidden="true" />
          tampered
        </span>
        <span>A number counts the attempts.</span>
      </p>
      <MatrixCanvas
        run={run}
        matrix={matrix}
        rows={rows}
        columns={columns}
        cell={cell}
        task={place}
        onTask={(chosen) => location.assign(to('tasks', tasks[chosen]!.task))}
        onVariant={(chosen) => location.assign(toVariant(variants[chosen]!.number))}
      />
      {task !== undefined && place === undefined && (
        <Empty
          what={`There is no task ${task} here.`}
          remedy="Choose one in the table; held-out tasks are sealed until the comparison is opened."
        />
      )}
      {place !== undefined && <OneTask run={run} place={place} />}
      <h3>All tasks</h3>
      <TaskTable key={byTask} tasks={rows.map((each) => tasks[each]!)} current={task} />
    </section>
  );
}

function TaskTable({ tasks, current }: { readonly tasks: readonly TaskFacts[]; readonly current: string | undefined }) {
  const columns: readonly Column<TaskFacts>[] = [
    { name: 'Task', by: ({ task }) => task, show: ({ task }) => <a href={to('tasks', task)}>{task}</a> },
    { name: 'Set', by: ({ split }) => split, show: ({ split }) => (split === 'search' ? 'search' : 'held-out') },
    { name: 'Resolved', number: true, by: easiness, show: tally },
    {
      name: 'Believed ease',
      number: true,
      hint: 'Chance that the root resolves it',
      by: ({ ease }) => ease,
      show: ({ ease }) => (ease === null ? '–' : percent(ease)),
    },
    {
      name: 'Telling',
      number: true,
      hint: 'Correlation of its outcome with how a variant does on the other tasks, from -1 to 1',
      by: ({ telling }) => telling,
      show: ({ telling }) => (telling === null ? '–' : telling.toFixed(2)),
    },
    {
      name: 'Wavered',
      number: true,
      hint: 'Of the variants that tried it more than once, those for which it did not always end the same way',
      by: flakiness,
      show: ({ wavered, repeated }) => (repeated === 0 ? '–' : `${wavered}/${repeated}`),
    },
  ];
  return (
    <Table
      caption="Tasks"
      rows={tasks}
      columns={columns}
      keyOf={({ task }) => task}
      current={({ task }) => task === current}
    />
  );
}

function OneTask({ run, place }: { readonly run: Run; readonly place: number }) {
  const { evaluations: all, tasks, has } = run.document;
  const facts = tasks[place]!;
  const rows = useMemo(() => all.task.flatMap((task, at) => (task === place ? [at] : [])), [all, place]);
  const columns: readonly Column<number>[] = [
    {
      name: 'Variant',
      by: (at) => all.variant[at]!,
      show: (at) => <a href={toVariant(all.variant[at]!)}>v{all.variant[at]}</a>,
    },
    { name: 'Round', number: true, by: (at) => all.round[at]!, show: (at) => all.round[at] },
    { name: 'Outcome', by: (at) => all.outcome[at]!, show: (at) => <Outcome place={all.outcome[at]!} /> },
    { name: 'Score', number: true, by: (at) => all.score[at]!, show: (at) => all.score[at]?.toFixed(2) ?? '' },
    {
      name: 'Transcript',
      by: null,
      show: (at) =>
        facts.split === 'search' && has.transcripts ? (
          <a href={to('variant', `v${all.variant[at]}`, all.job[at]!, facts.task)}>read</a>
        ) : (
          ''
        ),
    },
  ];
  return (
    <section class="opened" aria-label={`Task ${facts.task}`}>
      <div class="bar">
        <h3 class="text">{facts.task}</h3>
        <span>{tally(facts)} resolved</span>
        <a href={to('tasks')}>Close</a>
      </div>
      <Table caption={`Attempts at ${facts.task}`} rows={rows} columns={columns} keyOf={(at) => at} />
    </section>
  );
}
