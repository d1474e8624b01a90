import type { Candidate, Decision } from '../../../model/decision.ts';
import { to } from '../route.ts';
import { percent } from './figures.ts';
import { type Column, Table } from './table.tsx';

const COLUMNS: readonly Column<Candidate>[] = [
  { name: 'Candidate', by: null, show: ({ variant }) => <a href={to('variant', variant)}>{variant}</a> },
  {
    name: 'Evidence',
    hint: "Attempts resolved of those the belief rests on: the clade's for an expansion, its own for an evaluation",
    number: true,
    by: null,
    show: ({ resolved, unresolved }) => `${resolved}/${resolved + unresolved}`,
  },
  { name: 'Believed', hint: 'Mean of the belief', number: true, by: null, show: ({ mean }) => percent(mean) },
  {
    name: 'Draw',
    hint: 'What was drawn or computed to rank them; the highest wins',
    number: true,
    by: null,
    show: ({ draw }) => draw.toFixed(4),
  },
];

/** A decision's reason: its sentence, the candidates with what was drawn for each, and the other numbers that mattered. */
export function Chosen({ decision }: { readonly decision: Decision }) {
  const { text, candidates, numbers = {} } = decision.reason;
  return (
    <>
      <p class="text">{text}</p>
      {candidates.length > 0 && (
        <Table caption="Candidates" rows={candidates} columns={COLUMNS} keyOf={({ variant }) => variant} />
      )}
      {Object.keys(numbers).length > 0 && (
        <dl class="grid">
          {Object.entries(numbers).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{Number(value.toPrecision(4))}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
