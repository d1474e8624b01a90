import { useEffect } from 'preact/hooks';
import { OUTCOME_WORDS } from '../../report/outcome-text.ts';
import { REHEARSAL_NOTE } from '../../report/view.ts';
import { Commands } from './parts/commands.tsx';
import { count, dollars, duration, moment } from './parts/figures.ts';
import { WebLink } from './parts/pieces.tsx';
import type { Run } from './parts/run.ts';
import { type Route, to, VIEWS } from './route.ts';
import type { DocumentSource } from './source.ts';

const NAMES = {
  lineage: 'Lineage',
  progress: 'Progress',
  tasks: 'Tasks',
  compare: 'Compare',
  decisions: 'Decisions',
  runs: 'Runs',
} as const;

interface Props {
  readonly run: Run;
  readonly route: Route;
  readonly source: DocumentSource;
  readonly live: boolean;
}

/** What is always there: which run it is, how it stands, and the way to the views. */
export function Header({ run, route, source, live }: Props) {
  const { document: doc } = run;
  const { view } = doc;
  const name = route.view === 'variant' ? `v${route.variant}` : NAMES[route.view];
  useEffect(() => {
    document.title = `${name} · ${doc.run} · ${doc.repository}`;
  }, [name, doc.run, doc.repository]);
  const issue = /^r(\d+)/.exec(doc.run)?.[1];
  return (
    <header>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <h1>
        <span class="text">{doc.repository}</span>{' '}
        {issue ? (
          <WebLink document={doc} path={`/issues/${issue}`}>
            {doc.run}
          </WebLink>
        ) : (
          doc.run
        )}
      </h1>
      <p class="facts">
        <b>{view.outcome ? OUTCOME_WORDS[view.outcome.kind] : view.status}</b>
        <span>
          {view.budget.used}/{view.budget.total} evaluations
        </span>
        <span>
          {dollars(view.costUSD.spent)}
          {view.costUSD.limit !== null && ` of ${dollars(view.costUSD.limit)}`}
        </span>
        <span>{count(doc.variants.length, 'variant')}</span>
        <span>
          best <a href={to('variant', view.best)}>{view.best}</a>
        </span>
        <span title={`Policy ${view.policy}, seed ${view.seed}`}>
          {view.policy} on {view.suite}
        </span>
        <span>{moment(doc.updatedAt)} UTC</span>
        {source.watch && view.outcome === null && (
          <span class={live ? 'live' : 'not-live'} role="status">
            {live ? 'live' : 'not connected'}
          </span>
        )}
        {source.user !== null && <span>signed in as {source.user}</span>}
        {source.toRun !== null && <a href="/runs">all runs</a>}
      </p>
      {view.outcome && <p class="text">{view.outcome.reason}</p>}
      {view.rehearsal && (
        <p class="note" role="note">
          {REHEARSAL_NOTE}
        </p>
      )}
      {[source.cut, doc.cut].map(
        (cut) =>
          cut !== null && (
            <p class="note text" key={cut}>
              {cut}
            </p>
          ),
      )}
      {view.attention.map((each) => (
        <p class="note text" key={each}>
          {each}
        </p>
      ))}
      {view.inFlight.length > 0 && (
        <details>
          <summary>{count(view.inFlight.length, 'job')} in flight</summary>
          <ul>
            {view.inFlight.map(({ what, seconds, again }, place) => (
              <li class="text" key={`${place} ${what}`}>
                {what}
                {seconds !== null && `, for ${duration(seconds)}`}
                {again && `; attempt ${again.attempt} gave no result: ${again.reason}`}
              </li>
            ))}
          </ul>
        </details>
      )}
      {view.guidance.length > 0 && (
        <details>
          <summary>What people asked of all diagnoses ({view.guidance.length})</summary>
          <ol>
            {view.guidance.map(({ n, by, text }) => (
              <li class="text" key={n} value={n}>
                {by}: {text}
              </li>
            ))}
          </ol>
        </details>
      )}
      <nav aria-label="Views">
        {VIEWS.map((each) => (
          <a key={each} href={to(each)} aria-current={route.view === each ? 'page' : undefined}>
            {NAMES[each]}
          </a>
        ))}
        <Commands
          source={source}
          commands={view.outcome ? [] : view.status === 'paused' ? ['resume', 'stop'] : ['pause', 'stop']}
        />
      </nav>
    </header>
  );
}
