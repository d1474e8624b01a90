import { useMemo, useState } from 'preact/hooks';
import type { VariantFacts } from '../../document/document.ts';
import { dollars, percent, price, tally } from '../parts/figures.ts';
import { Choice, Empty, Hint } from '../parts/pieces.tsx';
import { isFailed, type Run, titleOf } from '../parts/run.ts';
import { type Column, Table } from '../parts/table.tsx';
import { openVariant, toVariant } from '../route.ts';
import { COLOUR_HINTS, COLOURS, type Colour, type Scale, STEPS, scaleOf } from './colour.ts';
import { Tree } from './tree.tsx';

/** With more variants than this, those that came to nothing are folded at first. */
const MANY = 60;

export function Lineage({ run }: { readonly run: Run }) {
  const [colour, setColour] = useState<Colour>('belief');
  const [closed, setClosed] = useState<ReadonlySet<number>>(new Set());
  const [lost, setLost] = useState(run.document.variants.length > MANY);
  const [chosen, setChosen] = useState<number | null>(run.line?.variant.number ?? 0);
  const [as, setAs] = useState<'tree' | 'table'>('tree');
  const scale = useMemo(() => scaleOf(run, colour), [run, colour]);
  const folding = useMemo(() => ({ closed, lost }), [closed, lost]);
  if (run.document.variants.length === 0)
    return <Empty what="There is no variant yet." remedy="The first one appears when the run has begun." />;
  const fold = (number: number) =>
    setClosed((before) => {
      const now = new Set(before);
      if (!now.delete(number)) now.add(number);
      return now;
    });
  const about = chosen === null ? undefined : run.variant(chosen);
  const nothing = run.document.variants.filter((variant) => isFailed(variant) || variant.out).length;
  return (
    <section class="lineage" aria-label="Lineage">
      <div class="bar">
        <Choice label="Colour" of={COLOURS} hints={COLOUR_HINTS} value={colour} onChange={setColour} />
        <Choice label="Show as" of={['tree', 'table'] as const} value={as} onChange={setAs} />
        <label>
          <input type="checkbox" checked={lost} onChange={() => setLost(!lost)} /> Fold what failed or was pruned (
          {nothing})
        </label>
        {closed.size > 0 && (
          <button type="button" onClick={() => setClosed(new Set())}>
            Unfold all
          </button>
        )}
        <Legend scale={scale} line={run.line?.as} />
      </div>
      {as === 'tree' ? (
        <>
          <Tree
            run={run}
            scale={scale}
            folding={folding}
            chosen={chosen}
            onChoose={setChosen}
            onOpen={openVariant}
            onFold={fold}
          />
          <div class="about">
            {about ? (
              <About run={run} variant={about} onFold={() => fold(about.number)} closed={closed.has(about.number)} />
            ) : null}
          </div>
          <p class="keys">Arrow keys walk the tree, Enter opens a variant, Space folds its descendants, + − 0 zoom.</p>
        </>
      ) : (
        <VariantTable run={run} lost={lost} />
      )}
    </section>
  );
}

function About({
  run,
  variant,
  onFold,
  closed,
}: {
  run: Run;
  variant: VariantFacts;
  onFold: () => void;
  closed: boolean;
}) {
  const usd = run.attemptUSD.get(variant.number);
  return (
    <>
      <p>
        <a href={toVariant(variant.number)}>
          <b>{variant.variant}</b>
        </a>{' '}
        <span class="state">{variant.state}</span> <span class="text">{titleOf(variant)}</span>
      </p>
      <p class="facts">
        <span>search tasks {tally(variant.own)}</span>
        {variant.heldOut.n > 0 && <span>held-out {tally(variant.heldOut)}</span>}
        {variant.belief && (
          <Hint says="Believed share of tasks it resolves, with its 90 % interval">
            believed {percent(variant.belief.mean)} ({percent(variant.belief.lower)} to {percent(variant.belief.upper)})
          </Hint>
        )}
        {variant.operator && <span>{variant.operator}</span>}
        {usd !== undefined && <span>{price(usd)} an attempt</span>}
        {run.children(variant.number).length > 0 && (
          <button type="button" class="plain" onClick={onFold}>
            {closed ? 'Unfold' : 'Fold'} descendants
          </button>
        )}
      </p>
    </>
  );
}

export function Legend({ scale, line }: { readonly scale: Scale; readonly line?: string | undefined }) {
  const { legend } = scale;
  return (
    <p class="legend">
      {legend.kind === 'steps' ? (
        <>
          {legend.from}
          <span class="ramp" aria-hidden="true">
            {Array.from({ length: STEPS }, (_, step) => (
              <i key={step} class={`s${step}`} />
            ))}
          </span>
          {legend.to}
        </>
      ) : (
        legend.names.map(([name, of]) => (
          <span key={name}>
            <i class={`swatch ${of}`} aria-hidden="true" />
            {name}
          </span>
        ))
      )}
      <span>
        <i class="swatch s-none" aria-hidden="true" />
        nothing known
      </span>
      {line && (
        <span>
          <i class="swatch line" aria-hidden="true" />
          line of the {line} variant
        </span>
      )}
    </p>
  );
}

function VariantTable({ run, lost }: { readonly run: Run; readonly lost: boolean }) {
  const rows = run.document.variants.filter((variant) => !lost || !(isFailed(variant) || variant.out));
  const columns: readonly Column<VariantFacts>[] = [
    { name: 'Variant', by: ({ number }) => number, show: (v) => <a href={toVariant(v.number)}>{v.variant}</a> },
    {
      name: 'Parent',
      by: ({ from }) => from,
      show: (v) => (v.from === null ? '–' : <a href={toVariant(v.from)}>{v.parent}</a>),
    },
    { name: 'State', by: ({ state }) => state, show: (v) => v.state },
    {
      name: 'Search tasks',
      number: true,
      by: ({ own }) => (own.n ? own.resolved / own.n : null),
      show: (v) => tally(v.own),
    },
    {
      name: 'Clade',
      number: true,
      hint: 'It and all its descendants together',
      by: ({ clade }) => (clade.n ? clade.resolved / clade.n : null),
      show: (v) => tally(v.clade),
    },
    {
      name: 'Believed',
      number: true,
      by: ({ belief }) => belief?.mean ?? null,
      show: (v) => (v.belief ? percent(v.belief.mean) : '–'),
    },
    {
      name: 'Held-out',
      number: true,
      by: ({ heldOut }) => (heldOut.n ? heldOut.resolved / heldOut.n : null),
      show: (v) => tally(v.heldOut),
    },
    { name: 'Cost', number: true, by: ({ costUSD }) => costUSD, show: (v) => dollars(v.costUSD) },
    { name: 'What it changes', by: null, show: (v) => <span class="text">{titleOf(v)}</span> },
  ];
  return <Table caption="Variants" rows={rows} columns={columns} keyOf={({ number }) => number} sorted={0} />;
}
