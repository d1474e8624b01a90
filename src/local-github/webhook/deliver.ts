import { createHmac, randomUUID } from 'node:crypto';
import { messageOf } from '../../model/error.ts';
import { type ServerContext, timestamp } from '../server-context.ts';
import type { App, Delivery } from '../store/rows.ts';

/** GitHub gives a receiver ten seconds and does not try again by itself. */
const TIMEOUT_MS = 10_000;

const UNREACHED = { status: 'failed to connect to host', statusCode: 0, responseHeaders: {}, responseBody: '' };

interface Scope {
  readonly installation: number | null;
  readonly repo: number | null;
}

/** Posts signed webhooks and keeps the log of what came back. */
export class Deliverer {
  readonly #hub: () => ServerContext;
  readonly #pending = new Set<Promise<unknown>>();
  /** Deliveries held back until the next one to the same App. */
  readonly #held = new Map<number, () => Promise<void>>();
  readonly #closing = new AbortController();

  constructor(hub: () => ServerContext) {
    this.#hub = hub;
  }

  send(app: App, event: string, action: string | null, payload: object, scope: Scope): void {
    const message = { guid: randomUUID(), event, action, payload: JSON.stringify(payload), ...scope };
    const hub = this.#hub();
    const fault = hub.faults.forDelivery(app, event, action);
    if (fault !== undefined) hub.log('warn', 'fault injected', { app: app.slug, event, action, fault });
    const deliver = (delayMs = 0) => this.#deliver(app, message, false, { delayMs, drop: fault === 'drop' });
    if (fault === 'hold') {
      this.#held.set(app.id, deliver);
      return;
    }
    const held = this.#held.get(app.id);
    this.#held.delete(app.id);
    const first = fault === 'lose' ? Promise.resolve() : deliver(typeof fault === 'object' ? fault.delay : 0);
    this.#track(first.then(() => held?.()));
    if (fault === 'double') this.#track(deliver());
  }

  /** Sends a logged delivery again, under its old id. */
  redeliver(app: App, { guid, event, action, payload, installation, repo }: Delivery): void {
    this.#track(
      this.#deliver(app, { guid, event, action, payload, installation, repo }, true, { delayMs: 0, drop: false }),
    );
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  close(): Promise<void> {
    this.#closing.abort();
    return this.idle();
  }

  #track(task: Promise<void>): void {
    const tracked: Promise<unknown> = task
      .catch((error) => this.#hub().log('error', 'webhook failed', { error: messageOf(error) }))
      .finally(() => this.#pending.delete(tracked));
    this.#pending.add(tracked);
  }

  async #deliver(
    app: App,
    message: Pick<Delivery, 'guid' | 'event' | 'action' | 'payload'> & Scope,
    redelivery: boolean,
    { delayMs, drop }: { readonly delayMs: number; readonly drop: boolean },
  ): Promise<void> {
    if (delayMs > 0) await this.#sleep(delayMs);
    const hub = this.#hub();
    const requestHeaders = headersOf(app, message);
    const deliveredAt = timestamp(hub);
    const started = performance.now();
    const answer = drop ? UNREACHED : await this.#post(app.webhookUrl!, message.payload, requestHeaders);
    const duration = Math.round(performance.now() - started) / 1000;
    if (this.#closing.signal.aborted) return;
    hub.store.deliveries.insert({
      ...message,
      app: app.id,
      redelivery,
      requestHeaders,
      deliveredAt,
      duration,
      ...answer,
    });
    const { event, action, guid } = message;
    const ok = answer.statusCode >= 200 && answer.statusCode < 300;
    hub.log(ok ? 'info' : 'warn', 'webhook delivered', {
      app: app.slug,
      event,
      action,
      guid,
      status: answer.status,
      duration,
    });
  }

  async #post(url: string, body: string, headers: Record<string, string>) {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    try {
      const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' });
      const responseBody = (await response.text()).slice(0, 65_535);
      const responseHeaders = Object.fromEntries(response.headers);
      return {
        status: response.ok ? 'OK' : response.statusText || 'Invalid HTTP Response',
        statusCode: response.status,
        responseHeaders,
        responseBody,
      };
    } catch (error) {
      const timedOut = signal.aborted && !this.#closing.signal.aborted;
      return { ...UNREACHED, ...(timedOut ? { status: 'timed out' } : {}), responseBody: messageOf(error) };
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      const { signal } = this.#closing;
      function done() {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
    });
  }
}

function headersOf(app: App, message: Pick<Delivery, 'guid' | 'event' | 'payload'> & Scope): Record<string, string> {
  const sign = (algorithm: string) => createHmac(algorithm, app.webhookSecret!).update(message.payload).digest('hex');
  return {
    accept: '*/*',
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/local',
    'x-github-delivery': message.guid,
    'x-github-event': message.event,
    'x-github-hook-id': String(app.id),
    'x-github-hook-installation-target-id': String(app.id),
    'x-github-hook-installation-target-type': 'integration',
    ...(app.webhookSecret === null
      ? {}
      : { 'x-hub-signature': `sha1=${sign('sha1')}`, 'x-hub-signature-256': `sha256=${sign('sha256')}` }),
  };
}
