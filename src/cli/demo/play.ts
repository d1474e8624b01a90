import { randomBytes, randomInt } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Octokit } from '@octokit/rest';
import { pino } from 'pino';
import { stringify } from 'yaml';
import { connect } from '../../app/connect.ts';
import { startServer, WEBHOOK_PATH } from '../../app/server.ts';
import { transcriptArtifactName } from '../../contract/contract.ts';
import { engineEnvironment } from '../../environment/engine.ts';
import { huxleyHome } from '../../environment/home.ts';
import { projectPath } from '../../environment/project.ts';
import { huxleyApp } from '../../local-github/setup/huxley-app.ts';
import { filesOf, startWorld } from '../../local-github/world/start-world.ts';
import { CALL } from '../../model/command-line.ts';
import { HuxleyError } from '../../model/error.ts';
import { REHEARSAL_MODEL } from '../../rehearsal/server.ts';
import { count, minutes, pValue, tally } from '../../report/text/figures.ts';
import { REHEARSAL_NOTE } from '../../report/view.ts';
import { dockerSandbox } from '../../sandbox/docker.ts';
import type { Engine } from '../../sandbox/engine.ts';
import { ensureEngine } from '../../sandbox/setup/engine.ts';
import { ensureImage } from '../../sandbox/setup/image.ts';
import type { Journal, RunKey } from '../../store/journal.ts';
import { openSqlite } from '../../store/sqlite.ts';
import { askYes, canAsk } from '../terminal/ask.ts';
import { followRun } from '../terminal/follow.ts';
import { interrupted, interruptible } from '../terminal/interruption.ts';
import { say as tell } from '../terminal/live.ts';
import { shellCommand } from '../terminal/print.ts';
import { appLog } from './app-log.ts';
import { withReportFolder } from './folder.ts';
import { DEMO_LIMIT_USD, type DemoModel, openDemoModel } from './model.ts';
import { openDemoPage } from './page.ts';
import { type DemoReport, demoReport, type EarlierRun, writeReport } from './report.ts';

export interface DemoOptions {
  readonly budget: number;
  /** By default one of its own for each run. */
  readonly seed?: number;
  /** Runs to play with a rehearsal model and seeds of its own until one merges something. */
  readonly tries: number;
  readonly policy: string;
  readonly concurrency: number;
  /** Report folder; by default one that no other demo writes to. */
  readonly out?: string;
  readonly model: string;
  readonly keep: boolean;
  readonly json: boolean;
  readonly mayInstall: boolean;
  readonly port: number;
}

/** Plays whole runs on this machine, each from the comment that starts it to its end, until one merges; leaves a report folder. */
export async function playDemo(options: DemoOptions): Promise<void> {
  const signal = interruptible('ending everything this demo started.');
  const say = (line: string) => void (options.json || tell(line));
  const began = performance.now();
  await withReportFolder(options.out, async (out) => {
    const seeds = seedsOf(options);
    const openModel = (seed: number) => openDemoModel({ ...options, seed, say });
    let model = await openModel(seeds[0]!);
    const ask = canAsk() && !options.json ? askYes : null;
    const engine = await ensureEngine({ mayInstall: options.mayInstall, ask, report: say, signal });
    try {
      say(`Docker ${engine.version}, ${engine.origin}`);
      await ensureImage(engine, 'sandbox', { report: say, signal });
      signal.throwIfAborted();
      const setUp = (performance.now() - began) / 1_000;
      const earlier: EarlierRun[] = [];
      for (const [n, seed] of seeds.entries()) {
        if (n > 0) {
          await model[Symbol.asyncDispose]();
          model = await openModel(seed);
        }
        if (seeds.length > 1) say(`Seed ${seed}, run ${n + 1} of ${seeds.length} at most${odds(options)}.`);
        const last = n === seeds.length - 1;
        const play = { ...options, seed, earlier, last, out, socket: engine.socket, model, setUp, signal, say };
        const { merged, outcome, reason } = await playRun(play);
        if (merged) break;
        earlier.push({ seed, outcome, reason });
      }
    } finally {
      await model[Symbol.asyncDispose]();
      await leave(engine, signal.aborted ? say : () => undefined);
    }
  });
}

/**
 * What is known of the default run: of 121 with the rehearsal model, on seeds 0 to 20 and 100 to 199, 101 merged a variant
 * (docs/rehearsal.md).
 */
function odds({ budget, policy, concurrency }: DemoOptions): string {
  return budget === 60 && policy === 'huxley' && concurrency === 1 ? ': about five runs in six merge something' : '';
}

/** What to try, in order. A real model is asked once: trying again costs money. */
function seedsOf({ seed, tries, model }: DemoOptions): readonly number[] {
  if (seed !== undefined) return [seed];
  return Array.from({ length: model === REHEARSAL_MODEL ? tries : 1 }, () => randomInt(100_000));
}

