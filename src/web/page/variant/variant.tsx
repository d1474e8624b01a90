import { useMemo } from 'preact/hooks';
import type { VariantFacts } from '../../document/document.ts';
import { Chosen } from '../parts/chosen.tsx';
import { Commands } from '../parts/commands.tsx';
import { dollars, moment, percent, tally, tokens } from '../parts/figures.ts';
import { Load } from '../parts/load.tsx';
import { Empty, Hint, WebLink } from '../parts/pieces.tsx';
import { ancestry, isFailed, type Run, titleOf } from '../parts/run.ts';
import { type Route, to, toVariant } from '../route.ts';
import type { DocumentSource } from '../source.ts';
import { commandsFor } from './commands.ts';
import { DiffView } from './diff.tsx';
import { Evaluations } from './evaluations.tsx';
import { Opened } from './opened.tsx';
import { Predictions } from './predictions.tsx';

interface Props {
  readonly run: Run;
  readonly source: DocumentSource;
  readonly route: Extract<Route, { view: 'variant' }>;
}

/** All there is to one variant. */
export function Variant({ run, source, route }: Props) {
  const variant = run.variant(route.variant);
  if (!variant)
    return <Empty what={`There is no v${route.variant} in this run.`} remedy="Choose a variant in the lineage." />;
  const doc = run.document;
  const decision = variant.decision === null ? undefined : doc.decisions[variant.decision];
  return (
    <article class="variant">
      <div class="bar">
        <h2>{variant.variant}</h2>
        <span class="state">{variant.state}</span>
        <Line run={run} variant={variant} />
        <span class="push" />
        {variant.from !== null && (
          <a href={to('compare', variant.parent!, variant.variant)}>Compare with {variant.parent}</a>
        )}
        {variant.from !== null && variant.from !== 0 && (
          <a href={to('compare', 'v0', variant.variant)}>Compare with v0</a>
        )}
        <Commands source={source} commands={commandsFor(doc.view, variant)} />
      </div>
      <p class="title text">{titleOf(variant)}</p>
      {route.job !== undefined && route.task !== undefined && (
        <Opened source={source} variant={variant.variant} job={route.job} task={route.task} />
      )}
      <Facts run={run} variant={variant} />
      {variant.from !== null && (
        <section>
          <h3>Diagnosis</h3>
          {variant.adopted && (
            <p class="text">
              Taken from pull request {variant.adopted.pull} by {variant.adopted.author}.
            </p>
          )}
          {variant.slim && (
            <p class="text">
              Leaves out the edits of {variant.slim.dropped.join(', ') || 'none'}, as {variant.slim.by} asked
              {variant.slim.unreverted.length > 0 && `; could not be reverted: ${variant.slim.unreverted.join(', ')}`}.
            </p>
          )}
          {variant.idea && (
            <p class="text">
              Asked for by {variant.idea.by}: {variant.idea.text}
            </p>
          )}
          {[...new Set([variant.proposed, variant.summary])]
            .filter((text) => text && text !== titleOf(variant))
            .map((text) => (
              <p class="text" key={text}>
                {text}
              </p>
            ))}
          {variant.evidence.length > 0 && (
            <p>
              From what {variant.parent} did on{' '}
              {variant.evidence.map((place, n) => (
                <span key={place}>
                  {n > 0 && ', '}
                  <a href={to('tasks', doc.tasks[place]!.task)}>{doc.tasks[place]!.task}</a>
                </span>
              ))}
              {variant.donor && (
                <>
                  , learning from <a href={to('variant', variant.donor)}>{variant.donor}</a>
                </>
              )}
            </p>
          )}
          {variant.failure && <p class="note text">{variant.failure}</p>}
        </section>
      )}
      {variant.predictions && <Predictions predictions={variant.predictions} />}
      {variant.from !== null && !isFailed(variant) && variant.state !== 'being made' && (
        <section>
          <h3>What it changes in {variant.parent}</h3>
          {doc.has.diffs ? (
            <Load load={() => source.diff(variant.variant)} of={`${variant.variant} ${variant.madeAt}`} what="the diff">
              {(text) => <DiffView text={text} />}
            </Load>
          ) : (
            <p>The diff was not kept here. The pull request has it, if there is one.</p>
          )}
        </section>
      )}
      {decision && (
        <section>
          <h3>
            Why it was made: <a href={to('decisions', decision.n)}>decision {decision.n}</a>
          </h3>
          <Chosen decision={decision.decision} />
        </section>
      )}
      <Evaluations run={run} variant={variant} job={route.job} task={route.task} />
    </article>
  );
}

