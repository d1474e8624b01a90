import { select } from 'd3-selection';
import { type ZoomBehavior, zoom, zoomIdentity, zoomTransform } from 'd3-zoom';
import { memo } from 'preact/compat';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { VariantFacts } from '../../document/document.ts';
import { tally } from '../parts/figures.ts';
import { ancestry, isFailed, type Run, titleOf } from '../parts/run.ts';
import type { Scale } from './colour.ts';
import { type Folding, type Layout, layoutTree, type Placed, ROW } from './layout.ts';

interface Props {
  readonly run: Run;
  readonly scale: Scale;
  readonly folding: Folding;
  readonly chosen: number | null;
  readonly onChoose: (number: number) => void;
  readonly onOpen: (number: number) => void;
  readonly onFold?: (number: number) => void;
  /** What stands beside a variant; its outcomes where absent. */
  readonly tallyOf?: (variant: VariantFacts) => string;
  /** Variants with a higher number are only hinted at; absent for none. */
  readonly until?: number;
}

/** The variants as a tree, to be zoomed with the wheel or the buttons, dragged about, and walked with the arrow keys. */
export function Tree({ run, scale, folding, chosen, onChoose, onOpen, onFold, tallyOf, until }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const inner = useRef<SVGGElement>(null);
  const zoomer = useRef<ZoomBehavior<SVGSVGElement, unknown>>(null);
  const [aspect, setAspect] = useState(1.6);
  const layout = useMemo(() => layoutTree(run, folding, aspect), [run, folding, aspect]);
  const fit = useRef(() => {});
  fit.current = () => {
    if (!svg.current || !zoomer.current) return;
    const { width, height } = svg.current.getBoundingClientRect();
    const labels = 150;
    const scaled = Math.min(1.5, (width - 40) / (layout.width + labels), (height - 76) / (layout.height + ROW));
    const at = zoomIdentity.translate(24, Math.max(52, (height - layout.height * scaled) / 2)).scale(scaled);
    select(svg.current).call(zoomer.current.transform, at);
  };
  useEffect(() => {
    const element = svg.current!;
    const behaviour = zoom<SVGSVGElement, unknown>()
      .extent(() => {
        const { width, height } = element.getBoundingClientRect();
        return [
          [0, 0],
          [width, height],
        ];
      })
      .scaleExtent([0.005, 4])
      .on('zoom', ({ transform }) => {
        inner.current?.setAttribute('transform', transform.toString());
        element.setAttribute('data-size', transform.k * ROW < 8 ? 'dots' : transform.k * ROW < 17 ? 'small' : 'full');
      });
    zoomer.current = behaviour;
    select(element).call(behaviour).on('dblclick.zoom', null);
    setAspect(frame.current!.clientWidth / Math.min(760, 0.66 * innerHeight));
  }, []);
  // Where the tree takes another shape it is shown whole again, and stays where one has put it otherwise.
  useEffect(() => fit.current(), [layout.width, layout.height]);
  const by = (factor: number) => () => select(svg.current!).call(zoomer.current!.scaleBy, factor);
  const line = useMemo(
    () => new Set(run.line && until === undefined ? ancestry(run, run.line.variant.number).map((v) => v.number) : []),
    [run, until === undefined],
  );
  const shown = (number: number) => until === undefined || number <= until;
  const current = layout.nodes.find(({ variant }) => variant.number === chosen) ?? layout.nodes[0];

  const go = (to: Placed | null | undefined) => {
    const element = svg.current;
    if (!to || !element) return;
    onChoose(to.variant.number);
    const [x, y] = zoomTransform(element).apply([to.x, to.y]);
    if (x < 0 || y < 0 || x > element.clientWidth || y > element.clientHeight)
      select(element).call(zoomer.current!.translateTo, to.x, to.y);
    element.querySelector<SVGGElement>(`[data-variant="${to.variant.number}"]`)?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!current || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = layout.nodes.indexOf(current);
    const act: Record<string, () => void> = {
      ArrowRight: () => go(current.children[0]),
      ArrowLeft: () => go(current.parent),
      ArrowDown: () => go(layout.nodes[at + 1]),
      ArrowUp: () => go(layout.nodes[at - 1]),
      Home: () => go(layout.nodes[0]),
      End: () => go(layout.nodes.at(-1)),
      Enter: () => onOpen(current.variant.number),
      ' ': () => onFold?.(current.variant.number),
      '+': by(1.4),
      '-': by(1 / 1.4),
      '0': fit.current,
    };
    const found = act[event.key];
    if (!found) return;
    event.preventDefault();
    event.stopPropagation();
    found();
  };
  return (
    <div class="tree" ref={frame} style={{ height: `min(66vh, ${Math.max(240, 1.5 * layout.height + 110)}px)` }}>
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: the tree inside of it is labelled */}
      <svg ref={svg}>
        <g ref={inner}>
          <Links layout={layout} line={line} until={until} />
          <g role="tree" aria-label="Variants" tabIndex={-1} onKeyDown={onKeyDown}>
            {layout.nodes.map((node) => (
              <Node
                key={node.variant.number}
                node={node}
                colour={shown(node.variant.number) ? scale.of(node.variant) : 's-none'}
                beside={tallyOf ? tallyOf(node.variant) : tally(node.variant.own)}
                there={shown(node.variant.number)}
                mark={until === undefined && run.line?.variant.number === node.variant.number ? run.line.as : null}
                chosen={node === current}
                onChoose={onChoose}
                onOpen={onOpen}
                closed={folding.closed.has(node.variant.number)}
              />
            ))}
          </g>
        </g>
      </svg>
      <div class="tree-buttons">
        <button type="button" onClick={by(1.4)} aria-label="Zoom in">
          +
        </button>
        <button type="button" onClick={by(1 / 1.4)} aria-label="Zoom out">
          −
        </button>
        <button type="button" onClick={() => fit.current()}>
          Fit
        </button>
      </div>
    </div>
  );
}

