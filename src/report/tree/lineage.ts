import { variantNumber } from '../../model/ids.ts';
import { tally } from '../text/figures.ts';
import type { RunView, VariantView } from '../view.ts';

/** Nodes a lineage picture shows at most. */
export const MAX_NODES = 40;

/** Pictures by view: every pull request's body shows the same. */
const PICTURES = new WeakMap<RunView, string>();

/**
 * The tree as a mermaid graph: at most MAX_NODES nodes, those with the most evidence and all their ancestors, quoted labels,
 * no click handlers, no untrusted text.
 */
export function mermaid(view: RunView): string {
  const known = PICTURES.get(view);
  if (known !== undefined) return known;
  const picture = draw(view);
  PICTURES.set(view, picture);
  return picture;
}

function draw(view: RunView): string {
  const shown = mostTelling(view.variants.filter(({ state }) => !FAILED.has(state)));
  const nodes = shown.map(
    (node) => `  ${node.variant}["${node.variant}<br/>${label(node)}"]${CLASS[node.state] ?? ''}`,
  );
  const edges = shown.flatMap((node) => (node.parent === null ? [] : [`  ${node.parent} --> ${node.variant}`]));
  const left = view.variants.length - shown.length;
  return [
    '```mermaid',
    'graph TD',
    ...nodes,
    ...edges,
    '  classDef best stroke-width:3px',
    '  classDef pruned stroke-dasharray:4',
    '```',
    ...(left > 0 ? [`${left} not shown: not made, or least informative.`] : []),
  ].join('\n');
}

const FAILED: ReadonlySet<VariantView['state']> = new Set([
  'could not be made',
  'did not pass its own check',
  'being made',
]);
const CLASS: Partial<Record<VariantView['state'], string>> = {
  best: ':::best',
  offered: ':::best',
  merged: ':::best',
  pruned: ':::pruned',
  tampered: ':::pruned',
};

function label({ own }: VariantView): string {
  return own.n === 0 ? 'not measured' : tally(own);
}

function mostTelling(variants: readonly VariantView[]): readonly VariantView[] {
  const byId = new Map(variants.map((node) => [node.variant, node]));
  const kept = new Set<VariantView>();
  const ranked = variants.toSorted((a, b) => rank(b) - rank(a) || variantNumber(a.variant) - variantNumber(b.variant));
  for (const node of ranked) {
    const path: VariantView[] = [];
    for (
      let at: VariantView | undefined = node;
      at && !kept.has(at);
      at = at.parent === null ? undefined : byId.get(at.parent)
    )
      path.push(at);
    if (kept.size + path.length <= MAX_NODES) for (const each of path) kept.add(each);
  }
  return variants.filter((node) => kept.has(node));
}

/** The root and the best come first, then whoever has the most evidence. */
function rank({ state, own }: VariantView): number {
  return state === 'root' || CLASS[state] === ':::best' ? Number.POSITIVE_INFINITY : own.n;
}
