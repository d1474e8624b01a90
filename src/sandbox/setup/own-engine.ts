import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HuxleyError } from '../../model/error.ts';
import { type Engine, probe } from '../engine.ts';
import { isGone, ownerToString, parseOwner, thisProcess } from '../owner.ts';
import { withLock } from './lock.ts';

const START_SECONDS = 60;
const STARTS = 2;
const STOP_SECONDS = 15;

/**
 * An engine that Huxley starts for itself, with its data under `home` and its sockets under `/run`, shared by every
 * process that uses the same home. Users sign in with a file; the last one to leave stops the engine.
 */
export function ownEngine(home: string): {
  join(): Promise<Engine | undefined>;
  start(signal?: AbortSignal): Promise<Engine>;
} {
  const folder = join(home, 'engine');
  const users = join(folder, 'users');
  const lock = join(folder, 'lock');
  // Socket paths are limited to about 100 bytes, and homes are not.
  const runtime = `/run/huxley-${createHash('sha256').update(folder).digest('hex').slice(0, 10)}`;
  const socket = join(runtime, 'docker.sock');
  const pidfile = join(runtime, 'docker.pid');

  async function signIn(): Promise<Engine | undefined> {
    const answer = await probe({ socket });
    if (!('version' in answer)) return undefined;
    mkdirSync(users, { recursive: true });
    const me = join(users, `${process.pid}-${Math.random().toString(36).slice(2)}`);
    writeFileSync(me, ownerToString(thisProcess()));
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      process.off('exit', release);
      rmSync(me, { force: true });
      if (liveUsers(users) === 0) stop(pidfile);
    };
    process.on('exit', release);
    const ended = async () => {
      for (let waited = 0; waited < STOP_SECONDS; waited += 0.1) {
        if (readPid(pidfile) === undefined || liveUsers(users) > 0) return true;
        await sleep(100);
      }
      return false;
    };
    return { socket, version: answer.version, origin: `Huxley’s own engine (${folder})`, release, ended };
  }

  async function startOnce(log: string, signal: AbortSignal | undefined): Promise<Engine | undefined> {
    const child = spawnEngine({ folder, runtime, socket, pidfile, log });
    // Nobody has signed in yet who would stop it.
    const stopNow = () => void child.kill('SIGTERM');
    process.on('exit', stopNow);
    try {
      for (const until = Date.now() + START_SECONDS * 1000; Date.now() < until && child.exitCode === null; ) {
        if (signal?.aborted) stopNow();
        signal?.throwIfAborted();
        const engine = await signIn();
        if (engine) return engine;
        await sleep(100);
      }
    } finally {
      process.off('exit', stopNow);
    }
    child.kill('SIGKILL');
    return undefined;
  }

  return {
    join: () => (readPid(pidfile) === undefined ? Promise.resolve(undefined) : withLock(lock, signIn)),
    start: (signal) =>
      withLock(lock, async () => {
        const running = await signIn();
        if (running) return running;
        // One that is being stopped still holds its data for a moment.
        for (let waited = 0; readPid(pidfile) !== undefined && waited < START_SECONDS; waited += 0.1) await sleep(100);
        mkdirSync(folder, { recursive: true });
        mkdirSync(runtime, { recursive: true, mode: 0o700 });
        const log = join(folder, 'dockerd.log');
        // After one that was killed, the first start may find what that left half alive, and ends it.
        for (let left = STARTS; left > 0; left--) {
          const engine = await startOnce(log, signal);
          if (engine) return engine;
        }
        const tail = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-3).join(' / ');
        throw new HuxleyError(
          'setup.engine',
          `The Docker engine that Huxley started did not come up: ${tail}`,
          `Read ${log}; in a container without the rights to run Docker, point DOCKER_HOST at an engine instead.`,
        );
      }),
  };
}

function spawnEngine(at: {
  folder: string;
  runtime: string;
  socket: string;
  pidfile: string;
  log: string;
}): ChildProcess {
  const log = openSync(at.log, 'w');
  const args = [
    `--data-root=${join(at.folder, 'data')}`,
    `--exec-root=${join(at.runtime, 'exec')}`,
    `--host=unix://${at.socket}`,
    `--pidfile=${at.pidfile}`,
    '--log-level=warn',
  ];
  const child = spawn('dockerd', args, { detached: true, stdio: ['ignore', log, log], cwd: '/' });
  child.on('error', () => undefined);
  child.unref();
  return child;
}

/** Users whose process lives; files of others are removed. */
function liveUsers(users: string): number {
  let live = 0;
  for (const name of readdirSync(users)) {
    const path = join(users, name);
    const owner = parseOwner(read(path) ?? '');
    if (owner !== undefined && !isGone(owner)) live++;
    else rmSync(path, { force: true });
  }
  return live;
}

function stop(pidfile: string): void {
  const pid = readPid(pidfile);
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It ended by itself.
  }
}

/** The engine's process, if the file still speaks of one: numbers are used again. */
function readPid(pidfile: string): number | undefined {
  const pid = Number.parseInt(read(pidfile) ?? '', 10);
  return Number.isInteger(pid) && read(`/proc/${pid}/comm`)?.trim() === 'dockerd' ? pid : undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
