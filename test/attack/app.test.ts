import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect } from 'vitest';
import { WEBHOOK_PATH } from '../../src/app/server.ts';
import { AppProcess } from '../support/app-process.ts';
import { SECRET, until, World } from '../support/world.ts';
import { attack } from './attack.ts';

/** Megabytes an App may grow by while strangers send it whatever they like. */
const BOUND_MB = 250;
const MB = 1_024 * 1_024;

let world: World;
let app: AppProcess;
beforeAll(async () => {
  world = await World.start({ tasks: 2 });
  app = await AppProcess.prepare(world);
  await app.start();
  await until(async () => (await ready()) === 200 || undefined, 'the App to be ready');
});
afterAll(async () => {
  await app?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const ready = () =>
  fetch(`${app.url}/ready`).then(
    ({ status }) => status,
    () => null,
  );
const FAKE = `sha256=${'0'.repeat(64)}`;
const headers = (more: Readonly<Record<string, string>> = {}) => ({
  'content-type': 'application/json',
  'x-github-event': 'push',
  'x-github-delivery': '00000000-0000-0000-0000-000000000000',
  ...more,
});

/** A webhook being sent, and what came back: the status, or how the connection ended. */
function post(more: Readonly<Record<string, string>>): { call: ClientRequest; answer: Promise<number | string> } {
  const call = request(`${app.url}${WEBHOOK_PATH}`, { method: 'POST', headers: headers(more) });
  const answer = new Promise<number | string>((resolve) => {
    call.once('response', (response: IncomingMessage) => {
      response.resume();
      resolve(response.statusCode!);
    });
    call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
  return { call, answer };
}

/** Sends so many megabytes as fast as they are taken; gives how many were. */
async function flood(call: ClientRequest, megabytes: number): Promise<number> {
  const chunk = Buffer.alloc(MB, 0x20);
  call.setMaxListeners(0);
  let sent = 0;
  let ended = false;
  call.once('close', () => {
    ended = true;
  });
  for (; sent < megabytes && !ended && !call.destroyed; sent++)
    if (!call.write(chunk)) await Promise.race([once(call, 'drain'), once(call, 'close')]).catch(() => {});
  if (!call.destroyed) call.end();
  return sent;
}

/** The App takes a real webhook and answers a real command. */
async function stillWorks(): Promise<void> {
  await until(async () => (await ready()) === 200 || undefined, 'the App to be ready again');
  const issue = await world.issue();
  expect(await world.reply(issue, await world.comment(issue, '/huxley help'))).toContain('/huxley prune vN');
}

async function grew(act: () => Promise<string>): Promise<string> {
  const before = app.peakMB;
  const evidence = await act();
  const by = app.peakMB - before;
  expect(by).toBeLessThan(BOUND_MB);
  await stillWorks();
  return `${evidence}; memory grew by ${by} MB at most`;
}

attack(
  {
    number: 320,
    family: 'spend',
    name: 'An unsigned webhook of 500 MB',
    answer: 'prevented',
    defence: 'refused before any of its body is read: no signature, and longer than GitHub sends',
  },
  () =>
    grew(async () => {
      const { call, answer } = post({ 'content-length': String(500 * MB) });
      const sent = await flood(call, 500);
      expect(await answer).toBeOneOf([401, 'ECONNRESET', 'EPIPE']);
      expect(sent).toBeLessThan(100);
      return `refused after ${sent} MB were on their way`;
    }),
);

attack(
  {
    number: 321,
    family: 'spend',
    name: 'A webhook of 500 MB in chunks, without a length, under a made-up signature',
    answer: 'prevented',
    defence: 'cut off at 25 MB, the longest GitHub sends',
  },
  () =>
    grew(async () => {
      const { call, answer } = post({ 'transfer-encoding': 'chunked', 'x-hub-signature-256': FAKE });
      const sent = await flood(call, 500);
      expect(await answer).toBeOneOf([413, 'ECONNRESET', 'EPIPE']);
      expect(sent).toBeLessThan(100);
      return `cut off after ${sent} MB were on their way`;
    }),
);

attack(
  {
    number: 322,
    family: 'spend',
    name: 'Two hundred webhooks of 24 MB at once that are never finished',
    answer: 'prevented',
    defence: 'all bodies together are held to 50 MB, and each to ten seconds',
  },
  () =>
    grew(async () => {
      const calls = Array.from({ length: 200 }, () =>
        post({ 'content-length': String(25 * MB), 'x-hub-signature-256': FAKE }),
      );
      const chunk = Buffer.alloc(MB, 0x20);
      for (let i = 0; i < 24; i++) for (const { call } of calls) if (!call.destroyed) call.write(chunk);
      const answers = await Promise.all(calls.map(({ answer }) => answer));
      const taken = answers.filter((answer) => typeof answer === 'number' && answer < 400);
      expect(taken).toEqual([]);
      for (const { call } of calls) call.destroy();
      return `200 refused or cut off: ${[...new Set(answers)].join(', ')}`;
    }),
);

attack(
  {
    number: 323,
    family: 'spend',
    name: 'A webhook a byte a second',
    answer: 'prevented',
    defence: 'a body has ten seconds, as GitHub itself gives',
  },
  () =>
    grew(async () => {
      const begun = performance.now();
      const { call, answer } = post({ 'content-length': '1000', 'x-hub-signature-256': FAKE });
      const drip = setInterval(() => call.write(' '), 1_000);
      call.write('{');
      const how = await answer;
      clearInterval(drip);
      const seconds = Math.round((performance.now() - begun) / 1_000);
      expect(how).toBeOneOf([408, 'ECONNRESET', 'EPIPE']);
      expect(seconds).toBeLessThan(18);
      return `closed after ${seconds} s`;
    }),
);

attack(
  {
    number: 324,
    family: 'spend',
    name: 'A thousand connections that say nothing, or half a header',
    answer: 'prevented',
    defence: 'at most 500 connections, and five seconds for the headers of each',
  },
  () =>
    grew(async () => {
      const { hostname, port } = new URL(app.url);
      const sockets: Socket[] = [];
      let closed = 0;
      for (let i = 0; i < 1_000; i++) {
        const socket = connect(Number(port), hostname);
        socket
          .on('error', () => {})
          .once('close', () => closed++)
          .resume();
        if (i % 2 === 0) socket.write(`POST ${WEBHOOK_PATH} HTTP/1.1\r\nhost: x\r\nx-padding: `);
        sockets.push(socket);
      }
      const begun = performance.now();
      await until(async () => (closed >= 1_000 ? true : undefined), 'all of them to be closed', 30);
      for (const socket of sockets) socket.destroy();
      return `all closed within ${Math.round((performance.now() - begun) / 1_000)} s`;
    }),
);

attack(
  {
    number: 325,
    family: 'forge',
    name: 'Signatures that are almost right: another secret, upper case, cut short, SHA-1, of another body',
    answer: 'prevented',
    defence: "HMAC-SHA256 over the bytes that came, compared in constant time, before Probot's own check",
  },
  async () => {
    const body = JSON.stringify({ action: 'created', comment: {} });
    const sign = (secret: string, text: string, hash = 'sha256') => createHmac(hash, secret).update(text).digest('hex');
    const wrong = [
      `sha256=${sign('another secret of some length 123', body)}`,
      `sha256=${sign(SECRET, body).toUpperCase()}`,
      `sha256=${sign(SECRET, body).slice(0, 32)}`,
      `sha1=${sign(SECRET, body, 'sha1')}`,
      `sha256=${sign(SECRET, `${body} `)}`,
      `sha256=${sign('', body)}`,
      '',
    ];
    const statusOf = async (signature: string) => {
      const answer = await fetch(`${app.url}${WEBHOOK_PATH}`, {
        method: 'POST',
        body,
        headers: headers(signature === '' ? {} : { 'x-hub-signature-256': signature }),
      });
      return answer.status;
    };
    for (const signature of wrong) expect(await statusOf(signature)).toBe(401);
    expect(await statusOf(`sha256=${sign(SECRET, body)}`)).toBe(200);
    await stillWorks();
    return `${wrong.length} refused with 401, the right one taken`;
  },
);

attack(
  {
    number: 326,
    family: 'leak',
    name: 'Asking /ready and odd addresses for what the App is made of',
    answer: 'prevented',
    defence: '/ready and /health answer one word; everything else is not found, its body unread',
  },
  async () => {
    const seen: string[] = [];
    for (const [method, path] of [
      ['GET', '/ready'],
      ['GET', '/health'],
      ['GET', '/'],
      ['GET', '/probot'],
      ['GET', '/../../etc/passwd'],
      ['POST', '/ready'],
      ['PUT', WEBHOOK_PATH],
      ['GET', WEBHOOK_PATH],
      ['POST', '//evil.example/api/github/webhooks'],
      ['POST', 'http://['],
    ] as const) {
      const call = request({ ...addressOf(app.url), path, method, headers: { 'content-length': '0' } });
      call.end();
      const [response] = (await once(call, 'response')) as [IncomingMessage];
      let text = '';
      for await (const chunk of response) text += chunk;
      seen.push(`${method} ${path} ${response.statusCode}: ${text.trim()}`);
      expect(text.length).toBeLessThan(20);
      expect(response.headers['x-powered-by'] ?? response.headers.server).toBeUndefined();
    }
    expect(seen.slice(0, 2)).toEqual(['GET /ready 200: ready', 'GET /health 200: ok']);
    for (const line of seen.slice(2)) expect(line).toMatch(/ 40[04]: /);
    return seen.join(', ');
  },
);

attack(
  {
    number: 327,
    family: 'forge',
    name: 'Taking the name a repository had, to be given its runs',
    answer: 'prevented',
    defence: "runs belong to GitHub's number for a repository; whoever takes a name over starts with nothing",
  },
  async () => {
    const { setup } = world.github;
    await setup.createRepository({ owner: 'octo', name: 'victim', files: { 'README.md': 'x' } });
    const issue = await world.issue('Improve', 'victim');
    const first = await world.comment(issue, '/huxley status', 'owner', 'victim');
    expect(await world.reply(issue, first, 'victim')).toContain('There is no run here');
    await app.kill();
    const key = { repository: 'octo/victim', run: `r${issue}` };
    await world.withStore((store) => store.append(key, 0, [{ type: 'run.paused', by: 'its owner' }]));
    setup.moveRepository('octo', 'victim', { name: 'moved' });
    await setup.createRepository({ owner: 'octo', name: 'victim', files: { 'README.md': 'x' } });
    await app.start();
    const theirs = await world.issue('Mine now', 'victim');
    const id = await world.comment(theirs, '/huxley status', 'owner', 'victim');
    expect(await world.reply(theirs, id, 'victim')).toContain('There is no run here');
    expect(await world.entries(key.run, 'octo/victim')).toEqual([]);
    expect(await world.entries(key.run, 'octo/moved')).toHaveLength(1);
    return 'the new owner of the name has no run, the moved repository has its own';
  },
);

attack(
  {
    number: 328,
    family: 'spend',
    name: 'Comments, descriptions and workflow files nested twenty thousand times',
    answer: 'prevented',
    defence: 'what is nested deeper than anybody reads is shown as the text it is, or named as a problem',
  },
  async () => {
    const issue = await world.issue(`Deep ${'>'.repeat(100)}`);
    const deep = 20_000;
    for (const text of ['>'.repeat(deep), '- '.repeat(deep), `${'<details>\n'.repeat(5_000)}x`, '['.repeat(deep)])
      await world.comment(issue, text);
    await world.put('.github/workflows/deep.yml', `${'['.repeat(deep)}x`);
    for (const path of ['', `/issues/${issue}`, '/actions']) {
      const answer = await fetch(`${world.github.url}/octo/agent${path}`);
      expect(answer.status).toBe(200);
    }
    await stillWorks();
    return 'every page is shown, and the App answers';
  },
);

function addressOf(url: string): { readonly hostname: string; readonly port: string } {
  const { hostname, port } = new URL(url);
  return { hostname, port };
}
