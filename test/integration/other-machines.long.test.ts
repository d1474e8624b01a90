import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as listener } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';

const socket = inject('engineSocket');
/** The tests' engine, which need not be where commands look by themselves. */
const ENGINE = socket === null ? {} : { DOCKER_HOST: `unix://${socket}` };

// What people read on machines that lack something: one sentence with the remedy, never a stack.

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

interface Machine {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Runs as this user and group; needs root. */
  readonly uid?: number;
}

async function huxley(args: readonly string[], { env = {}, cwd = temporary(), uid }: Machine = {}): Promise<Ended> {
  const user = uid === undefined ? {} : { uid, gid: uid };
  const all = { PATH: process.env.PATH, HUXLEY_HOME: temporary(), ...env };
  const child = spawn(process.execPath, [projectPath('src', 'huxley.mjs'), ...args], { cwd, env: all, ...user });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  const [code] = (await once(child, 'close')) as [number | null];
  expect(output).not.toMatch(/^ {4}at /m);
  return { code, output };
}

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-machine-'));
  chmodSync(folder, 0o777);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const root = process.getuid?.() === 0;
const NOBODY = 65_534;

/** A Docker engine's socket that answers every request with this; not at all when `null`. */
async function engine(answer: object | null): Promise<string> {
  const socket = join(temporary(), 'docker.sock');
  const server = createServer((_, response) => {
    if (answer !== null) response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  server.listen(socket);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return socket;
}

test('an engine that belongs to another group: the group and the command are named', async ({ skip }) => {
  if (!root) skip('needs root, to be somebody else');
  const socket = await engine({});
  chownSync(socket, 0, 4);
  chmodSync(socket, 0o660);
  const { code, output } = await huxley(['setup'], { env: { DOCKER_HOST: `unix://${socket}` }, uid: NOBODY });
  expect({ code, output }).toMatchObject({ code: 1 });
  expect(output).toMatch(
    /may not use DOCKER_HOST=.*\n {2}It belongs to the group adm: run `sudo usermod -aG adm nobody`/,
  );
});

test('an engine that is too old, hangs, or is not there', async () => {
  const told = async (socket: string) => (await huxley(['setup'], { env: { DOCKER_HOST: `unix://${socket}` } })).output;
  expect(await told(await engine({ Version: '18.09.1', ApiVersion: '1.39' }))).toContain(
    'Docker 18.09.1 is too old, 20.10 or newer is needed',
  );
  expect(await told(await engine(null))).toMatch(/no answer in 5 s\)\n {2}Restart that Docker engine/);
  expect(await told('/nonexistent/docker.sock')).toMatch(/is not there\)\n {2}Start the engine DOCKER_HOST names/);
});

test('a user without a home, a home that is not theirs, a folder they may not write', async ({ skip }) => {
  const list = (env: NodeJS.ProcessEnv, uid?: number) =>
    huxley(['journal', 'list'], { env: { HUXLEY_HOME: '', ...env }, ...(uid && { uid }) });
  expect((await list({ HOME: '' })).output).toMatch(/no home folder.*\n {2}Set HUXLEY_HOME/);
  if (!root) skip('the rest needs root, to be somebody else');
  expect((await list({}, 54_321)).output).toMatch(/no home folder.*\n {2}Set HUXLEY_HOME/);
  const bench = await huxley(['demo'], { cwd: '/', uid: NOBODY });
  expect(bench.output).toMatch(/This user may not make the folder \/huxley-report\.\n {2}Make it writable/);
});

test('git that is not there', async () => {
  const path = temporary();
  symlinkSync(process.execPath, join(path, 'node'));
  const { output } = await huxley(['demo'], { env: { ...ENGINE, PATH: path } });
  expect(output).toMatch(/huxley: git is not installed, or not on the PATH\.\n {2}Install git/);
});

test('a port that is taken', async () => {
  const other = listener().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const { port } = other.address() as { port: number };
  const { privateKey } = (await import('node:crypto')).generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const env = {
    APP_ID: '1',
    PRIVATE_KEY: privateKey,
    WEBHOOK_SECRET: '0123456789abcdefghijklmnop',
    HOST: '127.0.0.1',
    PORT: `${port}`,
  };
  expect((await huxley(['serve'], { env })).output).toContain(
    `Another program listens on port ${port} of 127.0.0.1.\n  End it`,
  );
  const local = await huxley(['local', 'github', '--port', `${port}`, '--dir', temporary()]);
  expect(local.output).toMatch(/can not listen on 127\.0\.0\.1:\d+: another program does\n {2}Choose another port/);
});

test('a disk that is full while the run goes on ends the demo, which says so', async ({ skip }) => {
  if (!root) skip('needs root, for a small disk');
  const small = temporary();
  const command = `mount -t tmpfs -o size=4M tmpfs ${small} && exec ${process.execPath} ${projectPath('src', 'huxley.mjs')} demo`;
  const child = spawn('unshare', ['--mount', 'sh', '-c', command], {
    cwd: temporary(),
    env: { ...ENGINE, PATH: process.env.PATH, HUXLEY_HOME: small },
  });
  onTestFinished(() => void child.kill('SIGTERM'));
  let output = '';
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  expect({ code, output }).toMatchObject({ code: 1 });
  expect(output).toMatch(/huxley: .*disk is full.*\n {2}Free some space/);
});

test.for([
  ['xterm', {}, true],
  ['a dumb one', { TERM: 'dumb' }, false],
  ['one without colours', { NO_COLOR: '1' }, false],
  ['a CI service’s', { CI: 'true' }, false],
] as const)('a terminal, %s: cursor codes %s', async ([, env, moves]) => {
  const command = `${process.execPath} ${projectPath('src', 'huxley.mjs')} simulate --landscape null-60 --seeds 20 --budget 60 --policy hgm`;
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', command, '/dev/null'], {
    env: { PATH: process.env.PATH, TERM: 'xterm', ...env },
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(output.includes('\u001b[')).toBe(moves);
  expect(output).toContain('null-60, budget 60');
});

test('doctor does not call a folder healthy that holds no agent', async () => {
  const { code, output } = await huxley(['doctor', '--repository', temporary()], { env: ENGINE });
  expect({ code, output }).toMatchObject({ code: 1 });
  expect(output).toMatch(/✗ Repository .* has no \.github\/huxley\.yml\n.*→ Name a checkout[\s\S]*Not ready/);
});
