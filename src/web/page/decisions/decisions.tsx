import { useEffect, useMemo, useState } from 'preact/hooks';
import type { VariantFacts } from '../../document/document.ts';
import { scaleOf } from '../lineage/colour.ts';
import { Legend } from '../lineage/lineage.tsx';
import { Tree } from '../lineage/tree.tsx';
import { Chosen } from '../parts/chosen.tsx';
import { count, duration, tally } from '../parts/figures.ts';
import { Empty } from '../parts/pieces.tsx';
import type { Run } from '../parts/run.ts';
import { openVariant, to } from '../route.ts';
import { placeOf, thenOf } from './then.ts';

/** Decisions listed beside the one that is looked at. */
const AROUND = 8;
const FOLDING = { closed: new Set<number>(), lost: false };

/** What was decided, one after the other, with what was known then. */
export function Decisions({ run, n }: { readonly run: Run; readonly n: number | undefined }) {
  const { decisions } = run.document;
  const last = decisions.length - 1;
  const place = placeOf(run.document, n);
  const go = (to: number) => show(decisions[Math.max(0, Math.min(last, to))]?.n);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement && event.target.matches('input:not([type="range"]), select, textarea');
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      const step = { j: 1, k: -1, n: 1, p: -1 }[event.key];
      if (step) go(place + step);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  });
  if (last < 0)
    return <Empty what="Nothing has been decided yet." remedy="The first decision follows once the run has begun." />;
  const { at, what, decision, others, n: number } = decisions[place]!;
  const from = Math.max(0, Math.min(last - 2 * AROUND, place - AROUND));
  return (
    <section aria-label="Decisions">
      <div class="bar">
        <button type="button" onClick={() => go(0)} disabled={place === 0}>
          First
        </button>
        <button type="button" onClick={() => go(place - 1)} disabled={place === 0}>
          Back
        </button>
        <input
          type="range"
          class="timeline"
          min={0}
          max={last}
          value={place}
          aria-label="Decision"
          aria-valuetext={`Decision ${number}: ${what}`}
          onInput={(event) => go(Number(event.currentTarget.value))}
        />
        <button type="button" onClick={() => go(place + 1)} disabled={place === last}>
          On
        </button>
        <button type="button" onClick={() => go(last)} disabled={place === last}>
          Last
        </button>
        <span class="keys">keys k and j step</span>
      </div>
      <div class="split">
        <ol class="list" aria-label="Decisions nearby" start={from}>
          {decisions.slice(from, from + 2 * AROUND + 1).map((each, offset) => (
            <li key={each.n}>
              <a href={to('decisions', each.n)} aria-current={from + offset === place ? 'step' : undefined}>
                <span class="n">{each.n}</span> {each.what}
              </a>
            </li>
          ))}
        </ol>
        <div>
          <h2>Decision {number}</h2>
          <p class="facts">
            <b>{what}</b>
            <span>{duration(at)} after the start</span>
            <span>{count(decisions[place]!.evaluations, 'evaluation')} then</span>
            {'variant' in decision && (
              <a href={to('variant', decision.variant)}>
                {decision.type === 'expand' ? 'the result' : decision.variant}
              </a>
            )}
          </p>
          <Chosen decision={decision} />
          {others && Object.keys(others).length > 0 && (
            <>
              <h3>What another policy would have done</h3>
              <dl class="others">
                {Object.entries(others).map(([policy, does]) => (
                  <div key={policy}>
                    <dt>{policy}</dt>
                    <dd class="text">{does}</dd>
                  </div>
                ))}
              </dl>
            </>
          )}
        </div>
      </div>
      <TreeThen run={run} place={place} />
    </section>
  );
}

function TreeThen({ run, place }: { readonly run: Run; readonly place: number }) {
  const then = useMemo(() => thenOf(run, place), [run, place]);
  const { decision } = run.document.decisions[place]!;
  const [chosen, setChosen] = useState<number | null>(null);
  const about =
    decision.type === 'expand'
      ? decision.parent
      : decision.type === 'evaluate'
        ? decision.variant
        : decision.type === 'stop'
          ? decision.shipped
          : null;
  useEffect(() => setChosen(about === null ? null : Number(about.slice(1))), [about]);
  const scale = useMemo(
    () => scaleOf(run, 'belief', ({ number }) => then.believed?.beliefs?.[number] ?? null),
    [run, then.believed],
  );
  const tallyOf = ({ number }: VariantFacts) => tally(then.own.get(number) ?? { resolved: 0, n: 0 });
  return (
    <>
      <div class="bar">
        <h3>The tree then</h3>
        <span class="keys">
          {then.believed === null
            ? 'What was believed is not known.'
            : then.believed.n === run.document.decisions[place]!.n
              ? 'Coloured by what was believed at this decision.'
              : `Coloured by what was believed at decision ${then.believed.n}, the last that was kept.`}
        </span>
        <Legend scale={scale} />
      </div>
      <Tree
        run={run}
        scale={scale}
        folding={FOLDING}
        chosen={chosen}
        onChoose={setChosen}
        onOpen={openVariant}
        tallyOf={tallyOf}
        until={then.until}
      />
    </>
  );
}

/** In the address, without a step for every decision in the browser's history. */
function show(n: number | undefined): void {
  if (n !== undefined) location.replace(to('decisions', n));
}
