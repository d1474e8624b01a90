import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { DOCUMENT_VERSION, type RunDocument } from '../document/document.ts';
import { Compare } from './compare/compare.tsx';
import { Decisions } from './decisions/decisions.tsx';
import { Header } from './header.tsx';
import { Lineage } from './lineage/lineage.tsx';
import { Problem } from './parts/pieces.tsx';
import { type Run, runOf } from './parts/run.ts';
import { Progress } from './progress/progress.tsx';
import { parseRoute, type Route } from './route.ts';
import { Runs } from './runs/runs.tsx';
import { type DocumentSource, Trouble } from './source.ts';
import { Tasks } from './tasks/tasks.tsx';
import { Variant } from './variant/variant.tsx';

/** Milliseconds between two readings of the document, at least. */
const PAUSE = 2_000;

export function App({ source }: { readonly source: DocumentSource }) {
  const [document, setDocument] = useState<RunDocument | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [live, setLive] = useState(false);
  const route = useRoute();
  const read = useCallback(async () => {
    try {
      const read = await source.document();
      if (read.version !== DOCUMENT_VERSION)
        throw new Trouble(
          `This page reads version ${DOCUMENT_VERSION} of a run's document, and was given version ${read.version}.`,
          'Reload the page without the cache; if that does not help, update Huxley.',
        );
      setDocument(read);
      setError(null);
    } catch (failed) {
      setError(failed);
    }
  }, [source]);
  useLive(source, read, setLive);
  const run = useMemo(() => document && runOf(document), [document]);
  if (!run)
    return error ? (
      <main>
        <Problem error={error} />
        <button type="button" onClick={read}>
          Try again
        </button>
      </main>
    ) : (
      <p class="loading">Loading the run…</p>
    );
  return (
    <>
      <Header run={run} route={route} source={source} live={live} />
      {error ? <Problem error={error} /> : null}
      <main id="main" tabIndex={-1}>
        <View run={run} route={route} source={source} />
      </main>
    </>
  );
}

function View({ run, route, source }: { readonly run: Run; readonly route: Route; readonly source: DocumentSource }) {
  switch (route.view) {
    case 'lineage':
      return <Lineage run={run} />;
    case 'progress':
      return <Progress run={run} />;
    case 'tasks':
      return <Tasks run={run} task={route.task} />;
    case 'compare':
      return <Compare run={run} source={source} a={route.a} b={route.b} />;
    case 'variant':
      return <Variant key={route.variant} run={run} source={source} route={route} />;
    case 'decisions':
      return <Decisions run={run} n={route.n} />;
    case 'runs':
      return <Runs run={run} source={source} />;
  }
}

function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const changed = () => {
      setRoute((before) => {
        const now = parseRoute(location.hash);
        if (now.view !== before.view) scrollTo(0, 0);
        return now;
      });
    };
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return route;
}

/** Reads once, and again whenever the run has gone on, with a pause in between. */
function useLive(source: DocumentSource, read: () => Promise<void>, setLive: (live: boolean) => void): void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    let last = Date.now();
    void read();
    const changed = () => {
      clearTimeout(timer.current);
      timer.current = setTimeout(
        () => {
          last = Date.now();
          void read();
        },
        Math.max(0, last + PAUSE - Date.now()),
      );
    };
    const end = source.watch?.(changed, setLive);
    return () => {
      clearTimeout(timer.current);
      end?.();
    };
  }, [source, read, setLive]);
}
