import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DemoReport } from '../../src/cli/demo/report.ts';
import { type LocalGitHub, startLocalGitHub } from '../../src/local-github/start.ts';
import { evidenceCheck } from '../../src/run/publish/publish-evidence.ts';
import type { ReportDocument } from '../../src/web/document/document.ts';
import { startChromium } from '../support/chromium.ts';
import { watchedPage } from '../support/page-browser.ts';

// What `npm run demo` does, with real git, containers, action and App; then the local GitHub is started again over what it left,
// and read with git and REST only.

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const out = mkdtempSync(join(tmpdir(), 'huxley-demo-'));
const at = { owner: 'ada', repo: 'agent' };
const ending = new AbortController();
const browser = await startChromium();
/** What the live page said of the run's progress, each once, in order; how often it was loaded, and what it complained of. */
const seen: string[] = [];
let loads = 0;
let complaints: readonly string[] = [];
let report: DemoReport;
let github: LocalGitHub;
let octokit: Octokit;

beforeAll(async () => {
  const demo = run(process.execPath, ['src/main.ts', 'demo', '--budget', '14', '--seed', '1', '--out', out], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
    signal: ending.signal,
    killSignal: 'SIGTERM',
  });
  let said = '';
  const read = async (text: string) => {
    const before = said;
    said += text;
    const address = /Watch it: (\S+)\n/;
    if (!address.test(before) && address.test(said)) await watch(address.exec(said)![1]!);
  };
  for (const stream of [demo.child.stdout!, demo.child.stderr!]) stream.on('data', (text) => void read(String(text)));
  await demo;
  report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
  github = await startLocalGitHub({ dir: report.github, actions: { slots: 0 } });
  octokit = new Octokit({ auth: github.setup.createToken('ada'), baseUrl: github.apiUrl });
}, 900_000);

/** Opens the page that the demo names, once, and notes what it shows until the demo ends. */
async function watch(url: string): Promise<void> {
  if (typeof browser === 'string') return;
  const { page, problems } = await watchedPage(browser);
  complaints = problems;
  page.on('load', () => loads++);
  await page.exposeFunction('note', (text: string) => {
    if (seen.at(-1) !== text) seen.push(text);
  });
  await page.addInitScript(
    "setInterval(() => note(/\\d+\\/14 evaluations/.exec(document.body?.innerText ?? '')?.[0] ?? ''), 200)",
  );
  await page.goto(url);
}

afterAll(async () => {
  if (typeof browser !== 'string') await browser.close();
  // One that took too long goes on otherwise.
  ending.abort();
  await github?.close();
  if (report) rmSync(report.github, { recursive: true, force: true });
  rmSync(out, { recursive: true, force: true });
});

const git = async (...args: string[]) => {
  const dir = join(report.github, 'repositories', `${github.setup.repository('ada', 'agent').id}.git`);
  return (await run('git', args, { cwd: dir })).stdout.trim();
};

test('the report is whole, and says that a rehearsal model answered', () => {
  expect(report).toMatchObject({ rehearsal: true, policy: 'huxley', seed: 1 });
  expect(report.scores.root.search.n).toBeGreaterThanOrEqual(30);
  expect(report.evaluations.heldOut).toBeGreaterThanOrEqual(report.shipped === 'v0' ? 0 : 60);
  expect(report.evaluations.search + 2 * (report.variants.made + report.variants.failed)).toBeLessThanOrEqual(14);
  for (const name of ['journal.jsonl', 'tree.svg', 'dashboard.md', 'report.html'])
    expect(existsSync(join(out, name))).toBe(true);
  expect(readdirSync(join(out, 'transcripts')).length).toBeGreaterThanOrEqual(report.evaluations.root / 8);
});

test('the page that the demo names at its start follows the run without being loaded again', ({ skip }) => {
  if (typeof browser === 'string') return skip(browser);
  expect(loads).toBe(1);
  const used = seen.filter(Boolean).map((text) => Number.parseInt(text, 10));
  expect(used.length).toBeGreaterThanOrEqual(3);
  expect(used).toEqual(used.toSorted((a, b) => a - b));
  // The server goes with the demo.
  expect(complaints.filter((text) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING/.test(text))).toEqual([]);
});

