export type Cell = string | number;

export function table(rows: readonly (readonly Cell[])[]): string[] {
  return rows.map((row) => row.join('  '));
}
