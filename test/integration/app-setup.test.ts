import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { afterAll, expect, test } from 'vitest';
import { type RegistrationSpec, startRegistration } from '../../src/app/register/register.ts';
import { WEBHOOK_PATH } from '../../src/app/server.ts';
import type { AppFile } from '../../src/environment/app-file.ts';
import { projectPath } from '../../src/environment/project.ts';
import { startCheckedGitHub } from '../support/checked-github.ts';
import { startChromium } from '../support/chromium.ts';
import { endsWithTest } from '../support/ends-with-test.ts';
import { seriousFindings, watchedPage } from '../support/page-browser.ts';
import { smeeServer } from '../support/smee.ts';
import { until } from '../support/world.ts';

const browser = await startChromium();
afterAll(async () => {
  if (typeof browser !== 'string') await browser.close();
});

/** A GitHub on which Ada has a repository, and no App is registered. */
async function bareGitHub() {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-app-setup-'));
  const github = await startCheckedGitHub({ dir: join(folder, 'github') });
  const { token } = github.setup.createUser('ada');
  github.setup.createUser('acme', 'Organization');
  await github.setup.createRepository({ owner: 'ada', name: 'agent', files: { 'README.md': '# agent\n' } });
  const octokit = new Octokit({ auth: token, baseUrl: github.apiUrl });
  const here = { owner: 'ada', repo: 'agent' };
  return {
    ...github,
    token,
    home: join(folder, 'home'),
    /** What a comment on a new issue is answered with. */
    async ask(text: string): Promise<string> {
      const { number } = (await octokit.rest.issues.create({ ...here, title: 'Evolve' })).data;
      const issue = { ...here, issue_number: number };
      await octokit.rest.issues.createComment({ ...issue, body: text });
      return until(
        async () => (await octokit.rest.issues.listComments(issue)).data[1]?.body,
        'an answer to the comment',
      );
    },
    async [Symbol.asyncDispose]() {
      await github.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Bare = Awaited<ReturnType<typeof bareGitHub>>;

/** `huxley serve` on a machine that has no credentials in its environment, with what it prints. */
function serve({ home }: Pick<Bare, 'home'>, args: readonly string[], env: Record<string, string> = {}) {
  const child: ChildProcess = spawn(process.execPath, [projectPath('src', 'main.ts'), 'serve', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HUXLEY_HOME: home, PORT: '0', LOG_LEVEL: 'info', ...env },
  });
  endsWithTest(child);
  const printed = { out: '', err: '' };
  child.stdout!.on('data', (chunk) => (printed.out += chunk));
  child.stderr!.on('data', (chunk) => (printed.err += chunk));
  const find = (in_: 'out' | 'err', pattern: RegExp) =>
    until(async () => pattern.exec(printed[in_])?.[1], `${pattern} in what serve prints`);
  return {
    printed,
    /** The address of the set-up page. */
    address: () => find('err', /(http:\S+\/setup\?token=\S+)/),
    /** Where the App itself listens. */
    listening: async () => `http://127.0.0.1:${await find('out', /"port":(\d+)/)}`,
    said: (pattern: RegExp) => find('out', pattern),
    async end() {
      child.kill('SIGTERM');
      return once(child, 'exit');
    },
  };
}

const get = (url: string, cookie = '') => fetch(url, { redirect: 'manual', headers: { cookie } });
const cookieOf = (answer: Response) => answer.headers.get('set-cookie')?.split(';')[0] ?? '';

/** A browser without a screen: what the page asks for, and the cookies it left. */
async function open(address: string, search = '') {
  const opened = await get(address + search);
  const pass = cookieOf(opened);
  const asked = await get(new URL(opened.headers.get('location')!, address).href, pass);
  const text = (await asked.text()).replaceAll('&quot;', '"');
  return {
    pass,
    cookie: `${pass}; ${cookieOf(asked)}`,
    text,
    action: /action="([^"]+)"/.exec(text)?.[1] ?? '',
    manifest: JSON.parse(/value="({.*})"/.exec(text)?.[1] ?? 'null'),
  };
}

