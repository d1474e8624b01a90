import { execFile, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, it, onTestFinished, vi } from 'vitest';
import { projectPath } from '../environment/project.ts';
import { parseHost } from '../model/network/hosts.ts';
import { openProxied } from './proxied.ts';
import { SOCKET } from './proxy.ts';

const FORWARDER = projectPath('src', 'gateway', 'forwarder.mjs');

async function freePort(): Promise<number> {
  const server = createTcp();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

it('opens no debugger to its command, which ends as it does', async () => {
  const script = 'kill -USR1 $PPID; sleep 1; kill -9 $$';
  const child = spawn(process.execPath, [FORWARDER, '/none.sock', String(await freePort()), 'sh', '-c', script]);
  const said = text(child.stderr);
  const [code] = await new Promise<[number | null]>((done) => child.on('exit', (code) => done([code])));
  expect([code, await said]).toEqual([137, '']);
});

it('stays beside what is run after it, where it has no command', async () => {
  const server = createServer((_, response) => response.end('here'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const host = `packages.test:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('HUXLEY_HOSTS', 'packages.test=127.0.0.1');
  using proxied = await openProxied([parseHost(host)!]);
  const [folder, forwarder] = proxied.mounts;
  const placed = new Map([[folder!.target, folder!.source]]);
  const [node, ...line] = proxied.beside(process.execPath)!;
  expect(line).toEqual([forwarder!.target, `${folder!.target}/${SOCKET}`, '8788']);
  const socket = join(placed.get(folder!.target)!, SOCKET);
  const port = String(await freePort());
  await promisify(execFile)(node!, [forwarder!.source, socket, port]);
  onTestFinished(() => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
      if (commandOf(pid).includes(socket)) process.kill(Number(pid), 'SIGKILL');
  });
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['-e', `fetch("http://${host}/").then((r) => r.text()).then(console.log)`],
    { env: { ...proxied.env, HTTP_PROXY: `http://127.0.0.1:${port}`, http_proxy: `http://127.0.0.1:${port}` } },
  );
  expect(stdout.trim()).toBe('here');
  await expect(promisify(execFile)(node!, [forwarder!.source, socket, port])).rejects.toMatchObject({ code: 1 });
});

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
