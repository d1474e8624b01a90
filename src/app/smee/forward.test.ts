import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { smeeServer } from '../../../test/support/smee.ts';
import { openChannel } from './channel.ts';
import { forward } from './forward.ts';

const SECRET = '0f3b9c1d7e5a2846b0c3d9e8f7a61524';

const until = async (done: () => boolean) => {
  for (const end = Date.now() + 10_000; !done(); await sleep(5))
    if (Date.now() > end) throw new Error(`waited in vain: ${done}`);
};

/** An App that takes what is signed, a relay, and what forwards from it; with the lines of its log. */
async function forwarding(kind?: 'gosmee') {
  const relay = await smeeServer(kind);
  const taken: { body: string; event: unknown }[] = [];
  const app = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const expected = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
    if (request.headers['x-hub-signature-256'] !== expected) return response.writeHead(401).end();
    taken.push({ body, event: request.headers['x-github-event'] });
    response.end();
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  const lines: string[] = [];
  const write = (...[fields, message]: [unknown, string?]) =>
    lines.push(message === undefined ? String(fields) : `${JSON.stringify(fields)} ${message}`);
  const ending = new AbortController();
  const channel = kind === 'gosmee' ? `${relay.url}/mine` : await openChannel(relay.url);
  const done = forward({
    channel,
    target: `http://127.0.0.1:${(app.address() as AddressInfo).port}/`,
    secret: SECRET,
    log: { info: write, warn: write } as never,
    signal: ending.signal,
    retry: { first: 5, most: 20 },
  });
  await until(() => relay.listening === 1);
  return {
    relay,
    taken,
    lines,
    send: (body: string, secret = SECRET) =>
      fetch(channel, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'x-github-event': 'push',
          'x-github-delivery': 'd1',
          'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
        },
      }),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await done;
      await relay[Symbol.asyncDispose]();
      app.closeAllConnections();
      await new Promise((resolve) => app.close(resolve));
    },
  };
}

test('a channel is the one named, the one the App has, or a new one', async () => {
  await using relay = await smeeServer();
  const made = await openChannel(`${relay.url}/`);
  expect(made).toMatch(new RegExp(`^${relay.url}/[\\w-]{16}$`));
  expect(await openChannel(relay.url)).not.toBe(made);
  expect(await openChannel(relay.url, made)).toBe(made);
  expect(await openChannel(relay.url, 'https://huxley.example.com/api')).not.toContain('example');
  expect(await openChannel(made, 'https://huxley.example.com/api')).toBe(made);
  await expect(openChannel('http://127.0.0.1:9')).rejects.toMatchObject({ code: 'smee.unreached' });
});

test('bytes come as GitHub signed them, whatever a text holds', async () => {
  await using all = await forwarding();
  const body = JSON.stringify({ text: 'é \u2028 </script> \ud83d\ude00 \\u0041 \u0001/"', list: [1, -2.5, null, {}] });
  await all.send(body);
  await until(() => all.taken.length === 1);
  expect(all.taken).toEqual([{ body, event: 'push' }]);
});

const ODD = ['{"ratio": 1.0}', '{"ratio":1.0}', '{"b":1,"10":2}', '{"id":12345678901234567890}'];

test('what the relay wrote otherwise, or somebody else sent, is lost and said so', async () => {
  await using all = await forwarding();
  const send = [...ODD.map((body) => all.send(body)), all.send('{}', 'a forger’s own secret')];
  await Promise.all(send);
  const lost = () => all.lines.filter((line) => line.includes('lost a delivery'));
  await until(() => lost().length === send.length);
  expect(lost()[0]).toContain('"id":"d1","event":"push"');
  expect(all.taken).toEqual([]);
});

test('a relay that keeps the bytes loses none', async () => {
  await using all = await forwarding('gosmee');
  for (const body of ODD) await all.send(body);
  await all.send('{}', 'a forger’s own secret');
  await until(() => all.lines.some((line) => line.includes('lost a delivery')));
  expect(all.taken.map(({ body }) => body)).toEqual(ODD);
});

test('a lost line is taken up again', async () => {
  await using all = await forwarding();
  all.relay.state.cut = true;
  await all.send('{}');
  await until(() => all.relay.connections === 2 && all.relay.listening === 1);
  all.relay.state.cut = false;
  await all.send('{"after":1}');
  await until(() => all.taken.length === 1);
  expect(all.taken[0]!.body).toBe('{"after":1}');
  expect(all.lines.join('\n')).toContain('connecting again');
});
