/** A node's place in a tidy tree: column, halves between, and row, both from 0. */
export interface TreePlace {
  readonly column: number;
  readonly row: number;
}

/** Places nodes so that leaves take a column each, parents stand above the middle of their children, and the root is in row 0. */
export function layoutTree(
  nodes: readonly { readonly id: string; readonly parent: string | null }[],
): ReadonlyMap<string, TreePlace> {
  const children = Map.groupBy(nodes, ({ parent }) => parent);
  const places = new Map<string, TreePlace>();
  let columns = 0;
  const place = (id: string, row: number): number => {
    const below = (children.get(id) ?? []).map((child) => place(child.id, row + 1));
    const column = below.length === 0 ? columns++ : (below[0]! + below.at(-1)!) / 2;
    places.set(id, { column, row });
    return column;
  };
  for (const { id } of children.get(null) ?? []) place(id, 0);
  return places;
}
