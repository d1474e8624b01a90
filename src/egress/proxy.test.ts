import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcp, isIP, type Server } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished, vi } from 'vitest';
import { parseHost } from '../model/network/hosts.ts';
import { handWritten, isPublic, publicAddresses } from './addresses.ts';
import { type Egress, openEgress, SOCKET } from './proxy.ts';
import { outOfReach } from './reach.ts';

const hosts = (...names: readonly string[]) => names.map((name) => parseHost(name)!);

async function listening(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A server of plain HTTP that says what it was asked. */
const echo = () =>
  listening(
    createServer((request, response) =>
      response.end(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`),
    ),
  );

function asked({ folder }: Egress, text: string): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect(join(folder, SOCKET));
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', fail);
    socket.on('close', () => done(answer));
    socket.write(text);
    setTimeout(() => socket.end(), 300);
  });
}
const get = (url: string, more = '') => `GET ${url} HTTP/1.1\r\nHost: other.test\r\n${more}\r\n`;
const tunnelTo = (place: string, inside = '') => `CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n\r\n${inside}`;

it('passes plain HTTP on to an allowed host, with its own name and without what belongs to the connection', async () => {
  const port = await echo();
  vi.stubEnv('HUXLEY_HOSTS', 'packages.test=127.0.0.1');
  using egress = await openEgress(hosts(`packages.test:${port}`));
  const answer = await asked(
    egress,
    get(`http://PACKAGES.test.:${port}/a?b=1`, 'Proxy-Authorization: x\r\nAccept: y\r\n'),
  );
  expect(answer).toContain('200 OK');
  expect(answer).toContain('GET /a?b=1');
  expect(answer).toContain(`"host":"packages.test:${port}"`);
  expect(answer).toContain('"accept":"y"');
  expect(answer).not.toContain('other.test');
  expect(answer).not.toContain('proxy-authorization');
  expect(egress.said()).toMatch(
    new RegExp(`^It reached packages\\.test:${port}, \\d+ bytes sent and \\d+ received\\.$`),
  );
});

it('lets a tunnel through as it is, both ways, and counts what goes through', async () => {
  const port = await listening(createTcp((socket) => socket.pipe(socket)));
  vi.stubEnv('HUXLEY_HOSTS', 'packages.test=127.0.0.1');
  using egress = await openEgress(hosts(`packages.test:${port}`));
  const answer = await asked(egress, tunnelTo(`packages.test:${port}`, '\u0016\u0003\u0001 raw'));
  expect(answer).toBe('HTTP/1.1 200 Connection established\r\n\r\n\u0016\u0003\u0001 raw');
  expect(egress.said()).toBe(`It reached packages.test:${port}, 7 bytes sent and 7 received.`);
});

it.each([
  ['a host that is not allowed', tunnelTo('evil.test:443'), 'evil.test:443: it is not allowed'],
  ['another port', tunnelTo('localhost:22'), 'localhost:22: it is not allowed'],
  ['an address', tunnelTo('127.0.0.1:443'), '127.0.0.1:443: it is not allowed'],
  ['an address in hexadecimal', tunnelTo('0x7f000001:443'), '0x7f000001:443: it is not allowed'],
  ['a name that leads inside', tunnelTo('localhost:443'), 'localhost:443: it leads to an address that is not public'],
  [
    'the same in upper case and with a dot',
    tunnelTo('LOCALHOST.:443'),
    'LOCALHOST.:443: it leads to an address that is not public',
  ],
  ['a port that wraps', tunnelTo('localhost:65979'), 'localhost:65979: it is not allowed'],
  ['a name in the credentials', tunnelTo('localhost:443@evil.test:443'), 'not allowed'],
  ['a name in the credentials of a URL', get('http://localhost@evil.test/'), ''],
  ['a name before a backslash', get('http://evil.test\\@localhost:443/'), ''],
  ['a name after a fragment', get('http://evil.test#@localhost:443/'), ''],
  ['HTTPS as a URL', get('https://localhost/'), ''],
  ['a path alone', get('/'), ''],
  ['a request that writes', `POST http://localhost:443/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`, ''],
])('refuses %s', async (_, text, said) => {
  using egress = await openEgress(hosts('localhost'));
  expect(await asked(egress, text)).toMatch(/^HTTP\/1\.1 (403|400|405) /);
  expect(egress.said()).toContain(said);
  expect(egress.said()).not.toContain('It reached');
});

it('goes to the address that was checked, whatever the name says the next time', async () => {
  // Of no network that was given to anybody.
  const answers = ['2d00::1', '127.0.0.1'];
  using egress = await openEgress(hosts('rebind.test'), {
    look: async () => [((address) => ({ address, family: isIP(address) as 4 | 6 }))(answers.shift() ?? '127.0.0.1')],
  });
  void asked(egress, tunnelTo('rebind.test:443')).catch(() => undefined);
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  await asked(egress, tunnelTo('rebind.test:443'));
  expect(answers).toHaveLength(0);
  expect(egress.said()).toContain('rebind.test:443: it leads to an address that is not public');
});

it('ends what carries more than it may', async () => {
  const port = await listening(createTcp((socket) => socket.on('error', () => {}).write(Buffer.alloc(4_000_000))));
  vi.stubEnv('HUXLEY_HOSTS', 'big.test=127.0.0.1');
  using egress = await openEgress(hosts(`big.test:${port}`), { mostBytes: 100_000 });
  expect((await asked(egress, tunnelTo(`big.test:${port}`))).length).toBeLessThan(1_000_000);
  await asked(egress, tunnelTo(`big.test:${port}`));
  expect(egress.said()).toContain('the allowance of bytes for the network is used up');
});

it('tells a host that is out of reach from one that only the container did not reach', async () => {
  const server = createTcp((socket) => socket.end());
  const port = await listening(server);
  vi.stubEnv('HUXLEY_HOSTS', 'gone.test=127.0.0.1');
  using egress = await openEgress(hosts(`gone.test:${port}`, '*.gone.test'), { look: async () => [] });
  await new Promise((done) => server.close(done));
  await asked(egress, tunnelTo(`gone.test:${port}`));
  await asked(egress, tunnelTo('x.gone.test:443'));
  expect(await egress.unreachable()).toBe(`gone.test:${port} (ECONNREFUSED)`);
  const again = createTcp((socket) => socket.end());
  await new Promise<void>((done) => again.listen(port, '127.0.0.1', done));
  onTestFinished(() => void again.close());
  expect(await egress.unreachable()).toBeNull();
});

it('takes a lack of this machine, and what came of a container’s own excess, for no host out of reach', async () => {
  for (const code of ['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'EAGAIN', 'EAI_AGAIN', 'ENOBUFS', 'ENOMEM', 'EAI_MEMORY']) {
    using egress = await openEgress(hosts('short.test'), {
      look: async () => {
        throw Object.assign(new Error(code), { code });
      },
    });
    expect(await asked(egress, tunnelTo('short.test:443'))).toContain(code);
    expect([code, await egress.unreachable()]).toEqual([code, null]);
  }
  const server = createTcp((socket) => socket.end());
  const port = await listening(server);
  await new Promise((done) => server.close(done));
  vi.stubEnv('HUXLEY_HOSTS', 'gone.test=127.0.0.1');
  const gone = tunnelTo(`gone.test:${port}`);
  using egress = await openEgress(hosts(`gone.test:${port}`), { mostConnections: 2 });
  await asked(egress, gone);
  expect(await egress.unreachable()).toBe(`gone.test:${port} (ECONNREFUSED)`);
  await asked(egress, gone);
  expect(await egress.unreachable()).toBeNull();
});

it('knows which host this machine does not reach, before anybody asks for it', async () => {
  const server = createTcp((socket) => socket.end());
  const port = await listening(server);
  vi.stubEnv('HUXLEY_HOSTS', 'here.test=127.0.0.1');
  const both = hosts('*.far.test', `here.test:${port}`);
  expect(await outOfReach(both)).toBeNull();
  await new Promise((done) => server.close(done));
  expect(await outOfReach(both)).toBe(`here.test:${port} (ECONNREFUSED)`);
  expect(await outOfReach(hosts('inside.test'), { look: async () => [{ address: '10.0.0.1', family: 4 }] })).toBe(
    'inside.test:443 (it leads to an address that is not public)',
  );
  const look = async () => {
    throw Object.assign(new Error(), { code: 'EAI_AGAIN' });
  };
  expect(await outOfReach(hosts('offline.test'), { look })).toBe('offline.test:443 (EAI_AGAIN)');
});

it('knows what is public', async () => {
  for (const address of ['1.1.1.1', '93.184.215.14', '2606:4700::1111'])
    expect([address, isPublic(address)]).toEqual([address, true]);
  const inside = [
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '168.63.129.16',
    '100.100.100.200',
    '0.0.0.0',
    '224.0.0.1',
  ];
  for (const address of [
    ...inside,
    '::1',
    '::ffff:127.0.0.1',
    'fe80::1',
    'fd00:ec2::254',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'x',
  ])
    expect([address, isPublic(address)]).toEqual([address, false]);
  const mixed = async () => [{ address: '1.1.1.1', family: 4 } as const, { address: '10.0.0.1', family: 4 } as const];
  expect(await publicAddresses('mixed.test', mixed)).toBe('it leads to an address that is not public');
  expect([...handWritten('a.test=10.0.0.1, B.test=::1,c=x,=1.1.1.1')]).toEqual([
    ['a.test', '10.0.0.1'],
    ['b.test', '::1'],
  ]);
});

it('answers nothing it is sent by a connection, and goes on', async () => {
  using egress = await openEgress(hosts('pypi.org'), { look: async () => [] });
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary-ascii', maxLength: 60 }), async (text) => {
      expect(await asked(egress, tunnelTo(text))).not.toContain(' 200 ');
    }),
    { numRuns: 10 },
  );
  expect(egress.said()).not.toContain('It reached');
});

