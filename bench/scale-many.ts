/**
 * Many repositories and runs on one App: `npm run bench:scale-many`. Each of ACCOUNTS accounts has REPOSITORIES / ACCOUNTS
 * repositories, and RUNS of them run, all at once, with JOBS jobs at a time. Meanwhile people ask in repositories without a run and
 * in those with one. Minutes and hours pass SPEED times as fast. With `--replicas`, so many processes share one PostgreSQL, and
 * one of them is killed on the way. Exits with 1 where a run does not end, something is there twice, or a secondary limit was hit.
 *
 * Usage: npm run bench:scale-many -- [--speed 5] [--accounts 20] [--repositories 200] [--runs 40] [--jobs 8] [--job-minutes 10]
 *        [--budget 24] [--replicas 0] [--lost 0.15] [--doubled 0.15]
 */
import { parseArgs } from 'node:util';
import { Octokit } from '@octokit/rest';
import { GITHUB_WRITE_LIMITS } from '../src/github/pace.ts';
import { startPostgres } from '../test/contract/postgres.ts';
import { AppProcess } from '../test/support/app-process.ts';
import { expectConsistent } from '../test/support/consistency.ts';
import { spreadOver } from '../test/support/spread.ts';
import { until, World } from '../test/support/world.ts';

const { values } = parseArgs({
  options: {
    speed: { type: 'string', default: '5' },
    accounts: { type: 'string', default: '20' },
    repositories: { type: 'string', default: '200' },
    runs: { type: 'string', default: '40' },
    jobs: { type: 'string', default: '8' },
    'job-minutes': { type: 'string', default: '10' },
    budget: { type: 'string', default: '24' },
    replicas: { type: 'string', default: '0' },
    lost: { type: 'string', default: '0.15' },
    doubled: { type: 'string', default: '0.15' },
  },
});
const number = (name: keyof typeof values) => Number(values[name]);
const [speed, accounts, repositories, runs, replicas] = [
  number('speed'),
  number('accounts'),
  number('repositories'),
  number('runs'),
  number('replicas'),
];

