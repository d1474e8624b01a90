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
import { startPostgres } from '../test/contract/postgres.ts';
import { AppProcess } from '../test/support/app-process.ts';
import { expectConsistent } from '../test/support/consistency.ts';
import { spreadOver } from '../test/support/spread.ts';
import { until, World } from '../test/support/world.ts';
import { answered, figures, scaledLimits, scaledOptions, sleep } from './scaled.ts';

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

const options = { ...scaledOptions(speed), leaseSeconds: 30 };
const writeLimits = scaledLimits(speed);
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
      if (place === undefined) return;
      const { owner, repo, person } = place;
      const at = { owner, repo, issue_number: issues.get(repo)! };
      waits[kind].push(await answered(person, at, body, { patience: 300, poll: 0.25 }));
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
log(`${ended} of ${runs} runs ended in ${took.toFixed(1)} h; ${reads} reads, ${writes} writes of everybody`);
log(`answers, not scaled: idle ${figures(waits.idle)}; with a run ${figures(waits.running)}`);
log(`${world.github.hub.limits.refused} secondary limits hit; ${problems.length} problems`);
for (const problem of problems) log(problem);
if (problems.length > 0 || world.github.hub.limits.refused > 0) process.exitCode = 1;
