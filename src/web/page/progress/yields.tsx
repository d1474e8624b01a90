import type { RunDocument } from '../../document/document.ts';
import { percent } from '../parts/figures.ts';
import { type Column, Table } from '../parts/table.tsx';

type Row = RunDocument['view']['yields'][number]['rows'][number];

const COLUMNS: readonly Column<Row>[] = [
  { name: 'Made by', by: ({ way }) => way, show: ({ way }) => <span class="text">{way}</span> },
  { name: 'Expansions', number: true, by: ({ expansions }) => expansions, show: ({ expansions }) => expansions },
  {
    name: 'Work',
    number: true,
    hint: 'Children that work as far as is known',
    by: ({ made }) => made,
    show: ({ made }) => made,
  },
  {
    name: 'Gain',
    number: true,
    hint: 'By how much more of the tasks its measured children are believed to resolve than their parents, on average',
    by: ({ gain }) => gain,
    show: ({ gain }) => (gain === null ? '–' : `${gain > 0 ? '+' : ''}${(100 * gain).toFixed(1)} points`),
  },
  {
    name: 'Share at first',
    number: true,
    hint: 'How often it is chosen where each is possible',
    by: ({ first }) => first,
    show: ({ first }) => percent(first),
  },
  { name: 'Share now', number: true, by: ({ now }) => now, show: ({ now }) => percent(now) },
];

/** What expansions have yielded, by how they were made; nothing where nothing is chosen by that. */
export function Yields({ yields }: Pick<RunDocument['view'], 'yields'>) {
  return (
    <>
      {yields.map(({ of, rows }) => (
        <section key={of}>
          <h3>Results of each {of}</h3>
          <Table caption={`Yield by ${of}`} rows={rows} columns={COLUMNS} keyOf={({ way }) => way} />
        </section>
      ))}
    </>
  );
}