function Line({ run, variant }: { readonly run: Run; readonly variant: VariantFacts }) {
  const line = useMemo(() => ancestry(run, variant.number).slice(1).toReversed(), [run, variant]);
  const children = run.children(variant.number);
  return (
    <nav aria-label="Its lineage" class="line-of">
      {line.map(({ number, variant: id }) => (
        <span key={number}>
          <a href={toVariant(number)}>{id}</a> →{' '}
        </span>
      ))}
      <b>{variant.variant}</b>
      {children.length > 0 && ' → '}
      {children.slice(0, 12).map(({ number, variant: id }) => (
        <span key={number}>
          <a href={toVariant(number)}>{id}</a>{' '}
        </span>
      ))}
      {children.length > 12 && `and ${children.length - 12} more`}
    </nav>
  );
}

function Facts({ run, variant }: { readonly run: Run; readonly variant: VariantFacts }) {
  const { own, same, clade, heldOut, belief } = variant;
  const facts: readonly (readonly [name: string, says: string, value: preact.ComponentChildren])[] = [
    ['Search tasks', 'Attempts at search tasks that it resolved, of those with a result', tally(own)],
    ['Root there', 'What the root did on the same tasks', tally(same.root)],
    ['Parent there', 'What its parent did on the same tasks', tally(same.parent)],
    ['Clade', 'It and all its descendants together', tally(clade)],
    ['Held-out', 'Attempts at held-out tasks, once those are open', tally(heldOut)],
    [
      'Believed',
      'Share of tasks it is believed to resolve, with its 90 % interval',
      belief ? `${percent(belief.mean)} (${percent(belief.lower)} to ${percent(belief.upper)})` : '–',
    ],
    [
      'Promise',
      'What the policy expects its clade can still yield, when last weighed',
      variant.promise === null ? '–' : variant.promise.toFixed(2),
    ],
    ['Made by', 'The operator: what the diagnosing model was shown and asked', variant.operator ?? '–'],
    [
      'Models',
      'The models that made it, if there was a choice',
      variant.models ? [variant.models.diagnose, variant.models.modify].filter(Boolean).join(', ') : '–',
    ],
    ['Making', 'What diagnosing, modifying and checking cost', dollars(variant.makingUSD)],
    ['Total', 'What making and evaluating it cost together', dollars(variant.costUSD)],
    ['Tokens', 'Input and output tokens for each task it resolved', tokens(variant.tokensPerSolved)],
    ['No result', 'Attempts lost to infrastructure: they do not count', variant.voids],
    ['Made', 'When it was ready, in UTC', variant.madeAt ? moment(variant.madeAt) : '–'],
    [
      'Pull request',
      'Where people read and discuss it',
      variant.pull === null ? (
        '–'
      ) : (
        <WebLink document={run.document} path={`/pull/${Math.trunc(Number(variant.pull))}`}>
          #{variant.pull}
        </WebLink>
      ),
    ],
    [
      'Commit',
      'The head of its branch',
      variant.sha && /^[0-9a-f]{40,64}$/.test(variant.sha) ? (
        <WebLink document={run.document} path={`/commit/${variant.sha}`}>
          <code>{variant.sha.slice(0, 8)}</code>
        </WebLink>
      ) : (
        '–'
      ),
    ],
  ];
  return (
    <dl class="grid">
      {facts.map(([name, says, value]) => (
        <div key={name}>
          <dt>
            <Hint says={says}>{name}</Hint>
          </dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