const options = {
  sweepSeconds: 60 / speed,
  idleSeconds: 3_600 / speed,
  refreshSeconds: 60 / speed,
  bodySeconds: 300 / speed,
  frugalSeconds: 120 / speed,
  lookupSeconds: 120 / speed,
  leaseSeconds: 30,
  preflight: false,
};
const writeLimits = { ...GITHUB_WRITE_LIMITS, speed };
let reads = 0;
let writes = 0;
using postgres = replicas > 0 ? await startPostgres() : null;
if (postgres?.url === null) throw new Error(postgres.reason);
await using world = await World.start({
  skill: 0.3,
  luck: 0.8,
  tasks: 24,
  seconds: (number('job-minutes') * 60) / speed,
  configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: huxley, budget: ${values.budget}, concurrency: ${values.jobs}, batch: 4 }
merge: { mode: auto }
`,
  repositories: [],
  writeLimits,
  limits: { secondary: true, speed },
  actions: { slots: runs * number('jobs') },
  options,
  ...(postgres ? { database: postgres.url } : {}),
  observe: ({ method, route, path }) => {
    if (route === null || /access_tokens|\/app$|\/collaborators\//.test(path)) return;
    if (method === 'GET') reads++;
    else writes++;
  },
});
const { setup } = world.github;
const places: { owner: string; repo: string; person: Octokit }[] = [];
for (let n = 0; n < repositories; n++) {
  const owner = `account-${n % accounts}`;
  const { token } = n < accounts ? setup.createUser(owner) : { token: setup.createToken(owner) };
  await world.addRepository(owner, `agent-${n}`);
  if (n < accounts) setup.install(world.app, owner);
  places.push({ owner, repo: `agent-${n}`, person: new Octokit({ auth: token, baseUrl: world.github.apiUrl }) });
}
const log = (text: string) => console.log(`${new Date().toISOString().slice(11, 19)}  ${text}`);
log(`${repositories} repositories in ${accounts} accounts`);

await using stack = new AsyncDisposableStack();
const processes: AppProcess[] = [];
for (let n = 0; n < replicas; n++)
  processes.push(stack.use(await AppProcess.prepare(world, false, { writeLimits, options })));
if (replicas > 0) {
  const spread = stack.use(await spreadOver(processes.map(({ url }) => url)));
  await Promise.all(processes.map((each) => each.start()));
  world.deliverTo(spread.url);
} else await world.startApp();
world.github.faults.seed(1, { lose: number('lost'), double: number('doubled') });

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
/** Seconds until a comment of a person has its reply; a lost delivery is found by the next sweep. */
async function answered({ owner, repo, person }: (typeof places)[number], issue: number, body: string) {
  const at = { owner, repo, issue_number: issue };
  const { id } = (await person.rest.issues.createComment({ ...at, body })).data;
  const begun = performance.now();
  for (;;) {
    const all = await person.paginate(person.rest.issues.listComments, { ...at, per_page: 100 });
    if (all.some(({ body }) => body?.includes(`huxley:reply v=1 to=${id} `))) break;
    if (performance.now() - begun > 300_000) return Number.POSITIVE_INFINITY;
    await sleep(250);
  }
  return (performance.now() - begun) / 1_000;
}

const begun = performance.now();
const hours = () => ((performance.now() - begun) / 3_600_000) * speed;
const running = places.slice(0, runs);
const idle = places.slice(runs);
const issues = new Map<string, number>();
for (const { owner, repo, person } of places)
  issues.set(repo, (await person.rest.issues.create({ owner, repo, title: 'Improve the agent' })).data.number);
await Promise.all(
  running.map(({ owner, repo, person }) =>
    person.rest.issues.createComment({ owner, repo, issue_number: issues.get(repo)!, body: '/huxley run seed=1' }),
  ),
);
log(`${runs} runs asked for`);

const waits: Record<'idle' | 'running', number[]> = { idle: [], running: [] };
let over = false;
const asking = (async () => {
  for (let n = 0; !over; n++) {
    const ask = async (kind: keyof typeof waits, list: typeof places, body: string) => {
      const place = list[(n * 7) % list.length];
      if (place) waits[kind].push(await answered(place, issues.get(place.repo)!, body));
    };
    await Promise.all([ask('idle', idle, '/huxley help'), ask('running', running, '/huxley status'), sleep(5_000)]);
  }
})();

let ended = 0;
const killing = (async () => {
  if (replicas === 0) return;
  while (hours() < 0.5) await sleep(200);
  await processes[0]!.kill();
  log('one replica killed (-9)');
  await sleep(20_000);
  await processes[0]!.start();
  log('and started again');
})();
const problems: string[] = [];
await Promise.all(
  running.map(async (place) => {
    const repository = `${place.owner}/${place.repo}`;
    const run = `r${issues.get(place.repo)}`;
    try {
      const archive = await until(
        async () => {
          const isOver = await world.withStore((store) => store.readDocument({ repository, run }, 'wound-up'));
          if (isOver !== true) return sleep(5_000).then(() => undefined);
          return world.archive(run, repository);
        },
        `the end of ${repository} ${run}`,
        3_600,
      );
      await expectConsistent(world, run, archive, place);
      if (++ended % 10 === 0) log(`${ended} runs have ended after ${hours().toFixed(1)} h`);
    } catch (error) {
      problems.push(`${repository}: ${(error as Error).message}`);
    }
  }),
);
const took = hours();
over = true;
await Promise.all([asking, killing]);
const quantile = (list: number[], q: number) => [...list].sort((a, b) => a - b)[Math.floor(q * (list.length - 1))];
const figures = (list: number[]) =>
  `p50 ${quantile(list, 0.5)?.toFixed(1)} s, p99 ${quantile(list, 0.99)?.toFixed(1)} s, most ${quantile(list, 1)?.toFixed(1)} s (${list.length})`;
log(`${ended} of ${runs} runs ended in ${took.toFixed(1)} h; ${reads} reads, ${writes} writes of everybody`);
log(`answers, not scaled: idle ${figures(waits.idle)}; with a run ${figures(waits.running)}`);
log(`${world.github.hub.limits.refused} secondary limits hit; ${problems.length} problems`);
for (const problem of problems) log(problem);
if (problems.length > 0 || world.github.hub.limits.refused > 0) process.exitCode = 1;
