import { useMemo, useState } from 'preact/hooks';
import type { Transcript, TranscriptMessage } from '../../document/document.ts';
import { count, dollars, duration, moment } from '../parts/figures.ts';
import { brief } from '../parts/shown.ts';
import { DiffView } from './diff.tsx';
import { hits, split } from './find.ts';

/** Messages shown before one asks for more, and characters of a text. */
const PAGE = 200;
const LONG = 6_000;
/** What the agent was told and what its tools printed is looked up; the rest is read. */
const LOOKED_UP = new Set(['system', 'developer', 'user', 'tool', 'task', "agent's log"]);

/** A conversation: messages and tool calls, each folded, and a search in all of it. */
export function TranscriptView({ transcript }: { readonly transcript: Transcript }) {
  const [wanted, setWanted] = useState('');
  const [most, setMost] = useState(PAGE);
  const [open, setOpen] = useState<boolean | null>(null);
  const sought = wanted.trim();
  const found = useMemo(
    () =>
      transcript.messages.map(({ text, calls }) =>
        sought === ''
          ? 0
          : calls.reduce(
              (sum, { name, input }) => sum + hits(name, sought) + hits(pretty(input), sought),
              hits(text, sought),
            ),
      ),
    [transcript, sought],
  );
  const total = found.reduce((sum, each) => sum + each, 0);
  const messages = transcript.messages
    .map((message, place) => ({ message, place }))
    .filter(({ place }) => sought === '' || found[place]! > 0);
  return (
    <div class="transcript">
      <div class="bar">
        <label>
          Search <input type="search" value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} />
        </label>
        {sought !== '' && (
          <span role="status">
            {count(total, 'place')} in {count(messages.length, 'message')}
          </span>
        )}
        <button type="button" onClick={() => setOpen(true)}>
          Unfold all
        </button>
        <button type="button" onClick={() => setOpen(false)}>
          Fold all
        </button>
      </div>
      {transcript.cut !== null && <p class="note text">{transcript.cut}</p>}
      {transcript.messages.length === 0 && <p>The conversation has no messages.</p>}
      <ol>
        {messages.slice(0, most).map(({ message, place }) => (
          <Message
            key={`${place} ${open} ${sought !== ''}`}
            message={message}
            n={place + 1}
            wanted={sought}
            open={open}
          />
        ))}
      </ol>
      {messages.length > most && (
        <button type="button" onClick={() => setMost(most + PAGE)}>
          Show more of {count(messages.length, 'message')}
        </button>
      )}
    </div>
  );
}

interface MessageProps {
  readonly message: TranscriptMessage;
  readonly n: number;
  readonly wanted: string;
  readonly open: boolean | null;
}

function Message({ message, n, wanted, open }: MessageProps) {
  const { role, text, calls, at, seconds, costUSD } = message;
  const gist = brief(text, 110) || calls.map(({ name }) => name).join(', ');
  const unfolded = wanted !== '' || (open ?? (!LOOKED_UP.has(role) && text.length < LONG));
  return (
    <li class={`message ${['system', 'user', 'assistant', 'tool'].includes(role) ? role : 'other'}`}>
      <details open={unfolded}>
        <summary>
          <span class="n">{n}</span> <b>{role}</b> <span class="gist">{gist}</span>{' '}
          <span class="facts">
            {calls.length > 0 && <span>{count(calls.length, 'call')}</span>}
            {seconds !== undefined && <span>{duration(seconds)}</span>}
            {costUSD !== undefined && <span>{dollars(costUSD)}</span>}
            {at !== undefined && <span>{moment(at)}</span>}
          </span>
        </summary>
        {text !== '' &&
          (role === 'change' && wanted === '' ? <DiffView text={text} /> : <Long text={text} wanted={wanted} />)}
        {calls.map(({ name, input }, place) => (
          <details class="call" key={place} open={wanted !== '' || input.length < 600 || open === true}>
            <summary>
              calls <code>{name}</code> <span class="gist">{brief(input, 80)}</span>
            </summary>
            <Long text={pretty(input)} wanted={wanted} />
          </details>
        ))}
      </details>
    </li>
  );
}

function Long({ text, wanted }: { readonly text: string; readonly wanted: string }) {
  const [all, setAll] = useState(false);
  const kept = all || wanted !== '' ? text : text.slice(0, LONG);
  return (
    <>
      <pre class="text">
        {split(kept, wanted).map((piece, place) => (place % 2 ? <mark key={place}>{piece}</mark> : piece))}
      </pre>
      {kept.length < text.length && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {text.length.toLocaleString('en')} characters
        </button>
      )}
    </>
  );
}

/** JSON with a line for each part, texts as they are read; anything else as it is. */
function pretty(input: string): string {
  try {
    const value: unknown = JSON.parse(input);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return input;
    const parts = Object.entries(value).map(([name, part]) => {
      const text = typeof part === 'string' ? part : JSON.stringify(part, null, 2);
      return text.includes('\n') ? `${name}:\n${text}` : `${name}: ${text}`;
    });
    return parts.join('\n');
  } catch {
    return input;
  }
}
