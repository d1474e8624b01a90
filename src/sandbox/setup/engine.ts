import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { huxleyHome } from '../../environment/home.ts';
import { HuxleyError } from '../../model/error.ts';
import { type Engine, type EngineAddress, probe } from '../engine.ts';
import { chosenEngine } from './context.ts';
import { ownEngine } from './own-engine.ts';
import { run } from './run.ts';
import { adviceOn, type Unreachable } from './unreachable.ts';

/** How set-up talks to the person, and what it may do. */
export interface SetupOptions {
  /** Whether packages may be installed and an engine started; `--no-install` forbids it. */
  readonly mayInstall: boolean;
  /** Asks a yes/no question, Enter meaning yes; `null` without a terminal, where set-up says what it does and goes on. */
  readonly ask: ((question: string) => Promise<boolean>) | null;
  readonly report: (line: string) => void;
  readonly home?: string;
  /** Ends what set-up has started and makes it reject. */
  readonly signal?: AbortSignal;
  /** Engines to try before one of our own; by default what the environment names and the usual sockets. */
  readonly candidates?: readonly EngineAddress[];
}

/**
 * A reachable engine: the one the environment names, the machine's, or one of our own, installed and started where that
 * is possible (Debian and Ubuntu, as root).
 *
 * @throws HuxleyError `setup.engine` with the one thing to do
 */
export async function ensureEngine(options: SetupOptions): Promise<Engine> {
  const candidates = options.candidates ?? usualEngines();
  const found = await firstReachable(candidates);
  if ('engine' in found) return found.engine;
  const own = ownEngine(options.home ?? huxleyHome());
  const running = await own.join();
  if (running) return running;

  const { tried, remedy } = adviceOn(found.unreachable);
  const why = `No Docker engine can be used (${tried})`;
  if (process.env.DOCKER_HOST)
    throw new HuxleyError('setup.engine', why, remedy ?? 'Start the engine DOCKER_HOST names, or unset DOCKER_HOST.');
  // An engine that is there but can't be used: another one beside it is not what its owner wants.
  if (remedy !== null) throw new HuxleyError('setup.engine', why, remedy);
  const installed = existsSync('/usr/bin/dockerd') || existsSync('/usr/sbin/dockerd');
  const root = process.getuid?.() === 0;
  if (!root || (!installed && !(await isDebian())))
    throw new HuxleyError(
      'setup.engine',
      why,
      'Install Docker, start it, and make sure that `docker info` works for this user.',
    );
  const plan = installed ? 'start an engine of its own' : 'install Debian’s docker.io and start an engine of its own';
  if (!options.mayInstall)
    throw new HuxleyError('setup.engine', why, `Start Docker, or allow Huxley to ${plan} (without --no-install).`);
  if (options.ask && !(await options.ask(`${why}. May Huxley ${plan}?`)))
    throw new HuxleyError('setup.engine', why, 'Start Docker and run the command again.');
  if (!installed) {
    options.report('Installing docker.io with apt-get (about ten seconds).');
    await aptInstall(['docker.io'], options.signal);
    // Where no policy forbids it, the package starts its own service.
    for (let attempt = 0; attempt < 5; attempt++) {
      const started = await firstReachable(candidates);
      if ('engine' in started) return started.engine;
      await sleep(300);
    }
  }
  options.report('Starting a Docker engine of Huxley’s own.');
  return await own.start(options.signal);
}

export async function aptInstall(packages: readonly string[], signal?: AbortSignal): Promise<void> {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, ...(signal && { signal }) };
  await run('apt-get', ['update', '-q'], options);
  await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], options);
}

function usualEngines(): EngineAddress[] {
  const chosen = chosenEngine();
  if (chosen !== null) return [chosen];
  return [
    '/var/run/docker.sock',
    join(homedir(), '.docker/run/docker.sock'),
    join(process.env.XDG_RUNTIME_DIR ?? '/nonexistent', 'docker.sock'),
  ]
    .filter((socket, index) => index === 0 || existsSync(socket))
    .map((socket) => ({ socket }));
}

async function firstReachable(
  candidates: readonly EngineAddress[],
): Promise<{ engine: Engine } | { unreachable: readonly Unreachable[] }> {
  const unreachable: Unreachable[] = [];
  for (const address of candidates) {
    const answer = await probe(address);
    if ('version' in answer)
      return {
        engine: { ...address, version: answer.version, origin: nameOf(address), release: () => undefined },
      };
    unreachable.push({ socket: address.socket, trouble: answer.trouble });
  }
  return { unreachable };
}

function nameOf({ socket }: EngineAddress): string {
  return socket ?? `DOCKER_HOST=${process.env.DOCKER_HOST}`;
}

async function isDebian(): Promise<boolean> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
}