/** A server that answers nothing, and how many connections it has had: at most at once, and in all. */
async function counting() {
  const seen = { now: 0, most: 0, all: 0 };
  const port = await listening(
    createTcp((socket) => {
      seen.most = Math.max(seen.most, ++seen.now);
      seen.all++;
      socket.on('error', () => undefined);
      socket.on('close', () => seen.now--);
      socket.resume();
    }),
  );
  vi.stubEnv('HUXLEY_HOSTS', 'packages.test=127.0.0.1');
  return { seen, port, url: `http://packages.test:${port}/` };
}
const together = (egress: Egress, texts: readonly string[]) =>
  Promise.allSettled(texts.map((text) => asked(egress, text)));

it('has as many connections go out at once as come in, whatever is sent on one of them', async () => {
  const { seen, port, url } = await counting();
  using egress = await openEgress(hosts(`packages.test:${port}`));
  await asked(egress, get(url).repeat(200));
  expect(seen).toMatchObject({ most: 1, all: 1 });
  await together(egress, Array(32).fill(`${get(url)}${tunnelTo(`packages.test:${port}`)}`));
  expect(seen.most).toBeLessThanOrEqual(32);
  await vi.waitFor(() => expect(seen.now).toBe(0));
  expect(egress.said()).toContain('there are too many connections at once');
});

