/**
 * How fast the local GitHub is with 1,000 commits, 200 open pull requests and 2,000 check runs: medians over HTTP.
 * Usage: node bench/local-github.ts [--json]. Exits with 1 where listing or merging takes 50 ms or more at the median.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalGitHub } from '../src/local-github/start.ts';

const COMMITS = 1_000;
const PULLS = 200;
const CHECK_RUNS = 2_000;
const LIMIT_MS = 50;
const MERGES = 30;
const READS = 50;

const dir = mkdtempSync(join(tmpdir(), 'huxley-bench-'));
const started = performance.now();
const github = await startLocalGitHub({ dir, limits: { requestsPerHour: 1_000_000 } });
const startMs = performance.now() - started;
const { token } = github.setup.createUser('ada');
const { app } = github.setup.createApp({ slug: 'huxley', owner: 'ada', permissions: { checks: 'write' }, events: [] });
const repo = await github.setup.createRepository({ owner: 'ada', name: 'agent', files: { 'agent.ts': '1\n' } });
const installation = github.setup.install(app, 'ada');
const bot = github.setup.installationToken(installation);

const call = async <T>(method: string, path: string, body?: unknown, as = token): Promise<T> => {
  const response = await fetch(`${github.apiUrl}/repos/ada/agent${path}`, {
    method,
    headers: { authorization: `Bearer ${as}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return JSON.parse(await response.text()) as T;
};

/** A listing until its last byte is here; reading it is the client's own time. */
const list = async (path: string): Promise<void> => {
  const response = await fetch(`${github.apiUrl}/repos/ada/agent${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await response.arrayBuffer();
};

/** One file a commit, all on one branch, with a branch for every proposal off its tip. */
function history(): void {
  const now = 1_700_000_000;
  const lines: string[] = [];
  const add = (ref: string, from: string, file: string, at: number) =>
    lines.push(
      `commit ${ref}\ncommitter T <t@example.com> ${now + at} +0000\ndata 2\nx\nfrom ${from}`,
      `M 100644 inline ${file}\ndata 2\n${at % 10}\n`,
    );
  for (let i = 0; i < COMMITS; i++) add('refs/heads/main', 'refs/heads/main^0', `src/${i % 100}/f${i}.ts`, i);
  for (let i = 0; i < PULLS; i++) add(`refs/heads/v${i}`, 'refs/heads/main^0', `variant/${i}.ts`, COMMITS + i);
  execFileSync('git', ['--git-dir', github.hub.git(repo).dir, 'fast-import', '--quiet'], {
    input: `${lines.join('\n')}\n`,
  });
}

async function median(times: number, work: (index: number) => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    const from = performance.now();
    await work(i);
    took.push(performance.now() - from);
  }
  return took.toSorted((a, b) => a - b)[Math.floor(times / 2)]!;
}

try {
  history();
  const heads: string[] = [];
  for (let i = 0; i < PULLS; i++) {
    const pull = await call<{ head: { sha: string } }>('POST', '/pulls', {
      title: `v${i}`,
      head: `v${i}`,
      base: 'main',
    });
    heads.push(pull.head.sha);
  }
  for (let i = 0; i < CHECK_RUNS; i++)
    await call('POST', '/check-runs', { name: `batch ${i}`, head_sha: heads[i % 10], conclusion: 'success' }, bot);
  const results = {
    'list 100 commits': await median(READS, () => list('/commits?per_page=100')),
    'list 100 pull requests': await median(READS, (i) => list(`/pulls?per_page=100&page=${1 + (i % 2)}`)),
    'list 100 check runs': await median(READS, (i) =>
      list(`/commits/${heads[i % 10]}/check-runs?filter=all&per_page=100`),
    ),
    'read a pull request': await median(READS, (i) => list(`/pulls/${1 + i}`)),
    'merge a pull request': await (async () => {
      await github.idle();
      return median(MERGES, (i) => call('PUT', `/pulls/${PULLS - i}/merge`, { sha: heads[PULLS - 1 - i] }));
    })(),
  };
  const rounded = Object.fromEntries(Object.entries(results).map(([name, ms]) => [name, Math.round(ms * 10) / 10]));
  if (process.argv.includes('--json')) console.log(JSON.stringify({ startMs, medianMs: rounded, limitMs: LIMIT_MS }));
  else {
    console.log(`${COMMITS} commits, ${PULLS} pull requests, ${CHECK_RUNS} check runs; medians over HTTP`);
    console.table({ start: Math.round(startMs * 10) / 10, ...rounded });
  }
  if (Object.values(results).some((ms) => ms >= LIMIT_MS)) process.exitCode = 1;
} finally {
  await github.close();
  rmSync(dir, { recursive: true, force: true });
}
