import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { OUTCOMES, type RunDocument } from '../../document/document.ts';
import { Trouble } from '../source.ts';
import { webAddress } from './shown.ts';

/** A word or figure that says in plain words what it means. */
export function Hint({ says, children }: { readonly says: string; readonly children: ComponentChildren }) {
  return (
    <span class="hint" title={says}>
      {children}
    </span>
  );
}

export function Empty({ what, remedy }: { readonly what: string; readonly remedy: string }) {
  return (
    <div class="empty">
      <p>{what}</p>
      <p>{remedy}</p>
    </div>
  );
}

export function Problem({ error }: { readonly error: unknown }) {
  const remedy = error instanceof Trouble ? error.remedy : 'Reload the page.';
  return (
    <div class="problem" role="alert">
      <p>{error instanceof Error ? error.message : String(error)}</p>
      <p>
        {remedy}{' '}
        {error instanceof Trouble && error.signIn && (
          <a href={`/runs/auth/sign-in?to=${encodeURIComponent(location.pathname + location.hash)}`}>Sign in</a>
        )}
      </p>
    </div>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly of: readonly T[];
  readonly hints?: Readonly<Partial<Record<T, string>>>;
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** One of a few. */
export function Choice<T extends string>({ label, of, hints, value, onChange }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      {of.map((each) => (
        <label key={each} title={hints?.[each]}>
          <input type="radio" name={name} checked={each === value} onChange={() => onChange(each)} />
          <span>{each}</span>
        </label>
      ))}
    </fieldset>
  );
}

const SIGNS = ['✓', '✗', '!', '◷', '∅'];
const MEANINGS = [
  'resolved',
  'not resolved',
  'tampered: it touched what grades it',
  'timeout: its tests did not end in time',
  'invalid: what it made could not be applied',
];

/** How an attempt ended, as a sign with its word. */
export function Outcome({ place, word = true }: { readonly place: number; readonly word?: boolean }) {
  return (
    <span class={`outcome ${OUTCOMES[place]}`} title={MEANINGS[place]}>
      <span aria-hidden={word}>{SIGNS[place]}</span>
      {word ? ` ${OUTCOMES[place]}` : <span class="unseen">{OUTCOMES[place]}</span>}
    </span>
  );
}

/** A link to where the repository is on the web; only its words where that is not known. */
export function WebLink({
  document,
  path,
  children,
}: {
  document: RunDocument;
  path: string;
  children: ComponentChildren;
}) {
  const base = webAddress(document.url);
  return base === null ? (
    <span>{children}</span>
  ) : (
    <a href={base + path} rel="noreferrer">
      {children}
    </a>
  );
}