/** Goes through GitHub's page as Ada does, who presses the button; gives the address she is sent back to. */
async function create(
  { url, token }: Bare,
  { action, manifest }: { action: string; manifest: object },
): Promise<string> {
  const headers = { cookie: `local_github=${token}` };
  const post = (to: string, fields: Record<string, string>) =>
    fetch(to, { method: 'POST', headers, body: new URLSearchParams(fields), redirect: 'manual' });
  const text = await (await post(action, { manifest: JSON.stringify(manifest) })).text();
  const [, to = ''] = /action="([^"]+)"/.exec(text)!;
  const [, draft = ''] = /name="draft" value="(\w+)"/.exec(text)!;
  const [, name = ''] = /name="name"[^>]* value="([^"]*)"/.exec(text)!;
  return (await post(url + to, { draft, name })).headers.get('location')!;
}

test('a button makes the App and another installs it: serve goes on as the App, and a second start needs none of them', async (context) => {
  if (typeof browser === 'string') return context.skip(browser);
  await using github = await bareGitHub();
  const app = serve(github, ['--github', github.url]);
  const address = await app.address();
  expect(new URL(address).hostname).toBe('127.0.0.1');
  expect((await get(new URL('/ready', address).href)).status).toBe(503);

  const { page, problems } = await watchedPage(browser);
  await page.goto(`${github.url}/_signin?token=${github.token}`);
  await page.goto(address);
  await page.getByRole('button', { name: 'Create GitHub App' }).waitFor();
  // Who comes back finds the button.
  await page.goto(address.replace(/\?.*/, ''));
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Create the GitHub App' }).click();
  await page.getByRole('button', { name: 'Create GitHub App' }).click();
  await page.waitForURL(/\/installations\/new$/);
  await page.getByLabel('ada/agent').check();
  await app.listening();
  await page.getByRole('button', { name: 'Install' }).click();
  await page.getByRole('heading', { name: 'The App is installed' }).waitFor();
  expect(new URL(page.url()).port).toBe(new URL(address).port);
  expect(problems).toEqual([]);
  await page.close();

  expect(await github.ask('/huxley help')).toContain('/huxley run');
  const path = join(github.home, 'app.json');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const kept = JSON.parse(readFileSync(path, 'utf8')) as AppFile;
  expect(kept).toMatchObject({ apiURL: github.apiUrl, slug: expect.stringMatching(/^huxley-[0-9a-f]{6}$/) });
  for (const secret of [kept.privateKey.split('\n')[3]!, kept.webhookSecret, kept.clientSecret])
    expect(app.printed.out + app.printed.err).not.toContain(secret);
  expect(await app.end()).toEqual([0, null]);

  const again = serve(github, [], { PORT: new URL(address).port, HUXLEY_URL: 'http://localhost:3000' });
  const url = await again.listening();
  expect(again.printed.err).not.toContain('/setup');
  expect((await get(`${url}/runs/auth/sign-in`)).headers.get('location')).toContain(`client_id=${kept.clientId}`);
  expect(await github.ask('/huxley help')).toContain('/huxley run');
  await again.end();
  const key = spawnSync(process.execPath, [projectPath('src/main.ts'), 'key'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HUXLEY_HOME: github.home },
  });
  expect(key.stdout).toMatch(/publicKeys: \[ed25519:/);
  expect(again.printed.out).toContain(/ed25519:[\w+/=-]+/.exec(key.stdout)![0]);
});

