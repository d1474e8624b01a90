import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Octokit } from '@octokit/rest';
import { pino } from 'pino';
import { stringify } from 'yaml';
import { startServer, WEBHOOK_PATH } from '../../app/server.ts';
import type { Journal, RunKey } from '../../archive/journal.ts';
import { openSqlite } from '../../archive/sqlite.ts';
import { huxleyHome } from '../../config/home.ts';
import { projectPath } from '../../config/project.ts';
import { transcriptArtifactName } from '../../job/contract.ts';
import { REHEARSAL_MODEL, startRehearsal } from '../../local/rehearsal/server.ts';
import { filesOf, startWorld } from '../../local/world.ts';
import { HuxleyError } from '../../model/error.ts';
import { count, minutes, pValue, tally } from '../../report/figures.ts';
import { REHEARSAL_NOTE } from '../../report/view.ts';
import { EVENTS } from '../../run/deliveries.ts';
import { ensureEngine } from '../../sandbox/setup/engine.ts';
import { ensureImage } from '../../sandbox/setup/image.ts';
import { askYes } from '../ask.ts';
import { followRun } from '../follow.ts';
import { type DemoReport, demoReport, writeReport } from './report.ts';

export interface DemoOptions {
  readonly budget: number;
  readonly seed: number;
  readonly policy: string;
  readonly concurrency: number;
  readonly out: string;
  readonly keep: boolean;
  readonly json: boolean;
  readonly mayInstall: boolean;
  readonly port: number;
}

/** Permissions the App asks for, as in app.yml. */
export const PERMISSIONS = {
  contents: 'write',
  pull_requests: 'write',
  issues: 'write',
  checks: 'write',
  actions: 'write',
  metadata: 'read',
} as const;

/** Plays a whole run on this machine, from the comment that starts it to its end, and leaves a report folder. */
export async function playDemo(options: DemoOptions): Promise<void> {
  const say = (line: string) => void (options.json || process.stderr.write(`${line}\n`));
  const began = performance.now();
  const ask = process.stdin.isTTY && process.stderr.isTTY && !options.json ? askYes : null;
  const engine = await ensureEngine({ mayInstall: options.mayInstall, ask, report: say });
  try {
    say(`Docker ${engine.version}, ${engine.origin}`);
    await ensureImage(engine, 'sandbox', { report: say });
    await playRun(options, engine.socket, (performance.now() - began) / 1_000, say);
  } finally {
    engine.release();
  }
}

async function playRun(
  options: DemoOptions,
  socket: string | null,
  setUp: number,
  say: (line: string) => void,
): Promise<void> {
  const { seed, budget, policy, concurrency, out } = options;
  const stamp = new Date()
    .toISOString()
    .replace(/[^0-9]/g, '')
    .slice(0, 14);
  const dir = join(huxleyHome(), 'demo', `${stamp}-${randomBytes(2).toString('hex')}`);
  await using model = await openModel(seed);
  if (model.rehearsal) say(REHEARSAL_NOTE);
  else say(`A real model answers: ${model.name} at ${model.baseURL ?? 'OpenAI'}. It costs money.`);
  const requests: Record<string, number> = {};
  await using world = await startWorld({
    dir: join(dir, 'github'),
    port: options.port,
    files: {
      ...filesOf(projectPath('examples', 'starter-agent')),
      '.github/huxley.yml': configuration(options, model),
    },
    permissions: PERMISSIONS,
    events: EVENTS,
    slots: concurrency,
    apiKey: model.apiKey,
    environment: { HUXLEY_HOME: huxleyHome(), ...(socket === null ? {} : { DOCKER_HOST: `unix://${socket}` }) },
    observe: ({ method, route }) => {
      const kind = route ?? `${method} (unknown)`;
      requests[kind] = (requests[kind] ?? 0) + 1;
    },
  });
  await using store = await openSqlite(join(dir, 'journal.sqlite'));
  await using app = await startServer({
    appId: world.app.id,
    privateKey: world.app.privateKey,
    webhookSecret: world.app.webhookSecret,
    apiURL: world.github.apiUrl,
    host: '127.0.0.1',
    port: 0,
    log: pino({ level: 'error' }, process.stderr),
    throttle: false,
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
  const key = await startedRun(store, `${owner}/${repo}`, async () => {
    const { data } = await user.rest.issues.listComments({ owner, repo, issue_number: issue.number });
    return data.find(({ user }) => user?.type === 'Bot')?.body ?? '';
  });
  const view = await followRun(store, key, { json: options.json, untilPaused: true });
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
  });
  writeReport(resolve(out), report, key, view, entries);
  await saveTranscripts(user, { owner, repo }, resolve(out, 'transcripts'));
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  for (const line of closing(report, resolve(out))) say(line);
  if (options.keep) {
    say(`Leave with Ctrl-C. Until then: ${page}/issues/${issue.number} and ${page}/pulls`);
    say(`Ask as ${owner} would, and reload the issue:`);
    say(`  curl -sS -H 'authorization: token ${world.token}' -d '{"body":"/huxley explain ${report.shipped}"}' \\`);
    say(`    ${world.github.apiUrl}/repos/${owner}/${repo}/issues/${issue.number}/comments`);
    await new Promise((leave) => process.once('SIGINT', leave).once('SIGTERM', leave));
  }
}

