/**
 * The App's own speed, on a local GitHub with a stand-in for the workers: `npm run bench:app [-- --json]`.
 * How long a webhook waits for its answer at 100 a second, how soon after a workflow run's end the next is dispatched, and how
 * much a run writes to GitHub.
 */
import { World } from '../test/support/world.ts';
import { acknowledge, quantile, webhook } from './deliver.ts';

const RATE = 100;
const SECONDS = 15;

const writes = new Map<string, number>();
const dispatches: number[] = [];
const ends: number[] = [];

await using world = await World.start({
  luck: 0.8,
  tasks: 40,
  configuration:
    'benchmark: { suite: tasks, holdout: 0.5 }\nsearch: { policy: hgm, budget: 60, concurrency: 1, batch: 4 }\n',
  options: { refreshSeconds: 60, sweepSeconds: 60 },
  observe: ({ method, route, path }) => {
    if (route === null || method === 'GET' || path.includes('access_tokens')) return;
    writes.set(route, (writes.get(route) ?? 0) + 1);
    if (route.endsWith('/dispatches')) dispatches.push(performance.now());
  },
});
world.github.hub.events.on(({ event, action }) => {
  if (event === 'workflow_run' && action === 'completed') ends.push(performance.now());
});
const server = await world.startApp();

const unknown = webhook('workflow_run', {
  action: 'completed',
  repository: { full_name: 'octo/agent', default_branch: 'main' },
  workflow_run: { id: 1 },
  padding: 'x'.repeat(20_000),
});
const latencies = await acknowledge(`${server.url}/api/github/webhooks`, () => unknown, {
  perSecond: RATE,
  seconds: SECONDS,
});
const issue = await world.issue();
writes.clear();
await world.comment(issue, '/huxley run seed=1');
const archive = await world.ended('r1', 'octo/agent', 900);
const evaluations = archive.measured.evaluations;
const byPeople = 1;
const total = [...writes.values()].reduce((sum, n) => sum + n, 0) - byPeople;
const turnarounds = ends
  .map((end) => (dispatches.find((at) => at > end) ?? Number.NaN) - end)
  .filter((gap) => Number.isFinite(gap))
  .sort((a, b) => a - b);

const report = {
  acknowledge: {
    perSecond: RATE,
    n: latencies.length,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    maxMs: quantile(latencies, 1),
  },
  resultToDispatch: { n: turnarounds.length, p50Ms: quantile(turnarounds, 0.5), p90Ms: quantile(turnarounds, 0.9) },
  writes: {
    evaluations,
    expansions: archive.search.expansionsMade + archive.search.expansionsFailed,
    total,
    per100Evaluations: Math.round((100 * total) / evaluations),
    byRoute: Object.fromEntries([...writes].sort((a, b) => b[1] - a[1])),
  },
};
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(report)}\n`);
else {
  const { acknowledge, resultToDispatch, writes } = report;
  process.stdout.write(
    [
      `webhook answered at ${RATE}/s   p50 ${acknowledge.p50Ms} ms   p99 ${acknowledge.p99Ms} ms   (n ${acknowledge.n}, target p99 < 100 ms)`,
      `result to next dispatch     p50 ${resultToDispatch.p50Ms} ms   p90 ${resultToDispatch.p90Ms} ms   (n ${resultToDispatch.n})`,
      `GitHub writes               ${writes.per100Evaluations} per 100 evaluations (${writes.total} for ${writes.evaluations} evaluations and ${writes.expansions} expansions)`,
      ...Object.entries(writes.byRoute).map(([route, n]) => `  ${String(n).padStart(5)}  ${route}`),
      '',
    ].join('\n'),
  );
}
