import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, onTestFinished, test } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';
import { connect } from '../../src/sandbox/engine.ts';
import { OWNER_LABEL } from '../../src/sandbox/hardening.ts';
import { parseOwner } from '../../src/sandbox/owner.ts';
import { processesWith } from '../support/processes.ts';

// Real demos, ended in the middle in every way they can be, alone and under npm: nothing they started may be left.

const socket = inject('engineSocket');
/** The tests' engine, which need not be where commands look by themselves. */
const ENGINE = socket === null ? {} : { DOCKER_HOST: `unix://${socket}` };
const docker = connect({ socket });
const MAIN = projectPath('src', 'huxley.mjs');

interface Demo {
  readonly child: ChildProcess;
  readonly home: string;
  readonly folder: string;
  /** Everything that was printed. */
  output(): string;
  /** Resolves once the output has a text. */
  shows(text: string): Promise<void>;
  /** Processes of the demo, itself included. */
  processes(): number[];
}

function start(file: string, args: readonly string[], { env = {}, folder = temporary() } = {}): Demo {
  const home = temporary();
  const child = spawn(file, args, {
    cwd: folder,
    detached: true,
    env: { PATH: process.env.PATH, HOME: home, HUXLEY_HOME: home, TERM: 'xterm', ...env },
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (output += chunk));
  const processes = () => processesWith('HUXLEY_HOME', home);
  onTestFinished(() => {
    for (const pid of processes()) process.kill(pid, 'SIGKILL');
  });
  const shows = (text: string) => expect.poll(() => output, { timeout: 90_000, interval: 50 }).toContain(text);
  return { child, home, folder, output: () => output, shows, processes };
}

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-interrupted-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

const demo = (options?: { folder: string }) =>
  start(process.execPath, [MAIN, 'demo', '--budget', '4'], { env: ENGINE, ...options });

/** Waits until containers of the demo's jobs run, and gives their owners. */
async function working({ shows, processes }: Demo): Promise<ReadonlySet<number>> {
  await shows('measuring v0');
  await expect
    .poll(async () => (await containersOf(new Set(processes()))).length, { timeout: 90_000 })
    .toBeGreaterThan(0);
  return new Set(processes());
}

async function containersOf(pids: ReadonlySet<number>): Promise<string[]> {
  const all = await docker.listContainers({ all: true, filters: { label: [OWNER_LABEL] } });
  return all.flatMap(({ Id, Labels }) => (pids.has(parseOwner(Labels[OWNER_LABEL] ?? '')?.pid ?? 0) ? [Id] : []));
}

async function nothingIsLeft(demo: Demo, pids: ReadonlySet<number>): Promise<void> {
  await expect.poll(() => demo.processes(), { timeout: 20_000 }).toEqual([]);
  expect(await containersOf(pids)).toEqual([]);
}

test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends jobs, containers and the local GitHub, and says so',
  async (signal) => {
    const running = demo();
    const pids = await working(running);
    const exit = once(running.child, 'exit');
    running.child.kill(signal);
    expect(await exit).toEqual([null, signal]);
    await nothingIsLeft(running, pids);
    expect(running.output()).toContain('ending everything this demo started');
    expect(running.output()).toContain('Everything the demo started has ended.');
    expect(running.output()).not.toMatch(/^ {4}at /m);
  },
);

test('a second Ctrl-C ends the processes at once; the first one’s echo from npm does not count as one', async () => {
  const running = demo();
  await working(running);
  const exit = once(running.child, 'exit');
  running.child.kill('SIGINT');
  running.child.kill('SIGINT');
  await running.shows('ending everything');
  await sleep(600);
  running.child.kill('SIGINT');
  expect(await exit).toEqual([null, 'SIGINT']);
  await expect.poll(() => running.processes(), { timeout: 5_000 }).toEqual([]);
});

test('when whoever reads the output leaves, the demo ends everything', async () => {
  const running = demo();
  const pids = await working(running);
  running.child.stderr!.destroy();
  await once(running.child, 'exit');
  await nothingIsLeft(running, pids);
});