test('the report opens from the disk with how the run ended', async ({ skip }) => {
  if (typeof browser === 'string') return skip(browser);
  const { page, problems, addresses } = await watchedPage(browser);
  await page.goto(pathToFileURL(join(out, 'report.html')).href);
  await page.locator('header', { hasText: report.outcome }).waitFor();
  await page.getByRole('link', { name: 'Decisions' }).click();
  await page.locator('main', { hasText: 'Decision' }).waitFor();
  expect(problems).toEqual([]);
  expect(addresses.filter((address) => !/^(file|about|data):/.test(address))).toEqual([]);
});

test('the page is one file below 3 MB, with every diff, and transcripts of search tasks alone', () => {
  const page = readFileSync(join(out, 'report.html'), 'utf8');
  expect(Buffer.byteLength(page)).toBeLessThan(3_000_000);
  const [, json] = /<script type="application\/json" id="huxley">(.*?)<\/script>/s.exec(page)!;
  const { document, diffs, transcripts, cut } = JSON.parse(json!) as ReportDocument;
  expect(cut).toBeNull();
  expect(Object.keys(diffs)).toHaveLength(report.variants.made);
  const searched = new Set(document.tasks.flatMap(({ task, split }) => (split === 'search' ? [task] : [])));
  expect(Object.keys(transcripts).length).toBe(report.evaluations.root + report.evaluations.search);
  for (const name of Object.keys(transcripts)) expect(searched).toContain(name.slice(name.indexOf('/') + 1));
});

test('v0 is kept, and each variant is a commit on its parent with trailers that end in skip-checks', async () => {
  const branches = (await git('for-each-ref', '--format=%(refname:short)', 'refs/heads/huxley')).split('\n');
  expect(branches).toContain('huxley/r1/v0');
  expect(branches.length).toBeGreaterThanOrEqual(2);
  for (const branch of branches.filter((name) => !name.endsWith('/v0'))) {
    const first = (await git('log', '--reverse', '--format=%H', `huxley/r1/v0..${branch}`)).split('\n').at(0)!;
    expect(await git('rev-parse', `${first}^`)).toBe(await git('rev-parse', 'huxley/r1/v0'));
    const message = await git('log', '-1', '--format=%B', first);
    expect(message).toMatch(/^Huxley-Run: r1$/m);
    expect(message).toMatch(/^Huxley-Operator: /m);
    expect(message.trimEnd().split('\n').at(-1)).toBe('skip-checks: true');
  }
});

test('each variant has a pull request against its parent’s branch, and evidence by the App on its commit', async () => {
  const { data: pulls } = await octokit.rest.pulls.list({ ...at, state: 'all', per_page: 100 });
  expect(pulls.length).toBeGreaterThanOrEqual(2);
  for (const { head, base, body } of pulls) {
    expect(head.ref).toMatch(/^huxley\/r1\/v[1-9]\d*$/);
    expect(base.ref).toMatch(/^huxley\/r1\/v\d+$|^main$/);
    expect(body).toContain('Rehearsal');
  }
  const { data } = await octokit.rest.checks.listForRef({
    ...at,
    ref: 'huxley/r1/v0',
    check_name: evidenceCheck('r1'),
    filter: 'all',
  });
  expect(data.check_runs.length).toBeGreaterThan(0);
  expect(new Set(data.check_runs.map(({ app }) => app?.slug))).toEqual(new Set(['huxley']));
});

test('the default branch has one merge commit, or is as it was', async () => {
  const merges = (await git('rev-list', '--merges', 'main')).split('\n').filter(Boolean);
  expect(merges).toHaveLength(report.merged ? 1 : 0);
  if (!report.merged) expect(await git('rev-parse', 'main')).toBe(await git('rev-parse', 'huxley/r1/v0'));
  expect(report.reason).not.toBe('');
});
