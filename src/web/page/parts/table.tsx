import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { count } from './figures.ts';
import { sortedBy } from './sort.ts';

export interface Column<T> {
  readonly name: string;
  readonly hint?: string;
  readonly number?: boolean;
  /** What it is sorted by; null where it cannot be. Nulls come last. */
  readonly by: ((row: T) => number | string | null) | null;
  readonly show: (row: T) => ComponentChildren;
}

interface Props<T> {
  readonly caption: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly keyOf: (row: T) => string | number;
  /** Place of the column it is sorted by at first, and whether that is downwards; absent for the rows' own order. */
  readonly sorted?: number;
  readonly down?: boolean;
  readonly current?: (row: T) => boolean;
}

/** Rows that are shown before one asks for more. */
const PAGE = 100;

/** A table that is sorted by its heads. */
export function Table<T>({ caption, rows, columns, keyOf, sorted, down = false, current }: Props<T>) {
  const [order, setOrder] = useState({ column: sorted ?? -1, down });
  const [most, setMost] = useState(PAGE);
  const ordered = useMemo(() => {
    const by = columns[order.column]?.by;
    return by ? sortedBy(rows, by, order.down) : rows;
  }, [rows, columns, order]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="scroll" tabIndex={0} aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, hint, number, by }, place) => (
              <th
                key={name}
                scope="col"
                class={number ? 'number' : ''}
                title={hint}
                aria-sort={order.column === place ? (order.down ? 'descending' : 'ascending') : undefined}
              >
                {by ? (
                  <button
                    type="button"
                    onClick={() =>
                      setOrder({ column: place, down: order.column === place ? !order.down : number === true })
                    }
                  >
                    {name}
                  </button>
                ) : (
                  name
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ordered.slice(0, most).map((row) => (
            <tr key={keyOf(row)} aria-current={current?.(row) || undefined}>
              {columns.map(({ name, number, show }) => (
                <td key={name} class={number ? 'number' : ''}>
                  {show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {ordered.length > most && (
        <button type="button" onClick={() => setMost(most + 5 * PAGE)}>
          Show more of {count(ordered.length, 'row')}
        </button>
      )}
    </section>
  );
}