test('under npm: Ctrl-C on a terminal, SIGTERM to npm, and npm’s sudden end', async () => {
  const command = `npm --prefix ${projectPath()} run demo -- --budget 4`;
  const onTerminal = start('script', ['--quiet', '--flush', '--return', '--command', command, '/dev/null'], {
    env: { ...ENGINE, TERM: 'dumb' },
  });
  const pids = await working(onTerminal);
  onTerminal.child.stdin!.write('\u0003');
  await once(onTerminal.child, 'exit');
  await nothingIsLeft(onTerminal, pids);
  expect(onTerminal.output()).toContain('Ctrl-C: ending everything');
  expect(onTerminal.output()).toContain('Everything the demo started has ended.');

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const running = start('npm', ['--prefix', projectPath(), 'run', 'demo', '--', '--budget', '4'], { env: ENGINE });
    const owners = await working(running);
    running.child.kill(signal);
    await nothingIsLeft(running, owners);
  }
});

test('at the first question Ctrl-C ends it without a stack trace, and Ctrl-D means no', async ({ skip }) => {
  if (process.getuid?.() !== 0) skip('needs root, to hide the Docker engine');
  const hidden = `mount -t tmpfs tmpfs /run && exec ${process.execPath} ${MAIN} demo`;
  for (const [key, code] of [
    ['\u0003', 130],
    ['\u0004', 1],
  ] as const) {
    const asked = start('script', [
      '--quiet',
      '--flush',
      '--return',
      '--command',
      `unshare --mount sh -c '${hidden}'`,
      '/dev/null',
    ]);
    await asked.shows('[Y/n]');
    const exit = once(asked.child, 'exit');
    asked.child.stdin!.write(key);
    expect(await exit).toEqual([code, null]);
    expect(asked.output()).not.toMatch(/^ {4}at |Warning/m);
    expect(asked.processes()).toEqual([]);
  }
});

test('an engine that was started for the demo ends with it', async ({ skip }) => {
  if (process.getuid?.() !== 0 || !existsSync('/usr/sbin/dockerd')) skip('needs root and dockerd');
  const cut = 'mount -t tmpfs tmpfs /run && ip link set lo up';
  const command = `${cut} && exec ${process.execPath} ${MAIN} demo`;
  const running = start('unshare', ['--mount', '--net', 'sh', '-c', command]);
  await running.shows('own engine');
  expect(running.processes().length).toBeGreaterThan(2);
  running.child.kill('SIGINT');
  await once(running.child, 'exit');
  await expect.poll(() => running.processes(), { timeout: 20_000 }).toEqual([]);
});

test('two demos at once take ports and report folders of their own', async () => {
  const folder = temporary();
  const both = [demo({ folder }), demo({ folder })];
  await Promise.all(both.map(working));
  expect(readdirSync(folder).sort()).toEqual(['huxley-report', 'huxley-report-2']);
  const pages = both.map((each) => /A local GitHub: (\S+)/.exec(each.output())![1]);
  expect(new Set(pages).size).toBe(2);
  const third = start(process.execPath, [MAIN, 'demo', '--out', 'huxley-report'], { folder });
  expect(await once(third.child, 'exit')).toEqual([1, null]);
  expect(third.output()).toContain('Name another folder with --out.');
  // One that ends leaves the other alone.
  both[0]!.child.kill('SIGINT');
  await once(both[0]!.child, 'exit');
  await working(both[1]!);
  both[1]!.child.kill('SIGINT');
  await once(both[1]!.child, 'exit');
  for (const each of both) await nothingIsLeft(each, new Set());
});

test('commands that started nothing end at once', async () => {
  const simulate = start(process.execPath, [MAIN, 'simulate', '--seeds', '500']);
  await sleep(1_500);
  simulate.child.kill('SIGTERM');
  expect(await once(simulate.child, 'exit')).toEqual([null, 'SIGTERM']);
  const version = execFileSync('sh', ['-c', `${process.execPath} ${MAIN} simulate --help | head -1`], {
    encoding: 'utf8',
  });
  expect(version).toContain('Usage');
});
