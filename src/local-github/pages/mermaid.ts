import { layoutTree } from '../../report/tree/tree-layout.ts';
import { escapeHtml, Html } from './html.ts';

const WIDTH = 104;
const HEIGHT = 66;
/** A graph that is larger is shown as text: a chain of boxes must not use the stack up. */
const MAX_LINES = 4_000;
const NODE = /^\s*([\w-]+)\["([^"]*)"\](?::::([\w-]+))?\s*$/;
const EDGE = /^\s*([\w-]+) --> ([\w-]+)\s*$/;

/**
 * A mermaid graph as a picture, if it is a tree of quoted boxes (`graph TD`, `a["..."]`, `a --> b`, which is what reports
 * draw); `null` for any other, which is then shown as the text it is.
 */
export function mermaid(source: string): Html | null {
  const [first, ...lines] = source.split('\n').filter((line) => line.trim() !== '' && !/^\s*classDef /.test(line));
  if (first?.trim() !== 'graph TD' || lines.length > MAX_LINES) return null;
  const boxes = new Map<string, { readonly label: readonly string[]; readonly kind: string }>();
  const parents = new Map<string, string>();
  for (const line of lines) {
    const [, id, label, kind = ''] = NODE.exec(line) ?? [];
    const [, from, to] = EDGE.exec(line) ?? [];
    if (id !== undefined) boxes.set(id, { label: label!.split(/<br\s*\/?>/), kind });
    else if (to !== undefined && !parents.has(to)) parents.set(to, from!);
    else return null;
  }
  const places = layoutTree([...boxes.keys()].map((id) => ({ id, parent: parents.get(id) ?? null })));
  if (places.size === 0 || places.size < boxes.size) return null;
  const at = (id: string) => {
    const { column, row } = places.get(id)!;
    return { x: (column + 0.5) * WIDTH, y: (row + 0.5) * HEIGHT };
  };
  const edges = [...parents].map(([to, from]) => {
    const [a, b] = [at(from), at(to)];
    return `<path d="M${a.x} ${a.y + 20}C${a.x} ${b.y - 30} ${b.x} ${a.y + 30} ${b.x} ${b.y - 20}"/>`;
  });
  const drawn = [...boxes].map(([id, { label, kind }]) => {
    const { x, y } = at(id);
    const text = label.map(
      (line, i) => `<text x="${x}" y="${y + 4 + (i - (label.length - 1) / 2) * 15}">${escapeHtml(line)}</text>`,
    );
    return `<g class="${escapeHtml(kind)}"><rect x="${x - 46}" y="${y - 20}" width="92" height="40" rx="6"/>${text.join('')}</g>`;
  });
  const width = (1 + Math.max(...[...places.values()].map(({ column }) => column))) * WIDTH;
  const height = (1 + Math.max(...[...places.values()].map(({ row }) => row))) * HEIGHT;
  return new Html(
    `<svg class="graph" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">${edges.join('')}${drawn.join('')}</svg>`,
  );
}
