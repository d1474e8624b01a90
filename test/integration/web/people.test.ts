import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseExport } from '../../../src/store/export.ts';
import type { RunDocument } from '../../../src/web/document/document.ts';
import { World } from '../../support/world.ts';

// Huxley's own server beside a local GitHub: people sign in as on github.com, by real HTTP.

const recorded = join(import.meta.dirname, '../../fixtures/0.1/merged.jsonl');
const { entries } = parseExport(readFileSync(recorded, 'utf8'), recorded);
const secret = { repository: 'octo/secret', run: 'r9' };
let world: World;
let url: string;
let owner: Person;
let stranger: Person;

/** A browser without eyes: cookies by host, and redirects one by one. */
class Person {
  readonly token: string;
  readonly #cookies = new Map<string, string>();

  constructor(token: string) {
    this.token = token;
  }

  async ask(address: string, init: RequestInit = {}): Promise<Response> {
    const { host } = new URL(address);
    const mine = [...this.#cookies].filter(([name]) => name.startsWith(`${host} `));
    const cookie = mine.map(([name, value]) => `${name.slice(host.length + 1)}=${value}`).join('; ');
    const answer = await fetch(address, {
      redirect: 'manual',
      ...init,
      headers: { accept: 'text/html', ...(cookie && { cookie }), ...init.headers },
    });
    for (const each of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(each)!;
      if (/Max-Age=0/.test(each)) this.#cookies.delete(`${host} ${name}`);
      else this.#cookies.set(`${host} ${name}`, value!);
    }
    return answer;
  }

  /** Follows redirects, and lets the App act where GitHub asks. */
  async visit(address: string): Promise<{ readonly address: string; readonly answer: Response }> {
    let at = address;
    let answer = await this.ask(at);
    for (let steps = 0; steps < 10; steps++) {
      if (answer.status === 200 && at.includes('/login/oauth/authorize')) {
        const form = new URLSearchParams({ token: this.token });
        for (const [, name, value] of (await answer.text()).matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g))
          form.set(name!, value!.replaceAll('&amp;', '&'));
        at = new URL('/login/oauth/authorize', at).href;
        answer = await this.ask(at, { method: 'POST', body: form });
      }
      const location = answer.headers.get('location');
      if (location === null) break;
      at = new URL(location, at).href;
      answer = await this.ask(at);
    }
    return { address: at, answer };
  }

  forget(): void {
    this.#cookies.clear();
  }

  cookies(): string[] {
    return [...this.#cookies.values()];
  }
}

beforeAll(async () => {
  world = await World.start({ skill: 0.4, luck: 1, seconds: 1, repositories: ['agent', 'secret'] });
  const { setup, hub } = world.github;
  hub.store.repositories.update(setup.repository('octo', 'secret').id, { private: true });
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const client = setup.createClient(world.app, [`${url}/runs/auth/callback`]);
  await world.withStore((store) => store.restore(secret, entries));
  await world.startApp({}, { port, signIn: { url, ...client } });
  owner = new Person(setup.createToken('octo'));
  stranger = new Person(setup.createToken('stranger'));
  await world.run('budget=8 seed=1 policy=hgm');
  for (let waited = 0; (await world.entries('r1')).length < 3 && waited < 100; waited++)
    await new Promise((resolve) => setTimeout(resolve, 100));
});

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const page = '/runs/octo/agent/r1/';

function csrfIn(html: string): string {
  const [, settings] = /name="huxley" content="([^"]*)"/.exec(html)!;
  return (JSON.parse(settings!.replaceAll('&quot;', '"')) as { csrf: string }).csrf;
}

test('whoever is not signed in is led to GitHub and back to the very page; data is refused meanwhile', async () => {
  owner.forget();
  for (const path of ['document.json', 'events', 'diff/v1', 'command'])
    expect((await owner.ask(url + page + path, { headers: { accept: '*/*' } })).status, path).toBe(401);
  const first = await owner.ask(url + page);
  expect(first.status).toBe(303);
  const to = new URL(first.headers.get('location')!);
  expect(to.origin).toBe(new URL(world.github.url).origin);
  expect(to.searchParams.get('code_challenge_method')).toBe('S256');
  expect(to.searchParams.get('state')).toMatch(/^[\w-]{43}$/);
  expect(first.headers.getSetCookie()[0]).toMatch(/; Max-Age=600; HttpOnly; SameSite=Lax$/);
  const { address, answer } = await owner.visit(url + page);
  expect(address).toBe(url + page);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-security-policy')).not.toContain('unsafe');
  expect(answer.headers.get('cache-control')).toContain('private');
  const html = await answer.text();
  expect(html).toContain('/runs/page.js');
  for (const cookie of owner.cookies()) expect(cookie).not.toContain(owner.token);
});