/** Nothing here needs to wait for github.com's limits. */
const LOCAL_PACE = { sweepSeconds: 5, refreshSeconds: 2, backoffSeconds: [1, 5] };

/** Every transcripts artifact of the repository, as the zip it is. Held-out tasks leave none. */
async function saveTranscripts(user: Octokit, at: { owner: string; repo: string }, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const { id, name } of await user.paginate(user.rest.actions.listArtifactsForRepo, { ...at, per_page: 100 })) {
    if (!name.startsWith(transcriptArtifactName(''))) continue;
    const { data } = await user.rest.actions.downloadArtifact({ ...at, artifact_id: id, archive_format: 'zip' });
    writeFileSync(join(folder, `${name}.zip`), Buffer.from(data as ArrayBuffer));
  }
}

interface Model {
  readonly name: string;
  readonly baseURL: string | null;
  readonly apiKey: string;
  readonly rehearsal: boolean;
}

/** A real model when there is a key for one, the rehearsal model otherwise. */
async function openModel(seed: number): Promise<Model & AsyncDisposable> {
  const apiKey = process.env.OPENAI_API_KEY;
  if (apiKey)
    return {
      name: process.env.HUXLEY_MODEL ?? 'gpt-5.4-mini',
      baseURL: process.env.OPENAI_BASE_URL ?? null,
      apiKey,
      rehearsal: false,
      [Symbol.asyncDispose]: async () => {},
    };
  const rehearsal = await startRehearsal({ seed });
  return {
    name: REHEARSAL_MODEL,
    baseURL: rehearsal.baseURL,
    apiKey: `rehearsal-${randomBytes(12).toString('hex')}`,
    rehearsal: true,
    [Symbol.asyncDispose]: () => rehearsal[Symbol.asyncDispose](),
  };
}

function configuration({ budget, policy, concurrency }: DemoOptions, { name, baseURL }: Model): string {
  return stringify({
    version: 1,
    agent: { solve: 'node agent.ts', check: 'node --test' },
    models: { solve: name, modify: name, diagnose: name, baseURL },
    benchmark: { suite: 'kata', holdout: 0.5 },
    search: { policy, budget, concurrency, batch: 8 },
    limits: { taskMinutes: 2, costUSD: 20, taskCostUSD: 0.25, memoryMB: 512 },
    merge: { mode: 'auto' },
  });
}

/** Waits for the run that a comment started; when none comes, the reply says why. */
async function startedRun(store: Journal, repository: string, reply: () => Promise<string>): Promise<RunKey> {
  for (let waited = 0; waited < 120; waited++) {
    const [key] = await store.runs(repository);
    if (key) return key;
    await sleep(250);
  }
  throw new HuxleyError(
    'demo.notStarted',
    `The App started no run. It replied: ${(await reply()) || 'nothing'}`,
    'Try other options.',
  );
}

function closing(report: DemoReport, out: string): string[] {
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
    `  ${count(report.variants.made, 'variant')}, ${count(report.evaluations.root + report.evaluations.search + report.evaluations.heldOut, 'evaluation')}, ${minutes(report.seconds.run)}${report.rehearsal ? ', rehearsal model' : ''}`,
    '',
    `Report:  ${out} (report.json, journal.jsonl, tree.svg, dashboard.md, transcripts/)`,
    `Browse:  npm run huxley -- local github --dir ${report.github}`,
    `Replay:  npm run huxley -- replay ${join(out, 'journal.jsonl')}`,
  ];
}
