import { tally } from '../text/figures.ts';
import type { RunView, VariantView } from '../view.ts';
import { layoutTree, type TreePlace } from './tree-layout.ts';

const WIDTH = 96;
const HEIGHT = 64;

/** States that would not fit into a box. */
const BRIEF: Partial<Record<VariantView['state'], string>> = {
  'could not be made': 'not made',
  'did not pass its own check': 'check failed',
  'waits for evidence': 'unmeasured',
  'never measured': 'unmeasured',
};

/**
 * The tree of variants as an SVG picture, readable in light and dark: each node a variant with its resolved/measured search
 * tasks, filled in proportion to its rate. Holds nothing untrusted.
 */
export function treeSvg(view: RunView): string {
  const places = layoutTree(view.variants.map(({ variant, parent }) => ({ id: variant, parent })));
  const all = view.variants.flatMap((node) => {
    const place = places.get(node.variant);
    return place ? [{ ...place, node }] : [];
  });
  const width = (1 + Math.max(0, ...all.map(({ column }) => column))) * WIDTH + 16;
  const height = (1 + Math.max(0, ...all.map(({ row }) => row))) * HEIGHT + 40;
  const at = ({ column, row }: TreePlace) => ({ cx: 8 + (column + 0.5) * WIDTH, cy: 28 + (row + 0.5) * HEIGHT });
  const edges = all.flatMap((child) => {
    const parent = child.node.parent === null ? undefined : places.get(child.node.parent);
    if (!parent) return [];
    const [from, to] = [at(parent), at(child)];
    return [
      `<path class="edge" d="M${from.cx} ${from.cy + 18}C${from.cx} ${to.cy - 30} ${to.cx} ${from.cy + 30} ${to.cx} ${to.cy - 18}"/>`,
    ];
  });
  const nodes = all.map(({ node, ...position }) => {
    const { cx, cy } = at(position);
    const rate = node.own.n === 0 ? 0 : node.own.resolved / node.own.n;
    const best = node.variant === view.best ? ' best' : '';
    const dim = node.own.n === 0 ? ' dim' : '';
    return [
      `<g class="node${best}${dim}"><rect x="${cx - 42}" y="${cy - 18}" width="84" height="36" rx="8"/>`,
      `<rect class="fill" x="${cx - 42}" y="${cy + 14}" width="${(84 * rate).toFixed(1)}" height="4" rx="2"/>`,
      `<text x="${cx}" y="${cy - 2}">${node.variant}${best ? ' ◀' : ''}</text><text class="n" x="${cx}" y="${cy + 11}">${node.own.n === 0 ? (BRIEF[node.state] ?? node.state) : tally(node.own)}</text></g>`,
    ].join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Lineage of run ${view.run}">`,
    `<style>svg{background:#fff;color:#1f2328;font:12px system-ui,sans-serif}text{fill:currentColor;text-anchor:middle}.n{font-size:10px}.node rect{fill:#f6f8fa;stroke:#8c959f}.node .fill{fill:#1a7f37;stroke:none}.node.best rect{stroke:#1a7f37;stroke-width:2.5}.node.dim{opacity:.6}.edge{fill:none;stroke:#8c959f}@media(prefers-color-scheme:dark){svg{background:#0d1117;color:#e6edf3}.node rect{fill:#161b22;stroke:#6e7681}.node .fill{fill:#3fb950}.node.best rect{stroke:#3fb950}}</style>`,
    `<text x="${width / 2}" y="16">Run ${view.run}: resolved/measured search tasks${view.rehearsal ? ' (rehearsal model)' : ''}</text>`,
    ...edges,
    ...nodes,
    '</svg>',
  ].join('\n');
}