test('credentials are printed once where they are to be kept elsewhere, and an organization owns the App', async () => {
  await using github = await bareGitHub();
  const args = [
    '--github',
    github.url,
    '--print-credentials',
    '--organization',
    'acme',
    '--url',
    'http://localhost:3999',
  ];
  const app = serve(github, args);
  const page = await open(await app.address());
  expect(app.printed.err).toContain('http://localhost:3999/setup?token=');
  expect(page.action).toMatch(new RegExp(`^${github.url}/organizations/acme/settings/apps/new\\?state=`));
  expect(page.manifest).toMatchObject({
    hook_attributes: { url: `http://localhost:3999${WEBHOOK_PATH}` },
    callback_urls: ['http://localhost:3999/runs/auth/callback', expect.stringContaining('http://127.0.0.1:')],
  });
  await get(await create(github, page), page.cookie);
  await app.listening();
  const lines = Object.fromEntries(
    [...app.printed.out.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  expect(Object.keys(lines)).toEqual([
    'APP_ID',
    'PRIVATE_KEY',
    'WEBHOOK_SECRET',
    'GITHUB_API_URL',
    'HUXLEY_URL',
    'GITHUB_CLIENT_ID',
    'GITHUB_CLIENT_SECRET',
  ]);
  expect(github.hub.store.apps.get(Number(lines.APP_ID))?.owner).toBe(github.setup.user('acme').id);
  await app.end();
  expect(readdirSync(github.home).filter((name) => name.startsWith('app.json'))).toEqual([]);
  // As a shell or Docker reads an environment file.
  const again = serve(github, [], { ...(lines as Record<string, string>) });
  await again.listening();
  await again.end();
});

test('only who has the terminal’s address may register, from the page it was begun on, and only once', async () => {
  await using github = await bareGitHub();
  const kept: AppFile[] = [];
  let full = true;
  const spec: RegistrationSpec = {
    host: '127.0.0.1',
    port: 0,
    apiURL: github.apiUrl,
    url: null,
    channel: null,
    webhookPath: WEBHOOK_PATH,
    organization: null,
    trustProxy: false,
    keep(app) {
      if (full) throw new Error('ENOSPC: no space left on device');
      kept.push(app);
    },
  };
  await using registration = await startRegistration(spec);
  const { port } = registration;
  const address = registration.addresses[0]!;
  const setup = `http://127.0.0.1:${port}/setup`;
  for (const [url, cookie] of [
    [setup, ''],
    [`${setup}?token=guessed`, ''],
    [setup, 'huxley-setup=guessed'],
    [`${setup}/callback?code=c&state=s`, ''],
  ] as const) {
    const refused = await get(url, cookie);
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('the address that its terminal shows');
  }

  const [mine, other] = [await open(address), await open(address, '&org=acme')];
  expect(mine.action).toContain(`${github.url}/settings/apps/new?state=`);
  expect(other.action).toContain('/organizations/acme/settings/apps/new?state=');
  expect((await open(address, '&org=a%22b')).text).toContain('not the name of an organization');
  const back = await create(github, mine);
  for (const [cookie, url] of [
    [other.cookie, back],
    [mine.pass, back],
    [mine.cookie, back.replace(/state=[^&]+/, 'state=guessed')],
    [mine.cookie, back.replace(/&?state=[^&]+/, '')],
    [mine.cookie, back.replace(/code=[^&]+/, 'code=')],
  ] as const) {
    const refused = await get(url, cookie);
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining('No credentials were accepted'),
    ]);
  }
  const unknown = await get(back.replace(/code=[^&]+/, 'code=guessed'), mine.cookie);
  expect([unknown.status, await unknown.text()]).toEqual([
    502,
    expect.stringContaining('GitHub does not know this code'),
  ]);

  // GitHub gives credentials once: they are not lost with a full disk.
  expect(await (await get(back, mine.cookie)).text()).toContain('no space left on device');
  full = false;
  const done = await get(back, mine.cookie);
  expect(done.headers.get('location')).toBe(`${github.url}/apps/${kept[0]!.slug}/installations/new`);
  expect(await registration.registered).toEqual(kept[0]);
  expect([(await get(back, mine.cookie)).status, kept.length]).toEqual([400, 1]);
});

