import { onTestFinished } from 'vitest';
import { type GatewayOptions, startGateway } from '../../src/gateway/gateway.ts';
import type { TranscriptEntry } from '../../src/gateway/record/transcript.ts';
import { fakeEndpoint } from './endpoint.ts';

/** The key of the model's endpoint: must turn up nowhere. */
export const KEY = 'sk-planted-0123456789abcdef';

export const QUESTION = { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'hello' }] };

const FAST = { tries: 3, firstWait: 0.001, longestWait: 0.002, longestRetryAfter: 1 };

/** A gateway in front of an endpoint that answers as the test says; both end with the test. */
export async function openGateway(answer: Parameters<typeof fakeEndpoint>[0], options: Partial<GatewayOptions> = {}) {
  const endpoint = await fakeEndpoint(answer);
  const entries: TranscriptEntry[] = [];
  const gateway = await startGateway({
    upstream: { baseURL: endpoint.baseURL, apiKey: KEY },
    models: ['gpt-5-mini'],
    budget: { costUSD: 1 },
    retry: FAST,
    transcript: (entry) => entries.push(entry),
    ...options,
  });
  onTestFinished(async () => {
    await gateway.close();
    await endpoint[Symbol.asyncDispose]();
  });
  /** Sends a body to the gateway; a string goes as it is. */
  const post = (token: string, body: unknown, path = '/chat/completions') =>
    fetch(gateway.baseURL + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { gateway, endpoint, entries, post };
}
