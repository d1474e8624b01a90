import { hierarchy, tree } from 'd3-hierarchy';
import type { VariantFacts } from '../../document/document.ts';
import { isFailed, type Run } from '../parts/run.ts';

export interface Placed {
  readonly variant: VariantFacts;
  readonly x: number;
  readonly y: number;
  readonly depth: number;
  readonly parent: Placed | null;
  /** Descendants that are folded away. */
  readonly folded: number;
  readonly children: readonly Placed[];
}

export interface Layout {
  /** In the order of reading: a variant before its descendants. */
  readonly nodes: readonly Placed[];
  readonly width: number;
  readonly height: number;
}

/** Height of a row, in the tree's own pixels. */
export const ROW = 26;

/** What is folded: the descendants of these variants, and everything that came to nothing, unless something came of it. */
export interface Folding {
  readonly closed: ReadonlySet<number>;
  readonly lost: boolean;
}

/** The tree from left to right, in the proportions of `aspect` (width by height) where it is high. */
export function layoutTree(run: Run, { closed, lost }: Folding, aspect: number): Layout {
  const root = run.document.variants.find(({ from }) => from === null);
  if (!root) return { nodes: [], width: 0, height: 0 };
  const kept = lost ? foundFruitful(run) : null;
  const shownChildren = ({ number }: VariantFacts) =>
    closed.has(number) ? [] : run.children(number).filter((child) => kept === null || kept.has(child.number));
  const sizes = subtreeSizes(run);
  const laid = tree<VariantFacts>().nodeSize([ROW, 1])(hierarchy(root, shownChildren));
  let [top, bottom, deepest] = [0, 0, 1];
  laid.each((node) => {
    top = Math.min(top, node.x);
    bottom = Math.max(bottom, node.x);
    deepest = Math.max(deepest, node.depth);
  });
  const column = Math.max(104, Math.min(4_000, ((bottom - top) * aspect) / deepest));
  const nodes: Placed[] = [];
  const place = new Map<unknown, Placed & { children: Placed[] }>();
  laid.eachBefore((node) => {
    const parent = node.parent ? place.get(node.parent)! : null;
    const inside = (node.children ?? []).reduce((sum, child) => sum + sizes.get(child.data.number)!, 0);
    const placed = {
      variant: node.data,
      x: node.depth * column,
      y: node.x - top,
      depth: node.depth,
      parent,
      folded: sizes.get(node.data.number)! - 1 - inside,
      children: [],
    };
    parent?.children.push(placed);
    place.set(node, placed);
    nodes.push(placed);
  });
  return { nodes, width: deepest * column, height: bottom - top };
}

/** Variants that did not fail and are not out, with all their ancestors. */
function foundFruitful(run: Run): ReadonlySet<number> {
  const kept = new Set<number>();
  for (const variant of run.document.variants) {
    if (isFailed(variant) || variant.out) continue;
    for (let at: VariantFacts | undefined = variant; at && !kept.has(at.number); ) {
      kept.add(at.number);
      at = at.from === null ? undefined : run.variant(at.from);
    }
  }
  return kept;
}

/** Variants in each clade, itself among them. */
function subtreeSizes(run: Run): ReadonlyMap<number, number> {
  const sizes = new Map(run.document.variants.map(({ number }) => [number, 1]));
  // A child's number is higher than its parent's.
  for (const { number, from } of run.document.variants.toReversed())
    if (from !== null) sizes.set(from, (sizes.get(from) ?? 1) + sizes.get(number)!);
  return sizes;
}