test('what GitHub cannot reach is said before there is an App, and a proxy is believed only where that is asked for', async () => {
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'huxley.example.com' };
  const manifestOf = async (trustProxy: boolean, apiURL: string) => {
    await using registration = await startRegistration({
      host: '127.0.0.1',
      port: 0,
      apiURL,
      url: null,
      channel: null,
      webhookPath: WEBHOOK_PATH,
      organization: null,
      trustProxy,
      keep: () => {},
    });
    const address = registration.addresses[0]!;
    const cookie = cookieOf(await get(address));
    const asked = await fetch(address.replace(/\?.*/, ''), { headers: { ...forwarded, cookie } });
    const text = (await asked.text()).replaceAll('&quot;', '"');
    return { text, cookies: asked.headers.get('set-cookie'), manifest: /value="({.*})"/.exec(text)?.[1] };
  };
  const far = await manifestOf(false, 'https://api.github.com');
  expect(far.text).toContain('GitHub cannot send events to http://127.0.0.1:');
  expect(far.text).not.toContain('<button');
  const trusted = await manifestOf(true, 'https://ghe.example.com/api/v3');
  expect(trusted.text).toContain('action="https://ghe.example.com/settings/apps/new?state=');
  expect(trusted.cookies).toContain('; Secure');
  expect(JSON.parse(trusted.manifest!)).toMatchObject({
    public: false,
    redirect_url: 'https://huxley.example.com/setup/callback',
    hook_attributes: { url: `https://huxley.example.com${WEBHOOK_PATH}`, active: true },
  });
});

test('through a relay: the App is registered with a channel, and another channel later is told to GitHub', async () => {
  await using github = await bareGitHub();
  await using relay = await smeeServer();
  const app = serve(github, ['--github', github.url], { HUXLEY_SMEE: relay.url });
  const page = await open(await app.address());
  await get(await create(github, page), page.cookie);
  // Actions is an App of its own.
  const made = () => github.hub.store.apps.list({}).at(-1)!;
  const hooked = () => made().webhookUrl;
  expect(hooked()).toMatch(new RegExp(`^${relay.url}/[\\w-]{16}$`));
  await app.said(/(listening to the channel)/);
  github.setup.install(made(), 'ada', ['agent']);
  expect(await github.ask('/huxley help')).toContain('/huxley run');
  expect(relay.posted.length).toBeGreaterThan(0);
  expect(app.printed.out).not.toContain('changed where the App sends its events');
  await app.end();

  // As it was registered: the next start needs no option.
  const plain = serve(github, []);
  await plain.said(/(listening to the channel)/);
  const before = relay.posted.length;
  expect(await github.ask('/huxley help')).toContain('/huxley run');
  expect(relay.posted.length).toBeGreaterThan(before);
  await plain.end();

  await using other = await smeeServer();
  const again = serve(github, ['--smee', `${other.url}/mine`]);
  await again.said(/(listening to the channel)/);
  expect(await again.said(/("from":.*changed where the App sends its events)/)).toContain(`"to":"${other.url}/mine"`);
  expect(hooked()).toBe(`${other.url}/mine`);
  expect(await github.ask('/huxley help')).toContain('/huxley run');
  await again.end();
  expect(JSON.parse(readFileSync(join(github.home, 'app.json'), 'utf8')).relay).toBe(`${other.url}/mine`);

  // A person has moved the webhook since: nobody moves it back, and that this server is past it is said.
  const moved = 'https://huxley.example.com/api/github/webhooks';
  github.hub.store.apps.update(made().id, { webhookUrl: moved });
  const past = serve(github, [], { HUXLEY_URL: 'https://other.example.com' });
  expect(await past.said(/("url":.*to another address than this server)/)).toContain(moved);
  expect(hooked()).toBe(moved);
  github.hub.store.apps.update(made().id, { webhookUrl: 'https://smee.io/AbCd' });
  await past.end();
  const deaf = serve(github, []);
  await deaf.said(/(a relay that nobody listens to)/);
  await deaf.end();
});

test('behind a proxy: what is on the network goes through it, and what is on this machine does not', async () => {
  await using github = await bareGitHub();
  await using relay = await smeeServer();
  const asked = new Set<string>();
  const proxy = createServer();
  proxy.on('connect', ({ url }, socket) => {
    asked.add(url!);
    const upstream = connect(Number(new URL(relay.url).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [socket, upstream]) end.on('error', () => end.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  const app = serve(github, ['--github', github.url, '--smee', 'http://relay.test/mine'], {
    HTTP_PROXY: `http://127.0.0.1:${port}`,
  });
  const page = await open(await app.address());
  await get(await create(github, page), page.cookie);
  await app.said(/(listening to the channel)/);
  expect([...asked]).toEqual(['relay.test:80']);
  await app.end();
  proxy.close();
});
