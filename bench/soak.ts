/**
 * The App under a steady stream of webhooks, with a large database: `npm run bench:soak [-- --minutes 15 --rate 50 --gigabytes 5]`.
 * Fills a SQLite journal with finished runs, starts the App in a process of its own, and sends it deliveries: of ten, seven that it
 * has nothing to do about, two ends of workflow runs it does not know, and one push. Says each minute how long
 * they waited for their answer and how much memory the process holds. Exits with 1 where the 99th percentile reaches 100 ms.
 */
import { readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openSqlite } from '../src/store/sqlite.ts';
import { AppProcess } from '../test/support/app-process.ts';
import { World } from '../test/support/world.ts';
import { acknowledge, quantile, type Webhook, webhook } from './deliver.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '15' },
    rate: { type: 'string', default: '50' },
    gigabytes: { type: 'string', default: '5' },
  },
});
const [minutes, perSecond, gigabytes] = [values.minutes, values.rate, values.gigabytes].map(Number) as [
  number,
  number,
  number,
];

await using world = await World.start({ options: { sweepSeconds: 60, idleSeconds: 3_600 } });
await fill();
await using app = await AppProcess.prepare(world, true, { options: { sweepSeconds: 60, idleSeconds: 3_600 } });
await app.start();

const { id } = world.github.setup.repository('octo', 'agent');
const named = { id, full_name: 'octo/agent', default_branch: 'main' };
const padding = 'x'.repeat(8_000);
const person = { login: 'ada', type: 'User' };
const chatter = webhook('issue_comment', {
  ...{ action: 'created', repository: named, sender: person, issue: { number: 1 }, padding },
  comment: { id: 1, body: 'Thank you, this looks good to me.', user: person, created_at: '2026-11-29T12:00:00Z' },
});
const push = webhook('push', { ref: 'refs/heads/main', after: 'a'.repeat(40), repository: named, padding });
const ended = (id: number) =>
  webhook('workflow_run', {
    ...{ action: 'completed', repository: named, padding },
    workflow_run: { id, path: '.github/workflows/huxley.yml' },
  });
const next = (n: number): Webhook => (n % 10 === 0 ? push : n % 5 === 1 ? ended(1_000_000 + n) : chatter);

const all: number[] = [];
for (let minute = 1; minute <= minutes; minute++) {
  const times = await acknowledge(`${app.url}/api/github/webhooks`, next, { perSecond, seconds: 60 });
  all.push(...times);
  const [, resident] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${app.pid}/status`, 'utf8')) ?? [];
  console.log(
    `minute ${String(minute).padStart(2)}: p50 ${quantile(times, 0.5)} ms, p99 ${quantile(times, 0.99)} ms, most ${quantile(times, 1)} ms; ${Math.round(Number(resident) / 1_024)} MB`,
  );
}
const p99 = quantile(all, 0.99);
console.log(`${all.length} deliveries: p50 ${quantile(all, 0.5)} ms, p99 ${p99} ms, most ${quantile(all, 1)} ms`);
if (p99 >= 100) process.exitCode = 1;

/** Finished runs until the file is large enough. */
async function fill(): Promise<void> {
  const text = 'why '.repeat(1_000);
  const at = new Date().toISOString();
  const entries = Array.from({ length: 20_000 }, (_, i) => ({
    seq: i + 1,
    at,
    event: { type: 'run.paused' as const, by: text },
  }));
  await using store = await openSqlite(world.journalPath);
  for (let n = 1; statSync(world.journalPath).size < gigabytes * 1e9; n++)
    await store.restore({ repository: `past/agent-${n}`, run: 'r1' }, entries);
  console.log(`${(statSync(world.journalPath).size / 1e9).toFixed(1)} GB of journals`);
}
