import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Problem } from './pieces.tsx';

interface Props<T> {
  /** Asks for it; asked again when `of` changes. */
  readonly load: () => Promise<T>;
  readonly of: string;
  readonly what: string;
  readonly children: (loaded: T) => ComponentChildren;
}

/** Something that has to be asked for: says that it is on its way, or why it did not come. */
export function Load<T>({ load, of, what, children }: Props<T>) {
  const [state, setState] = useState<{ of: string; loaded?: { it: T }; error?: unknown } | null>(null);
  useEffect(() => {
    let over = false;
    load().then(
      (it) => over || setState({ of, loaded: { it } }),
      (error: unknown) => over || setState({ of, error }),
    );
    return () => {
      over = true;
    };
  }, [of]);
  if (state?.of !== of) return <p class="loading">Loading {what}…</p>;
  return <>{state.loaded ? children(state.loaded.it) : <Problem error={state.error} />}</>;
}
