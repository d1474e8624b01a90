import type { ServerResponse } from 'node:http';
import { HEADERS } from './answer.ts';
import type { RunSource } from './run-source.ts';

const POLL_MS = 1_000;
/** Proxies end what says nothing for a minute. */
const HEARTBEAT_MS = 20_000;

/** Tells pages of a run's new entries as server-sent events, as long as they listen; the journal is asked once for all of them. */
export class Changes {
  readonly #source: Pick<RunSource, 'fresh'>;
  readonly #listeners = new Set<ServerResponse>();
  #timer: NodeJS.Timeout | undefined;
  #seq = -1;

  constructor(source: Pick<RunSource, 'fresh'>) {
    this.#source = source;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  listen(response: ServerResponse): void {
    response.writeHead(200, {
      ...HEADERS,
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.write('retry: 2000\n\n');
    if (this.#seq >= 0) tell(response, this.#seq);
    this.#listeners.add(response);
    const heartbeat = setInterval(() => response.write(': \n\n'), HEARTBEAT_MS);
    response.on('close', () => {
      clearInterval(heartbeat);
      this.#listeners.delete(response);
    });
    this.#timer ??= setTimeout(() => void this.#look(), 0);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const response of this.#listeners) response.end();
  }

  async #look(): Promise<void> {
    // A journal that cannot be read now may be read the next time.
    const seq = await this.#source.fresh().catch(() => this.#seq);
    if (seq !== this.#seq) for (const response of this.#listeners) tell(response, seq);
    this.#seq = seq;
    this.#timer = this.#listeners.size > 0 ? setTimeout(() => void this.#look(), POLL_MS) : undefined;
  }
}

function tell(response: ServerResponse, seq: number): void {
  response.write(`event: changed\ndata: ${JSON.stringify({ seq })}\n\n`);
}
