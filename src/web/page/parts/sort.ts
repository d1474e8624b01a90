/** A copy in the order of a key, nulls last, alike ones as they were. */
export function sortedBy<T>(rows: readonly T[], by: (row: T) => number | string | null, down = false): readonly T[] {
  const sign = down ? -1 : 1;
  return rows
    .map((row) => ({ row, key: by(row) }))
    .sort(({ key: a }, { key: b }) => {
      if (a === null || b === null) return Number(a === null) - Number(b === null);
      if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
      return sign * String(a).localeCompare(String(b), 'en', { numeric: true });
    })
    .map(({ row }) => row);
}
