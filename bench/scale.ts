/**
 * A long run under GitHub's limits, with another account and idle repositories next to it: `npm run bench:scale`.
 * A local GitHub enforces the limits of every installation, minutes and hours passing SPEED times as fast, and a stand-in for the
 * workers takes as long as jobs do. With `--evaluations` the run has that budget and is followed to its end. Exits with 1 where a
 * secondary limit was hit, or something of an ended run is there twice.
 *
 * Usage: npm run bench:scale -- [--speed 20] [--hours 2] [--jobs 32] [--job-minutes 10] [--idle 200] [--evaluations 2000] [--params '{ looks: 4 }']
 */
import { parseArgs } from 'node:util';
import { expectConsistent } from '../test/support/consistency.ts';
import { World } from '../test/support/world.ts';
import { answered, scaledLimits, scaledOptions, sleep } from './scaled.ts';

const { values } = parseArgs({
  options: {
    speed: { type: 'string', default: '20' },
    hours: { type: 'string', default: '2' },
    jobs: { type: 'string', default: '32' },
    'job-minutes': { type: 'string', default: '10' },
    idle: { type: 'string', default: '200' },
    evaluations: { type: 'string' },
    // The policy's, as in `search.params`.
    params: { type: 'string', default: '{}' },
  },
});
const [speed, hours, jobs, minutes, idle] = [
  values.speed,
  values.hours,
  values.jobs,
  values['job-minutes'],
  values.idle,
].map(Number) as [number, number, number, number, number];

/** Requests of the App since the last look, by method and what they are about. */
const requests = new Map<string, number>();
const world = await World.start({
  skill: 0.3,
  luck: 0.8,
  tasks: 120,
  seconds: (minutes * 60) / speed,
  configuration: `benchmark: { suite: tasks, holdout: 0.3 }
search: { policy: huxley, budget: ${values.evaluations ?? 100_000}, concurrency: ${jobs}, prefer: time, batch: 4, params: ${values.params} }
limits: { costUSD: 100000, hours: 1000 }
`,
  writeLimits: scaledLimits(speed),
  limits: { secondary: true, speed },
  actions: { slots: jobs },
  options: { ...scaledOptions(speed), leaseSeconds: 120 },
  observe: ({ method, route, path }) => {
    // Of the App's requests: people are told apart by what only they do.
    if (route === null || /access_tokens|\/app$|\/collaborators\//.test(path)) return;
    const what = `${method === 'GET' ? 'GET' : 'write'} ${route.replace(/^\w+ /, '').replace('/repos/{owner}/{repo}', '')}`;
    requests.set(what, (requests.get(what) ?? 0) + 1);
  },
});
await using _ = world;
const { setup } = world.github;
await setup.createRepository({ owner: 'stranger', name: 'agent', files: { 'README.md': 'x' } });
setup.install(world.app, 'stranger');
for (let n = 0; n < idle; n++) {
  const owner = `idle-${n % 20}`;
  if (n < 20) setup.createUser(owner);
  await setup.createRepository({ owner, name: `agent-${n}`, files: { 'README.md': 'x' } });
  if (n < 20) setup.install(world.app, owner);
}
await world.startApp();

const hour = 3_600_000 / speed;
const total = () => [...requests].reduce((sum, [what, n]) => sum + (what.startsWith('GET') ? n : 0), 0);

if (idle > 0) {
  // The first look at everything is over, then an hour.
  await sleep(Math.max(3_000, hour / 20));
  requests.clear();
  await sleep(hour);
  console.log(`idle, ${idle + 2} repositories: ${total()} reads an hour`);
}

const issue = await world.run('seed=1');
const at = { owner: 'stranger', repo: 'agent' };
const { rest } = world.people.stranger;
const other = (await rest.issues.create({ ...at, title: 'x' })).data.number;
const elsewhere = { ...at, issue_number: other };
const busy = { owner: 'octo', repo: 'agent', issue_number: issue };
const wait = { patience: 60, poll: 0.02 };
await sleep(hour / 4);
const isOver = () =>
  world.withStore((store) => store.readDocument({ repository: 'octo/agent', run: 'r1' }, 'wound-up'));
const begun = performance.now();
let over = false;
for (let n = 1; values.evaluations === undefined ? n <= hours : !over; n++) {
  requests.clear();
  const before = (await world.archive('r1'))!;
  const [away, here]: [number[], number[]] = [[], []];
  const until = performance.now() + hour;
  while (performance.now() < until && !over) {
    over = (await isOver()) === true;
    away.push(await answered(world.people.stranger, elsewhere, '/huxley help', wait));
    if (here.length < 4) here.push(await answered(world.people.owner, busy, '/huxley status', wait));
    await sleep(hour / 20);
  }
  const after = (await world.archive('r1'))!;
  const ended = after.decisions - after.jobs.size - (before.decisions - before.jobs.size);
  const made = after.search.live - before.search.live;
  const writes = [...requests].filter(([what]) => what.startsWith('write')).sort((a, b) => b[1] - a[1]);
  const sum = writes.reduce((all, [, count]) => all + count, 0) - 3 * (away.length + here.length);
  const worst = (list: number[]) => Math.max(...list).toFixed(1);
  console.log(
    `hour ${n}: ${ended} jobs of at most ${Math.round((jobs * 60) / minutes)}, ${made} variants; ${sum} writes (${(sum / ended).toFixed(1)} a job), ${total()} reads; answers after at most ${worst(away)} s elsewhere (${away.length}), ${worst(here)} s here (${here.length}), not scaled; ${world.github.hub.limits.refused} secondary limits hit`,
  );
  console.log(writes.map(([what, count]) => `  ${count} ${what}`).join('\n'));
}
if (values.evaluations !== undefined) {
  const archive = await world.ended('r1');
  await expectConsistent(world, 'r1', archive);
  const { search, decisions, outcome } = archive;
  const took = ((performance.now() - begun) / hour + 0.25).toFixed(1);
  console.log(
    `${search.evaluations} evaluations, ${search.live - 1} variants and ${decisions} jobs in ${took} h: ${outcome!.outcome}; nothing is there twice`,
  );
}
if (world.github.hub.limits.refused > 0) process.exitCode = 1;