it('connects nowhere for whoever went away, and looks one name up at a time', async () => {
  let [now, most, looked] = [0, 0, 0];
  using egress = await openEgress(hosts('*.slow.test:80'), {
    look: async () => {
      most = Math.max(most, ++now);
      await new Promise((done) => setTimeout(done, 100));
      now--;
      looked++;
      return [{ address: '2d00::1', family: 6 }];
    },
  });
  const ask = (name: string, milliseconds: number) => {
    const socket = connect(join(egress.folder, SOCKET));
    socket.on('error', () => undefined);
    socket.write(get(`http://${name}.slow.test/`), () => setTimeout(() => socket.destroy(), milliseconds));
    onTestFinished(() => void socket.destroy());
  };
  for (let at = 0; at < 20; at++) ask(`gone${at}`, 20);
  for (const name of ['a', 'b']) ask(name, 10_000);
  await vi.waitFor(() => expect(egress.said()).toContain('b.slow.test'), 5_000);
  expect(egress.said()).not.toContain('gone');
  expect([most, looked < 20]).toEqual([1, true]);
});

it('has no more connections go out than there are for one container', async () => {
  const { seen, port, url } = await counting();
  using egress = await openEgress(hosts(`packages.test:${port}`), { mostConnections: 20 });
  for (let at = 0; at < 3; at++)
    await together(egress, Array(10).fill(at === 1 ? get(url) : tunnelTo(`packages.test:${port}`)));
  expect(seen.all).toBe(20);
  expect(egress.said()).toContain('the allowance of connections for the network is used up');
});

it.each([
  ['a status of 0', 'HTTP/1.1 000 OK\r\n\r\n'],
  ['a status of 099', 'HTTP/1.1 099 OK\r\n\r\n'],
  ['a status of 999', 'HTTP/1.1 999 OK\r\n\r\n'],
  ['another protocol', 'HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'],
  ['a header with a character it may not have', 'HTTP/1.1 200 OK\r\nx: a\u007fb\u0001\r\n\r\n'],
  ['a header without a name', 'HTTP/1.1 200 OK\r\n: a\r\n\r\n'],
  ['nothing', ''],
])('answers 502 where a host answers with %s, and goes on', async (_, text) => {
  const port = await listening(
    createTcp((socket) => {
      socket.on('error', () => undefined);
      socket.end(text, 'latin1');
    }),
  );
  vi.stubEnv('HUXLEY_HOSTS', 'packages.test=127.0.0.1');
  using egress = await openEgress(hosts(`packages.test:${port}`));
  for (let at = 0; at < 2; at++)
    expect(await asked(egress, get(`http://packages.test:${port}/`))).toMatch(/^HTTP\/1\.1 502 /);
});

it('outlives whatever a host answers, and whatever it is asked for', async () => {
  let answer = '';
  const port = await listening(
    createTcp((socket) => {
      socket.on('error', () => undefined);
      socket.end(answer, 'latin1');
    }),
  );
  vi.stubEnv('HUXLEY_HOSTS', 'packages.test=127.0.0.1');
  using egress = await openEgress(hosts(`packages.test:${port}`));
  const part = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: 9,
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 999 }), part, part, async (status, value, path) => {
      answer = `HTTP/1.1 ${String(status).padStart(3, '0')} OK\r\nx: ${value}\r\n\r\n${value}`;
      expect(await asked(egress, get(`http://packages.test:${port}/${path}`))).toMatch(/^(HTTP\/1\.1 |$)/);
    }),
    { numRuns: 100, interruptAfterTimeLimit: 10_000 },
  );
  answer = 'HTTP/1.1 200 OK\r\n\r\nhere';
  expect(await asked(egress, get(`http://packages.test:${port}/\u00e9`))).toMatch(/^HTTP\/1\.1 (400|502) /);
  expect(await asked(egress, get(`http://packages.test:${port}/`))).toMatch(/^HTTP\/1\.1 200 /);
});
