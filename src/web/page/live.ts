/** What a page hears events by: the browser's `EventSource`, of which this is what it needs. */
interface Events {
  readonly readyState: number;
  addEventListener(type: string, listener: () => void): void;
  close(): void;
}

const CLOSED = 2;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Calls back when there is something new, and with whether it would hear of that. Browsers connect again by themselves after a
 * broken connection, but not after an answer with another status: then this does, after pauses that double up to a minute, and
 * each time has the page read, which says what is wrong. Returns what ends it.
 */
export function listen(open: () => Events, changed: () => void, live: (is: boolean) => void): () => void {
  let pause = FIRST_PAUSE_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let events: Events;
  const connect = () => {
    const now = open();
    events = now;
    now.addEventListener('changed', changed);
    now.addEventListener('open', () => {
      live(true);
      if (pause > FIRST_PAUSE_MS) changed();
      pause = FIRST_PAUSE_MS;
    });
    now.addEventListener('error', () => {
      live(false);
      if (now.readyState !== CLOSED) return;
      timer = setTimeout(() => {
        connect();
        changed();
      }, pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    });
  };
  connect();
  return () => {
    clearTimeout(timer);
    events.close();
  };
}
