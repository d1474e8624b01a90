import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Activity, Attributes, Level, Observer, Recorded } from '../model/watch/observer.ts';
import type { Store } from '../store/store.ts';

/** Seconds; a tick may wait for GitHub's limits. */
const BUCKETS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** What each activity is counted by: few values each, whatever runs there are. */
const LABELS: Readonly<Record<Activity, readonly string[]>> = {
  receive: ['event'],
  delivery: ['event'],
  tick: [],
  step: [],
  github: ['method', 'status'],
  store: ['operation'],
};

/** The App in numbers, in Prometheus' text format. Repositories are the finest label there is. */
export class Metrics implements Observer {
  readonly #registry = new Registry();
  readonly #seconds: Readonly<Record<Activity, Histogram>>;
  readonly #failed: Counter;
  readonly #jobs: Counter;
  readonly #dollars: Counter;
  readonly #levels: Readonly<Record<Level, Gauge>>;
  /** Jobs in flight by repository and run, of runs that this process has recorded for. */
  readonly #inFlight = new Map<string, Map<string, number>>();

  constructor(store: Pick<Store, 'deliveries'>) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    const seconds = (activity: Activity, name: string, help: string) =>
      new Histogram({ name, help, labelNames: [...LABELS[activity]], buckets: BUCKETS, registers });
    this.#seconds = {
      receive: seconds('receive', 'huxley_receive_seconds', 'Deliveries that were kept, by how long that took.'),
      delivery: seconds('delivery', 'huxley_delivery_seconds', 'Deliveries that were worked on.'),
      tick: seconds('tick', 'huxley_tick_seconds', 'Ticks of runs.'),
      step: seconds('step', 'huxley_step_seconds', 'Steps of ticks.'),
      github: seconds('github', 'huxley_github_request_seconds', 'Requests to GitHub, retries included.'),
      store: seconds('store', 'huxley_store_write_seconds', 'Writes to the store.'),
    };
    this.#failed = new Counter({
      name: 'huxley_failed_total',
      help: 'Activities that failed: receive, delivery, tick, step, github, store.',
      labelNames: ['activity'],
      registers,
    });
    for (const activity of Object.keys(LABELS)) this.#failed.inc({ activity }, 0);
    this.#jobs = new Counter({
      name: 'huxley_jobs_total',
      help: 'Jobs ordered, jobs that gave a result, attempts that gave none.',
      labelNames: ['repository', 'state'],
      registers,
    });
    this.#dollars = new Counter({
      name: 'huxley_charged_dollars_total',
      help: 'US dollars charged to runs since this process began.',
      labelNames: ['repository'],
      registers,
    });
    const level = (name: string, help: string, label: string) =>
      new Gauge({ name, help, labelNames: [label], registers });
    this.#levels = {
      'requests.remaining': level(
        'huxley_github_requests_remaining',
        'GitHub’s budget of requests left.',
        'installation',
      ),
      'requests.limit': level('huxley_github_requests_limit', 'GitHub’s budget of requests an hour.', 'installation'),
      'writes.hour': level('huxley_github_writes_hour', 'Content writes in the last hour, of 500 allowed.', 'account'),
    };
    const inFlight = this.#inFlight;
    new Gauge({
      name: 'huxley_jobs_in_flight',
      help: 'Jobs in flight, of runs that this process has recorded for.',
      labelNames: ['repository'],
      registers,
      collect() {
        for (const [repository, runs] of inFlight)
          this.set(
            { repository },
            [...runs.values()].reduce((sum, n) => sum + n, 0),
          );
      },
    });
    new Gauge({
      name: 'huxley_deliveries_kept',
      help: 'Deliveries that wait, and that were given up, among the newest 200 of both.',
      labelNames: ['state'],
      registers,
      async collect() {
        const kept = await store.deliveries();
        const waiting = kept.filter(({ error }) => error === null).length;
        this.set({ state: 'waiting' }, waiting);
        this.set({ state: 'given up' }, kept.length - waiting);
      },
    });
  }

  async span<T>(activity: Activity, attributes: Attributes, act: (note: (more: Attributes) => void) => Promise<T>) {
    let known = attributes;
    const began = performance.now();
    try {
      return await act((more) => {
        known = { ...known, ...more };
      });
    } catch (error) {
      this.#failed.inc({ activity });
      throw error;
    } finally {
      const labels = Object.fromEntries(LABELS[activity].map((name) => [name, String(known[name] ?? '')]));
      this.#seconds[activity].observe(labels, (performance.now() - began) / 1_000);
    }
  }

  recorded({ repository, run, ordered, done, lost, inFlight, costUSD }: Recorded): void {
    for (const [state, count] of Object.entries({ ordered, done, lost })) this.#jobs.inc({ repository, state }, count);
    this.#dollars.inc({ repository }, Math.max(0, costUSD));
    const runs = this.#inFlight.get(repository) ?? new Map<string, number>();
    this.#inFlight.set(repository, runs);
    if (inFlight === 0) runs.delete(run);
    else runs.set(run, inFlight);
  }

  level(level: Level, of: string, value: number): void {
    this.#levels[level].set({ [level === 'writes.hour' ? 'account' : 'installation']: of }, value);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** Answers with the metrics whoever names the token; everybody where there is none. */
  async answer(request: IncomingMessage, response: ServerResponse, token: string | null): Promise<void> {
    if (token !== null && !isToken(request.headers.authorization, token)) {
      response.writeHead(401, { 'content-type': 'text/plain', 'www-authenticate': 'Bearer' }).end('no token\n');
      return;
    }
    response.writeHead(200, { 'content-type': this.#registry.contentType }).end(await this.text());
  }

  /** A listener of its own for them, for whoever reaches its address. */
  listen(port: number, host: string): Promise<Server> {
    const server = createServer((request, response) => {
      if (request.url !== '/metrics') return void response.writeHead(404).end();
      this.answer(request, response, null).catch(() => response.destroy());
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => resolve(server));
    });
  }
}

function isToken(given: string | undefined, token: string): boolean {
  const [mine, theirs] = [Buffer.from(`Bearer ${token}`), Buffer.from(given ?? '')];
  return mine.length === theirs.length && timingSafeEqual(mine, theirs);
}
