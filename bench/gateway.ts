/**
 * What the gateway adds to a call: `npm run bench:gateway [-- --json]`. The endpoint runs in a process of its own and answers at
 * once, so that the difference between asking it and asking through the gateway is the gateway's.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { startGateway } from '../src/gateway/gateway.ts';

const ANSWER = JSON.stringify({
  choices: [{ index: 0, message: { role: 'assistant', content: 'x'.repeat(2_000) }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 2_000, completion_tokens: 500 },
});
const QUESTION = JSON.stringify({
  model: 'gpt-5-mini',
  messages: Array.from({ length: 20 }, (_, i) => ({ role: i % 2 ? 'assistant' : 'user', content: 'y'.repeat(500) })),
});
const CHUNK = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'x' } }] })}\n\n`;
/** Answers at once; a stream's first event at once, and its end some milliseconds later. */
const ENDPOINT = `
const { createServer } = require('node:http');
createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  if (!body.includes('"stream":true'))
    return response.setHeader('content-type', 'application/json').end(${JSON.stringify(ANSWER)});
  response.setHeader('content-type', 'text/event-stream').write(${JSON.stringify(CHUNK)});
  setTimeout(() => response.end('data: [DONE]\\n\\n'), 5);
}).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`;

const keepAlive = new Agent({ keepAlive: true, maxSockets: 64 });

type Target = { readonly port: number } | { readonly socketPath: string };

/** Asks once; gives the milliseconds until the answer's first byte. */
function ask(target: Target, token: string, question = QUESTION): Promise<number> {
  return new Promise((done, failed) => {
    const started = performance.now();
    let first = 0;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const options = {
      ...target,
      host: '127.0.0.1',
      path: '/v1/chat/completions',
      method: 'POST',
      headers,
      agent: keepAlive,
    };
    request(options, (response) => {
      if (response.statusCode !== 200) failed(new Error(`status ${response.statusCode}`));
      response.once('data', () => {
        first = performance.now() - started;
      });
      response.resume().on('end', () => done(first));
    })
      .on('error', failed)
      .end(question);
  });
}

/** Milliseconds a call takes, one after another, sorted. */
async function latencies(target: Target, token: string, calls: number): Promise<number[]> {
  for (let i = 0; i < 100; i++) await ask(target, token);
  const times = [];
  for (let i = 0; i < calls; i++) {
    const started = performance.now();
    await ask(target, token);
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b);
}

/** Median of the milliseconds until a stream's first token. */
async function firstToken(target: Target, token: string, calls: number): Promise<number> {
  const question = JSON.stringify({ ...JSON.parse(QUESTION), stream: true });
  const times = [];
  for (let i = 0; i < calls; i++) times.push(await ask(target, token, question));
  return times.sort((a, b) => a - b)[Math.floor(calls / 2)]!;
}

/** Calls per second with 16 under way. */
async function throughput(target: Target, token: string, calls: number): Promise<number> {
  const started = performance.now();
  let left = calls;
  const worker = async () => {
    while (left-- > 0) await ask(target, token);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return calls / ((performance.now() - started) / 1000);
}

const endpoint = spawn(process.execPath, ['-e', ENDPOINT], { stdio: ['ignore', 'pipe', 'inherit'] });
const [line] = await once(endpoint.stdout, 'data');
const port = Number(String(line));
const gateway = await startGateway({
  upstream: { baseURL: `http://127.0.0.1:${port}/v1`, apiKey: 'none' },
  models: ['gpt-5-mini'],
  budget: {},
});
const token = gateway.token('bench');
const targets: Record<string, Target> = {
  'endpoint alone': { port },
  'gateway, loopback': { port: Number(new URL(gateway.baseURL).port) },
  'gateway, Unix socket': { socketPath: gateway.socketPath },
};
const rows = [];
for (const [name, target] of Object.entries(targets)) {
  const times = await latencies(target, token, 1_000);
  const at = (part: number) => times[Math.floor(times.length * part)]!;
  rows.push({
    name,
    medianMs: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    firstTokenMs: await firstToken(target, token, 500),
    perSecond: await throughput(target, token, 3_000),
  });
}
await gateway.close();
endpoint.kill();
keepAlive.destroy();

const addedMs = rows[2]!.medianMs - rows[0]!.medianMs;
const addedToFirstTokenMs = rows[2]!.firstTokenMs - rows[0]!.firstTokenMs;
if (process.argv.includes('--json')) console.log(JSON.stringify({ rows, addedMs, addedToFirstTokenMs }));
else {
  console.log(`${'10 kB question, 2 kB answer'.padEnd(28)}median ms  p95 ms  p99 ms  1st token  calls/s`);
  for (const { name, medianMs, p95Ms, p99Ms, firstTokenMs, perSecond } of rows)
    console.log(
      `${name.padEnd(28)}${[medianMs, p95Ms, p99Ms].map((ms) => ms.toFixed(2).padStart(8)).join('')}${firstTokenMs.toFixed(2).padStart(11)}${perSecond.toFixed(0).padStart(9)}`,
    );
  console.log(
    `\nThe gateway adds ${addedMs.toFixed(2)} ms at the median, and ${addedToFirstTokenMs.toFixed(2)} ms before a stream's first token; the target is under 1 ms.`,
  );
}
