import { createHmac, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { SECRET } from '../test/support/world.ts';

const keepAlive = new Agent({ keepAlive: true, maxSockets: 64, timeout: 1_000 });

/** One webhook as it is sent: its event, its body, and the signature over that. */
export interface Webhook {
  readonly event: string;
  readonly body: string;
  readonly signature: string;
}

export function webhook(event: string, payload: object): Webhook {
  const body = JSON.stringify(payload);
  return { event, body, signature: `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}` };
}

/** Sends deliveries at a steady rate; gives the milliseconds until each was answered, in the order they were sent. */
export async function acknowledge(
  url: string,
  next: (n: number) => Webhook,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<number[]> {
  const began = performance.now();
  const sent: Promise<number>[] = [];
  for (let n = 0; n < perSecond * seconds; n++) {
    const wait = began + (n * 1_000) / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    sent.push(deliver(url, next(n)));
  }
  return Promise.all(sent);
}

function deliver(url: string, { event, body, signature }: Webhook): Promise<number> {
  const started = performance.now();
  const headers = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': signature,
  };
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', headers, agent: keepAlive }, (response) => {
      response.resume().on('end', () => {
        if (response.statusCode !== 200 && response.statusCode !== 202)
          reject(new Error(`status ${response.statusCode}`));
        resolve(performance.now() - started);
      });
    })
      .on('error', reject)
      .end(body);
  });
}

/** A quantile of times, with one decimal. */
export function quantile(times: readonly number[], q: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN).toFixed(1));
}