test('where one comes back to is a page here, whatever was asked for', async () => {
  for (const to of [
    'https://evil.example/',
    '//evil.example',
    '/runs\\evil',
    '/api',
    '/runs/auth/sign-out',
    '/runs/x\r\nx: y',
  ]) {
    owner.forget();
    const { address } = await owner.visit(`${url}/runs/auth/sign-in?to=${encodeURIComponent(to)}`);
    expect(address, to).toBe(`${url}/runs`);
  }
  owner.forget();
  const { address } = await owner.visit(`${url}/runs/auth/sign-in?to=${encodeURIComponent(`${page}#/variant/v1`)}`);
  expect(address).toBe(`${url}${page}#/variant/v1`);
});

test('each sees the runs of what that person may read; of others nobody learns that they are there', async () => {
  await owner.visit(`${url}/runs`);
  await stranger.visit(`${url}/runs`);
  const listed = async (person: Person) => (await person.ask(`${url}/runs`)).text();
  expect(await listed(owner)).toContain('octo/secret');
  expect(await listed(stranger)).not.toContain('octo/secret');
  expect(await listed(stranger)).toContain('octo/agent');
  for (const rest of ['', '/r9', '/r9/', '/r9/document.json', '/r9/runs.json', '/r9/events', '/r9/command', '/r8/']) {
    const address = `${url}/runs/octo/secret${rest}`;
    const refused = await stranger.ask(address);
    const absent = await stranger.ask(`${url}/runs/octo/nothing${rest}`);
    expect([refused.status, await refused.text()], rest).toEqual([absent.status, await absent.text()]);
    expect(refused.status).toBe(404);
  }
  const document = (await (await owner.ask(`${url}/runs/octo/secret/r9/document.json`)).json()) as RunDocument;
  expect(document).toMatchObject({ repository: 'octo/secret', seq: entries.length });
  expect((await owner.ask(`${url}/runs/octo/secret`)).headers.get('location')).toBe('/runs/octo/secret/r9/');
});

test('a live run is told of as it goes on, with its diffs and transcripts', async () => {
  await stranger.visit(url + page);
  const stream = await stranger.ask(`${url}${page}events`);
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  const seen = new Set<string>();
  for await (const chunk of stream.body!.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>) {
    for (const [, seq] of chunk.matchAll(/"seq":(\d+)/g)) seen.add(seq!);
    if (seen.size >= 2) break;
  }
  await world.ended('r1');
  const document = (await (await stranger.ask(`${url}${page}document.json`)).json()) as RunDocument;
  expect(document.view.status).toBe('ended');
  expect(document.url).toBe(`${world.github.url}/octo/agent`);
  const made = document.variants.find(({ from, sha }) => from !== null && sha !== null)!;
  const diff = await stranger.ask(`${url}${page}diff/${made.variant}`);
  expect(diff.status).toBe(200);
  expect(await diff.text()).toMatch(/^diff --git /);
  const place = document.tasks.findIndex(({ split }) => split === 'search');
  const at = document.evaluations.task.indexOf(place);
  const transcript = await stranger.ask(
    `${url}${page}transcript/${document.evaluations.job[at]}/${encodeURIComponent(document.tasks[place]!.task)}`,
  );
  // The stand-in for the workers leaves none, and one that was left may have expired.
  expect(transcript.status).toBe(404);
  const job = document.evaluations.job[at]!;
  const left = { workflowRun: 1, artifact: `huxley-transcripts-${job}`, digest: `sha256:${'0'.repeat(64)}` };
  await world.withStore((store) =>
    store.writeDocument({ repository: 'octo/agent', run: 'r1' }, `transcripts/${job}`, left),
  );
  const expired = await stranger.ask(
    `${url}${page}transcript/${job}/${encodeURIComponent(document.tasks[place]!.task)}`,
  );
  expect([expired.status, ((await expired.json()) as { error: string }).error]).toEqual([
    404,
    'The artifact with this transcript has expired, or was deleted.',
  ]);
  for (const [number, { split, task }] of document.tasks.entries()) {
    if (split !== 'heldout') continue;
    const sealed = document.evaluations.task.indexOf(number);
    if (sealed < 0) continue;
    const asked = `${url}${page}transcript/${document.evaluations.job[sealed]}/${encodeURIComponent(task)}`;
    expect((await owner.ask(asked)).status).toBe(404);
  }
});

test('a button comments as the person; without its token, or from another site, it does nothing', async () => {
  const { answer } = await owner.visit(url + page);
  const csrf = csrfIn(await answer.text());
  const post = (person: Person, headers: Record<string, string>, text = '/huxley explain v0') =>
    person.ask(`${url}${page}command`, { method: 'POST', body: JSON.stringify({ text }), headers });
  const issue = 1;
  const before = await world.comments(issue);
  expect((await post(owner, { origin: url })).status).toBe(403);
  expect((await post(owner, { origin: url, 'x-huxley-csrf': 'guess' })).status).toBe(403);
  expect((await post(owner, { 'x-huxley-csrf': csrf })).status).toBe(403);
  expect((await post(owner, { origin: 'https://evil.example', 'x-huxley-csrf': csrf })).status).toBe(403);
  await stranger.visit(url + page);
  expect((await post(stranger, { origin: url, 'x-huxley-csrf': csrf })).status).toBe(403);
  const own = { origin: url, 'x-huxley-csrf': csrf };
  for (const text of [
    'hello',
    '/huxley stop\n/huxley x',
    '/huxley <!-- huxley:dashboard -->',
    '',
    `/huxley ${'x'.repeat(2_000)}`,
  ])
    expect((await post(owner, own, text)).status, text).toBe(409);
  expect(await world.comments(issue)).toEqual(before);
  const posted = await post(owner, own);
  expect(posted.status).toBe(201);
  expect(((await posted.json()) as { url: string }).url).toContain('/octo/agent/issues/1#issuecomment-');
  const { data } = await world.people.owner.rest.issues.listComments({
    owner: 'octo',
    repo: 'agent',
    issue_number: issue,
    per_page: 100,
  });
  const comment = data.find(({ body }) => body === '/huxley explain v0')!;
  expect(comment.user).toMatchObject({ login: 'octo', type: 'User' });
  expect(comment.performed_via_github_app).toMatchObject({ slug: 'huxley' });
  expect(await world.reply(issue, comment.id)).toContain('v0');
});

test('whoever signs out is signed out here, and the token is over on GitHub', async () => {
  await owner.visit(`${url}/runs`);
  const html = await (await owner.ask(`${url}/runs`)).text();
  const csrf = html.match(/name="csrf" value="([^"]+)"/)![1]!;
  const tokens = () =>
    world.github.hub.store.tokens
      .list({ user: world.github.setup.user('octo').id })
      .filter(({ app }) => app !== undefined).length;
  const before = tokens();
  const sign = (given: string, origin: string) => {
    const body = new URLSearchParams({ csrf: given });
    return owner.ask(`${url}/runs/auth/sign-out`, { method: 'POST', body, headers: { origin } });
  };
  expect((await sign(csrf, 'https://evil.example')).status).toBe(403);
  expect((await sign('guess', url)).status).toBe(403);
  expect(tokens()).toBe(before);
  expect((await sign(csrf, url)).status).toBe(303);
  expect(tokens()).toBe(before - 1);
  expect((await owner.ask(`${url}${page}document.json`, { headers: { accept: '*/*' } })).status).toBe(401);
});