/** Removes the containers of jobs that were cut short, and stops the engine if it was started for this. */
async function leave(engine: Engine, say: (line: string) => void): Promise<void> {
  try {
    const sandbox = dockerSandbox(engine);
    // A job's last request may still have been on its way to the engine.
    for (let more = 1; more > 0; ) more = await sandbox.sweep();
  } finally {
    engine.release();
    const stopped = (await engine.ended?.()) ?? true;
    say(stopped ? 'Everything the demo started has ended.' : 'The Docker engine is still ending; all else has ended.');
  }
}

interface Play extends Omit<DemoOptions, 'model'> {
  readonly seed: number;
  /** Runs of this demo that merged nothing. */
  readonly earlier: readonly EarlierRun[];
  /** Nothing is tried after it. */
  readonly last: boolean;
  readonly out: string;
  readonly socket: string | null;
  readonly model: DemoModel;
  /** Seconds until everything was ready. */
  readonly setUp: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

async function playRun(options: Play): Promise<DemoReport> {
  const { seed, budget, policy, concurrency, out, socket, model, setUp, say } = options;
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  const stamp = new Date()
    .toISOString()
    .replace(/[^0-9]/g, '')
    .slice(0, 14);
  const dir = join(huxleyHome(), 'demo', `${stamp}-${randomBytes(2).toString('hex')}`);
  if (model.rehearsal) say(REHEARSAL_NOTE);
  const requests: Record<string, number> = {};
  await using world = await startWorld({
    dir: join(dir, 'github'),
    port: options.port,
    files: (publicKey) => ({
      ...filesOf(projectPath('examples', 'starter-agent')),
      '.github/huxley.yml': configuration(options, publicKey),
    }),
    ...huxleyApp(),
    slots: concurrency,
    apiKey: model.apiKey,
    environment: { ...engineEnvironment(), ...(socket !== null && { DOCKER_HOST: `unix://${socket}` }) },
    observe: ({ method, route }) => {
      const kind = route ?? `${method} (unknown)`;
      requests[kind] = (requests[kind] ?? 0) + 1;
    },
  });
  // Jobs end first: the App would otherwise wait for them, and they start containers.
  signal.addEventListener('abort', () => void world.github.actions.scheduler.close(), { once: true });
  signal.throwIfAborted();
  await using store = await openSqlite(join(dir, 'journal.sqlite'));
  const credentials = {
    appId: world.app.id,
    privateKey: world.app.privateKey,
    webhookSecret: world.app.webhookSecret,
    apiURL: world.github.apiUrl,
    log: pino(
      { level: 'error' },
      appLog(join(dir, 'app.log'), (trouble) => ending.abort(trouble)),
    ),
    throttle: false,
  };
  await using app = await startServer({
    ...credentials,
    host: '127.0.0.1',
    port: 0,
    writeLimits: null,
    store,
    options: LOCAL_PACE,
  });
  world.sendWebhooksTo(`${app.url}${WEBHOOK_PATH}`);
  const { owner, name: repo } = world;
  const page = `${world.github.url}/${owner}/${repo}`;
  say(`A local GitHub: ${page}`);

  const started = performance.now();
  const user = new Octokit({ auth: world.token, baseUrl: world.github.apiUrl });
  const { data: issue } = await user.rest.issues.create({ owner, repo, title: 'Let the agent improve itself' });
  const command = `/huxley run budget=${budget} seed=${seed} policy=${policy} concurrency=${concurrency}`;
  await user.rest.issues.createComment({ owner, repo, issue_number: issue.number, body: command });
  say(`${owner} comments on ${page}/issues/${issue.number}: ${command}`);
  const key = await startedRun(store, `${owner}/${repo}`, signal, async () => {
    const { data } = await user.rest.issues.listComments({ owner, repo, issue_number: issue.number });
    return data.find(({ user }) => user?.type === 'Bot')?.body ?? '';
  });
  await using live = await openDemoPage(store, key, await (await connect(credentials)).forge(key.repository), page);
  say(`Watch it: ${live.url}`);
  const view = await followRun(store, key, { json: options.json, untilPaused: true, signal });
  signal.throwIfAborted();
  if (!view)
    throw new HuxleyError('demo.empty', 'The run ended before it began.', `Look at ${page}/issues/${issue.number}.`);
  if (view.status === 'paused')
    throw new HuxleyError(
      'demo.paused',
      'The run paused itself, because jobs gave no result.',
      `What happened is in the logs: ${join(dir, 'github', 'actions', 'logs')}`,
    );
  const entries = await store.read(key);
  const report = demoReport(view, entries, {
    seconds: { setUp, run: (performance.now() - started) / 1_000 },
    github: join(dir, 'github'),
    githubRequests: requests,
    earlier: options.earlier,
  });
  writeReport(out, report, key, view, entries);
  await saveTranscripts(user, { owner, repo }, join(out, 'transcripts'));
  await live.save(out);
  for (const line of verdict(report)) say(line);
  if (!report.merged && !options.last) {
    say('Another seed comes next.');
    return report;
  }
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  // Not broken at blanks: commands are copied.
  if (!options.json) process.stderr.write(`${whereToLook(report, out).join('\n')}\n`);
  if (options.keep) {
    say(`Stop with Ctrl-C. Until then: ${live.url}, ${page}/issues/${issue.number} and ${page}/pulls`);
    say(`Ask as ${owner} would, and reload the issue:`);
    say(`  curl -sS -H 'authorization: token ${world.token}' -d '{"body":"/huxley explain ${report.shipped}"}' \\`);
    say(`    ${world.github.apiUrl}/repos/${owner}/${repo}/issues/${issue.number}/comments`);
    await interrupted(signal);
  }
  return report;
}

/** Nothing here needs to wait for github.com's limits. */
const LOCAL_PACE = { sweepSeconds: 5, refreshSeconds: 2, bodySeconds: 2, backoffSeconds: [1, 5], settleSeconds: 1 };

/** Every transcripts artifact of the repository, as the zip it is. Held-out tasks leave none. */
async function saveTranscripts(user: Octokit, at: { owner: string; repo: string }, folder: string): Promise<void> {
  // An earlier demo's are of another run.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { id, name } of await user.paginate(user.rest.actions.listArtifactsForRepo, { ...at, per_page: 100 })) {
    if (!name.startsWith(transcriptArtifactName(''))) continue;
    const { data } = await user.rest.actions.downloadArtifact({ ...at, artifact_id: id, archive_format: 'zip' });
    writeFileSync(join(folder, `${name}.zip`), Buffer.from(data as ArrayBuffer));
  }
}

