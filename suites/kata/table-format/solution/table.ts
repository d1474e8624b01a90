export type Cell = string | number;

export function table(rows: readonly (readonly Cell[])[]): string[] {
  if (rows.length === 0) return [];
  const count = Math.max(...rows.map((row) => row.length));
  const columns = Array.from({ length: count }, (_, i) => {
    const body = rows.slice(1).map((row) => row[i]);
    const filled = body.filter((cell) => cell !== undefined);
    const numeric = filled.length > 0 && filled.every((cell) => typeof cell === 'number');
    const decimals = numeric ? Math.max(...filled.map((cell) => (String(cell).split('.')[1] ?? '').length)) : 0;
    const texts = body.map((cell) => (cell === undefined ? '' : numeric ? (cell as number).toFixed(decimals) : String(cell)));
    const all = [String(rows[0]![i] ?? ''), ...texts];
    const width = Math.max(...all.map((text) => text.length));
    const padded = all.map((text) => (numeric ? text.padStart(width) : text.padEnd(width)));
    return [padded[0]!, '-'.repeat(width), ...padded.slice(1)];
  });
  return Array.from({ length: rows.length + 1 }, (_, line) =>
    columns
      .map((column) => column[line])
      .join('  ')
      .trimEnd(),
  );
}