const Links = memo(
  ({ layout, line, until }: { layout: Layout; line: ReadonlySet<number>; until: number | undefined }) => (
    <g>
      {layout.nodes.map(
        ({ variant, x, y, parent }) =>
          parent && (
            <path
              key={variant.number}
              class={`link ${line.has(variant.number) ? 'on-line' : ''} ${until !== undefined && variant.number > until ? 'later' : ''}`}
              d={`M${parent.x},${parent.y}C${(parent.x + x) / 2},${parent.y} ${(parent.x + x) / 2},${y} ${x},${y}`}
            />
          ),
      )}
    </g>
  ),
);

interface NodeProps {
  readonly node: Placed;
  readonly colour: string;
  readonly beside: string;
  readonly there: boolean;
  readonly mark: string | null;
  readonly chosen: boolean;
  readonly closed: boolean;
  readonly onChoose: (number: number) => void;
  readonly onOpen: (number: number) => void;
}

const Node = memo(({ node, colour, beside, there, mark, chosen, closed, onChoose, onOpen }: NodeProps) => {
  const { variant, x, y, depth, folded } = node;
  const kind = mark ?? (isFailed(variant) ? 'failed' : variant.out ? 'out' : 'plain');
  const words = `${variant.variant} ${beside}${mark === null ? '' : ` ${mark}`}${folded > 0 ? ` +${folded}` : ''}`;
  return (
    <g
      role="treeitem"
      class={`node ${kind} ${there ? '' : 'later'}`}
      data-variant={variant.number}
      transform={`translate(${x},${y})`}
      tabIndex={chosen ? 0 : -1}
      aria-level={depth + 1}
      aria-selected={chosen}
      aria-expanded={closed ? false : node.children.length > 0 ? true : undefined}
      aria-label={`${words}: search tasks resolved, ${variant.state}. ${titleOf(variant)}`}
      onClick={() => onOpen(variant.number)}
      onFocus={() => onChoose(variant.number)}
      onMouseEnter={() => onChoose(variant.number)}
    >
      <path class="rim" d="M0,0h0" />
      <path class={`dot ${colour}`} d="M0,0h0" />
      <text {...(node.children.length > 0 ? { x: -5, y: -10 } : { x: 11, dy: '0.32em' })}>{words}</text>
    </g>
  );
});
