/**
 * From the repository of a plain agent to the first variant's pull request, as somebody new goes, with a clock:
 * `npm run bench:install`. The package is built, packed and installed as npm does it; GitHub is a local one, with its own pages, which
 * Chromium clicks; only the model is a rehearsal. Once with a server, once without. Counts commands and clicks, and exits with 1
 * where either way takes more than five of them, or more than five minutes apart from the run.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Octokit } from '@octokit/rest';
import { engineEnvironment } from '../src/environment/engine.ts';
import { PROJECT, projectPath } from '../src/environment/project.ts';
import { startLocalGitHub } from '../src/local-github/start.ts';
import { ownActions } from '../src/local-github/world/action-folder.ts';
import { filesOf } from '../src/local-github/world/start-world.ts';
import { startRehearsal } from '../src/rehearsal/server.ts';
import { startChromium } from '../test/support/chromium.ts';

/** Not in this thread's way: the local GitHub answers in it. */
const exec = promisify(execFile);
const MOST_STEPS = 5;
const MOST_SECONDS = 300;

const folder = mkdtempSync(join(tmpdir(), 'huxley-install-'));
const tarball = pack();
const browser = await startChromium();
if (typeof browser === 'string') throw new Error(browser);
await using rehearsal = await startRehearsal({ seed: 8 });
let failed = false;
for (const way of ['with a server', 'without a server'] as const) await setUp(way);
await browser.close();
rmSync(folder, { recursive: true, force: true });
process.exitCode = failed ? 1 : 0;

/** The package as npm has it. */
function pack(): string {
  const release = join(folder, 'release.json');
  const images = { sandbox: null, polyglot: null, app: null };
  const { version } = JSON.parse(
    execFileSync('node', ['-p', 'JSON.stringify(require("./package.json"))'], { cwd: projectPath(), encoding: 'utf8' }),
  );
  writeFileSync(release, JSON.stringify({ version, action: { repository: PROJECT, commit: 'a'.repeat(40) }, images }));
  const built = execFileSync('node', ['scripts/build-package.ts', '--release', release], {
    cwd: projectPath(),
    encoding: 'utf8',
  });
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: built.trim().split('\n').at(-1)!,
      encoding: 'utf8',
    }),
  );
  return join(folder, filename);
}

async function setUp(way: 'with a server' | 'without a server'): Promise<void> {
  const dir = join(folder, way.replaceAll(' ', '-'));
  const home = join(dir, 'home');
  mkdirSync(home, { recursive: true });
  const github = await startLocalGitHub({
    dir: join(dir, 'github'),
    actions: {
      slots: 2,
      actions: await ownActions(),
      environment: engineEnvironment(),
    },
  });
  const { token } = github.setup.createUser('ada');
  const starter = filesOf(projectPath('examples', 'starter-agent'));
  const files = Object.fromEntries(Object.entries(starter).filter(([path]) => !path.startsWith('.github/')));
  await github.setup.createRepository({ owner: 'ada', name: 'agent', files });
  const octokit = new Octokit({ auth: token, baseUrl: github.apiUrl });
  const at = { owner: 'ada', repo: 'agent' };
  const env = {
    ...process.env,
    HUXLEY_HOME: home,
    // What was fetched before is not used.
    npm_config_cache: join(home, 'npm'),
    GITHUB_API_URL: github.apiUrl,
    GH_TOKEN: token,
    OPENAI_API_KEY: 'rehearsal',
    OPENAI_BASE_URL: rehearsal.baseURL,
    PORT: '0',
  };
  const checkout = join(dir, 'agent');
  const address = github.url.replace('//', `//ada:${token}@`);
  await exec('git', ['clone', '--quiet', `${address}/ada/agent.git`, checkout]);
  for (const [name, value] of [
    ['user.name', 'Ada'],
    ['user.email', 'ada@example.com'],
  ] as const)
    execFileSync('git', ['-C', checkout, 'config', name, value]);

  const began = performance.now();
  let steps = 0;
  const step = (kind: 'command' | 'click', what: string) =>
    console.log(`${way}: ${String(++steps)}. ${kind}: ${what}  (${seconds(began)} s)`);
  const npx = (...args: string[]) => ['--yes', '--package', tarball, 'huxley-evolve', ...args];
  const stop = new AbortController();
  try {
    const page = await (browser as Exclude<typeof browser, string>).newPage();
    await page.goto(`${github.url}/_signin?token=${token}`);
    if (way === 'with a server') {
      step('command', 'npx huxley-evolve serve');
      const serve = spawn('npx', npx('serve'), {
        cwd: checkout,
        env,
        signal: stop.signal,
        killSignal: 'SIGTERM',
        detached: true,
      });
      serve.on('error', () => {});
      stop.signal.addEventListener('abort', () => process.kill(-serve.pid!, 'SIGTERM'));
      const opened = await new Promise<string>((resolve, reject) => {
        let said = '';
        const hear = (text: Buffer) => {
          said += text;
          const found = /(http:\S+\/setup\?token=\S+)/.exec(said)?.[1];
          if (found) resolve(found);
        };
        serve.stdout.on('data', hear);
        serve.stderr.on('data', hear);
        serve.once('exit', () => reject(new Error(said)));
      });
      await page.goto(opened);
      step('click', 'Create GitHub App');
      await page.getByRole('button', { name: 'Create GitHub App' }).click();
      await page.waitForURL(/\/installations\/new$/);
      step('click', 'Install');
      await page.getByLabel('ada/agent').check();
      await page.getByRole('button', { name: 'Install' }).click();
      await page.getByRole('heading', { name: 'The App is installed' }).waitFor();
    }
    const args = [
      'init',
      '--yes',
      '--push',
      '--model',
      'rehearsal',
      '--suite',
      'kata',
      way === 'with a server' ? '--server' : '--serverless',
    ];
    step('command', `npx huxley-evolve ${args.join(' ')}`);
    console.log((await exec('npx', npx(...args), { cwd: checkout, env })).stdout);
    step('click', 'Create, on the form of a new issue with the label huxley');
    const { number } = (
      await octokit.rest.issues.create({ ...at, title: 'Let the agent improve itself', labels: ['huxley'] })
    ).data;
    const ready = seconds(began);
    let first: string | undefined;
    for (let waited = 0; first === undefined; waited++) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const { data } = await octokit.rest.pulls.list({ ...at, state: 'all' });
      first = data.find(({ head }) => head.ref.startsWith('huxley/'))?.html_url;
      if (waited % 30 === 29) {
        const comments = (await octokit.rest.issues.listComments({ ...at, issue_number: number })).data;
        console.log(
          `${way}: waiting; ${
            comments
              .at(-1)
              ?.body?.split('\n')
              .find((line) => line.trim() !== '' && !line.startsWith('<')) ?? 'no answer yet'
          }`,
        );
      }
      if (waited > 900) throw new Error('no pull request of a variant after a quarter of an hour');
    }
    const good = steps <= MOST_STEPS && ready <= MOST_SECONDS;
    failed ||= !good;
    console.log(
      `${way}: ${steps} commands and clicks, ${ready} s; the first variant's pull request ${seconds(began) - ready} s later${good ? '' : ': TOO MUCH'}`,
    );
  } finally {
    stop.abort();
    await github.close();
  }
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1_000);
}
