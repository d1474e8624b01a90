import { useRef, useState } from 'preact/hooks';
import type { DocumentSource } from '../source.ts';
import { Problem } from './pieces.tsx';

const DOES: Readonly<Record<string, string>> = {
  pause: 'starts nothing new until `resume`',
  resume: 'continues after `pause`',
  stop: 'ends the search once the work in flight is finished',
  prune: 'takes the variant and its descendants out of the search',
  expand: 'makes a child of the variant',
  evaluate: 'measures the variant on more search tasks',
  promote: 'ends the search and compares the variant with the root, or offers it for merging if it has passed',
  prove: 'buys more evidence on held-out tasks',
};

/** Buttons that post a slash command as the person who is signed in, once they have said yes; nothing where one may only read. */
export function Commands({
  source,
  commands,
}: {
  readonly source: DocumentSource;
  readonly commands: readonly string[];
}) {
  const [asked, setAsked] = useState('');
  const [state, setState] = useState<unknown>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  if (source.command === null || commands.length === 0) return null;
  const post = async () => {
    setState('Posting…');
    try {
      await source.command!(`/huxley ${asked}`);
      setState('Posted. The page will show the result.');
    } catch (error) {
      setState(error);
    }
    dialog.current?.close();
  };
  return (
    <div class="commands">
      {commands.map((command) => (
        <button
          key={command}
          type="button"
          title={DOES[command.split(' ')[0]!]}
          onClick={() => {
            setAsked(command);
            dialog.current?.showModal();
          }}
        >
          {command}
        </button>
      ))}
      <dialog ref={dialog} aria-label="Post a command">
        <p>
          Post <code>/huxley {asked}</code> as {source.user}? It {DOES[asked.split(' ')[0]!]}.
        </p>
        <button type="button" onClick={post}>
          Post it
        </button>{' '}
        <button type="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
      </dialog>
      {typeof state === 'string' ? <span role="status">{state}</span> : state !== null && <Problem error={state} />}
    </div>
  );
}