function configuration({ budget, policy, concurrency, model: { name, baseURL } }: Play, publicKey: string): string {
  return stringify({
    version: 1,
    app: { publicKeys: [publicKey] },
    agent: { solve: 'node agent.ts', check: 'node --test' },
    models: { solve: name, modify: name, diagnose: name, baseURL },
    benchmark: { suite: 'kata', holdout: 0.5 },
    search: { policy, budget, concurrency, batch: 8 },
    limits: { taskMinutes: 2, costUSD: DEMO_LIMIT_USD, taskCostUSD: 0.25, memoryMB: 512 },
    merge: { mode: 'auto' },
  });
}

/** Waits for the run that a comment started; when none comes, the reply says why. */
async function startedRun(
  store: Journal,
  repository: string,
  signal: AbortSignal,
  reply: () => Promise<string>,
): Promise<RunKey> {
  for (let waited = 0; waited < 120; waited++) {
    const [key] = await store.runs(repository);
    if (key) return key;
    await sleep(250);
    signal.throwIfAborted();
  }
  throw new HuxleyError(
    'demo.not-started',
    `The App started no run. It replied: ${(await reply()) || 'nothing'}`,
    'Try other options.',
  );
}

function verdict(report: DemoReport): string[] {
  const { root, shipped } = report.scores;
  const verdict = report.merged ? `${report.shipped} was merged.` : 'Nothing was merged.';
  return [
    '',
    `${verdict} ${report.reason}`,
    `  root v0: ${tally(root.search)} search tasks, ${tally(root.heldOut)} held-out tasks`,
    ...(report.shipped === 'v0'
      ? []
      : [
          `  ${report.shipped}: ${tally(shipped.search)} search tasks, ${tally(shipped.heldOut)} held-out tasks${report.p === null ? '' : ` (${pValue(report.p)})`}`,
        ]),
    `  ${variantsText(report.variants)}, ${count(report.evaluations.root + report.evaluations.search + report.evaluations.heldOut, 'evaluation')}, ${minutes(report.seconds.run)}${report.rehearsal ? ', rehearsal model' : ''}`,
  ];
}

/** Numbers go on over variants that could not be made, so both kinds are counted. */
function variantsText({ made, failed }: DemoReport['variants']): string {
  return failed === 0
    ? count(made, 'variant')
    : `${count(made + failed, 'variant')} (${failed} could not be made or failed the check)`;
}

function whereToLook({ github }: DemoReport, out: string): string[] {
  return [
    '',
    `Page:    ${join(out, 'report.html')}`,
    `Report:  ${out} (report.json, journal.jsonl, tree.svg, dashboard.md, transcripts/, diffs/)`,
    `Browse:  ${CALL} ${shellCommand('local', 'github', '--dir', github)}`,
    `Replay:  ${CALL} ${shellCommand('replay', join(out, 'journal.jsonl'))}`,
  ];
}
