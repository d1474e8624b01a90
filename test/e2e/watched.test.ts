import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { openStore } from '../../src/app/open-store.ts';
import { startServer } from '../../src/app/server.ts';
import { watch } from '../../src/app/watch.ts';
import { QUICK } from '../support/quick.ts';
import { World } from '../support/world.ts';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

/** What takes OTLP over HTTP, as JSON. */
async function collector() {
  const spans: Span[] = [];
  const services: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString());
    for (const { resource, scopeSpans } of resourceSpans) {
      services.push(resource.attributes.find(({ key }: { key: string }) => key === 'service.name').value.stringValue);
      for (const { spans: some } of scopeSpans) spans.push(...some);
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, spans, services, [Symbol.dispose]: () => void server.close() };
}

test('a run in numbers and in traces: metrics for whoever has the token, spans of everything that takes time', async () => {
  using otlp = await collector();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', otlp.url);
  vi.stubEnv('OTEL_SERVICE_NAME', 'huxley-here');
  const token = 'a-token-of-twenty-four-letters';
  await using world = await World.start({
    tasks: 8,
    skill: 0.4,
    trouble: 0.2,
    cost: 0.01,
    configuration: 'benchmark: { suite: tasks, holdout: 0.5 }\nsearch: { policy: hgm, budget: 4, concurrency: 2 }\n',
  });
  await using store = await openStore({ databaseURL: null, sqlitePath: world.journalPath });
  const env = { ...process.env, HUXLEY_METRICS_TOKEN: token, HUXLEY_METRICS_PORT: '0' };
  const watching = await watch(env, store, pino({ level: 'silent' }));
  const server = await startServer({
    ...world.credentials,
    ...watching.parts,
    host: '127.0.0.1',
    port: 0,
    store,
    log: pino({ level: process.env.HUXLEY_TEST_LOG ?? 'silent' }),
    throttle: false,
    // A limit far away: writes are kept account of.
    writeLimits: { perMinute: 10_000, perHour: 100_000 },
    options: QUICK,
  });
  world.deliverTo(server.url);
  const { url } = server;
  const issue = await world.run('seed=1');
  const archive = await world.ended(`r${issue}`);

  const read = (authorization?: string) => fetch(`${url}/metrics`, authorization ? { headers: { authorization } } : {});
  expect((await read()).status).toBe(401);
  expect((await read('Bearer wrong')).status).toBe(401);
  const answer = await read(`Bearer ${token}`);
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const text = await answer.text();
  const value = (name: string, labels = '') => {
    const line = text.split('\n').find((each) => each.startsWith(`${name}${labels} `));
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  };
  expect(value('huxley_jobs_total', '{repository="octo/agent",state="ordered"}')).toBeGreaterThan(2);
  expect(value('huxley_jobs_in_flight', '{repository="octo/agent"}')).toBe(0);
  expect(value('huxley_charged_dollars_total', '{repository="octo/agent"}')).toBeCloseTo(archive.spentUSD, 6);
  expect(value('huxley_tick_seconds_count')).toBeGreaterThan(1);
  expect(value('huxley_failed_total', '{activity="tick"}')).toBe(0);
  expect(value('huxley_delivery_seconds_count', '{event="issue_comment"}')).toBe(1);
  expect(value('huxley_deliveries_kept', '{state="waiting"}')).toBe(0);
  expect(value('huxley_github_requests_remaining', '{installation="1"}')).toBeGreaterThan(0);
  expect(value('huxley_github_writes_hour', '{account="octo"}')).toBeGreaterThan(3);
  expect(text).toContain('nodejs_eventloop_lag_seconds ');
  // Nothing grows with runs, jobs or addresses.
  expect(text).not.toMatch(/r1-d\d|[0-9a-f]{40}/);

  await server[Symbol.asyncDispose]();
  await watching[Symbol.asyncDispose]();
  vi.unstubAllEnvs();
  expect(new Set(otlp.services)).toEqual(new Set(['huxley-here']));
  const names = new Set(otlp.spans.map(({ name }) => name));
  for (const activity of ['receive', 'delivery', 'tick', 'step', 'github', 'store'])
    expect(names).toContain(`huxley ${activity}`);
  const byId = new Map(otlp.spans.map((span) => [span.spanId, span]));
  const within = (span: Span): string[] => {
    const parent = byId.get(span.parentSpanId ?? '');
    return parent === undefined ? [] : [...within(parent), parent.name];
  };
  const check = otlp.spans.find((span) =>
    span.attributes.some(
      ({ value }) => value.stringValue === '/repos/{owner}/{repo}/check-runs' && within(span).includes('huxley step'),
    ),
  )!;
  expect(within(check)).toEqual(['huxley tick', 'huxley step']);
}, 120_000);

test('nothing is watched unless it is asked for, and what is wrong is named', async () => {
  const log = pino({ level: 'silent' });
  await using nothing = await watch({}, null as never, log);
  expect(nothing.parts).toEqual({});
  await using disabled = await watch(
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_SDK_DISABLED: 'true' },
    null as never,
    log,
  );
  expect(disabled.parts).toEqual({});
  const wrong = watch({ HUXLEY_METRICS_PORT: 'x', HUXLEY_METRICS_TOKEN: 'short' }, null as never, log);
  await expect(wrong).rejects.toMatchObject({
    code: 'environment.invalid',
    message: expect.stringMatching(/PORT.*TOKEN is weak/),
  });
});