test('a session whose token GitHub takes no more is over; signing in again leads back', async () => {
  const { answer: before } = await owner.visit(url + page);
  const csrf = csrfIn(await before.text());
  const { tokens, users } = world.github.hub.store;
  for (const { id, app } of tokens.list({ user: users.find({ login: 'octo' })!.id }))
    if (app !== undefined) tokens.delete(id);
  const headers = { origin: url, 'x-huxley-csrf': csrf };
  const body = JSON.stringify({ text: '/huxley explain v0' });
  expect((await owner.ask(`${url}${page}command`, { method: 'POST', body, headers })).status).toBe(401);
  owner.forget();
  const { address, answer } = await owner.visit(`${url}/runs/octo/agent/r1/?again`);
  expect([address, answer.status]).toEqual([`${url}/runs/octo/agent/r1/?again`, 200]);
});

test('a sign-in that was begun elsewhere is refused', async () => {
  const begun = await owner.ask(`${url}/runs/auth/sign-in`);
  const state = new URL(begun.headers.get('location')!).searchParams.get('state')!;
  const back = (query: string) => `${url}/runs/auth/callback?${query}`;
  expect((await owner.ask(back('code=x&state=other'))).status).toBe(400);
  expect((await owner.ask(back(`code=made-up&state=${state}`))).status).toBe(400);
  expect((await stranger.ask(back(`code=x&state=${state}`))).status).toBe(400);
  expect((await owner.ask(back(`error=access_denied&state=${state}`))).status).toBe(400);
});
