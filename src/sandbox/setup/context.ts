import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { HuxleyError, messageOf } from '../../model/error.ts';
import type { EngineAddress } from '../engine.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The engine that was chosen for `docker` itself: by `DOCKER_HOST`, else by `DOCKER_CONTEXT` or `docker context use`
 * (docs.docker.com, "Docker contexts"). Null where nothing was chosen.
 * @throws HuxleyError `setup.context` for a choice that cannot be followed
 */
export function chosenEngine(env: Environment = process.env): EngineAddress | null {
  if (env.DOCKER_HOST) {
    if (!/^(unix|tcp|https?):\/\//.test(env.DOCKER_HOST))
      throw cannot(`DOCKER_HOST=${env.DOCKER_HOST}`, env.DOCKER_HOST);
    return { socket: null };
  }
  const folder = env.DOCKER_CONFIG || join(homedir(), '.docker');
  const name = env.DOCKER_CONTEXT || currentContext(folder);
  if (name === undefined || name === 'default') return null;
  const host = hostOf(folder, name);
  if (!host.startsWith('unix://')) throw cannot(`Docker context '${name}' (${host})`, host);
  return { socket: host.slice('unix://'.length) };
}

function currentContext(folder: string): string | undefined {
  const path = join(folder, 'config.json');
  if (!existsSync(path)) return undefined;
  const name = (readJson(path) as { currentContext?: unknown } | null)?.currentContext;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function hostOf(folder: string, name: string): string {
  const digest = createHash('sha256').update(name).digest('hex');
  const path = join(folder, 'contexts', 'meta', digest, 'meta.json');
  if (!existsSync(path))
    throw new HuxleyError(
      'setup.context',
      `There is no Docker context '${name}'.`,
      '`docker context ls` lists those there are; `docker context use default` or unsetting DOCKER_CONTEXT goes back.',
    );
  const meta = readJson(path) as { Endpoints?: { docker?: { Host?: unknown } } } | null;
  return String(meta?.Endpoints?.docker?.Host ?? '');
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new HuxleyError(
      'setup.context',
      `${path} cannot be read: ${messageOf(error)}`,
      'Correct or remove that file.',
    );
  }
}

function cannot(what: string, host: string): HuxleyError {
  return new HuxleyError(
    'setup.context',
    `${what} cannot be used: Huxley reaches engines by a local socket, or by TCP through DOCKER_HOST.`,
    host.startsWith('ssh://')
      ? 'Forward its socket (`ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock HOST`), and set DOCKER_HOST=unix:///tmp/docker.sock.'
      : 'Set DOCKER_HOST to a unix:// or tcp:// address, with DOCKER_TLS_VERIFY and DOCKER_CERT_PATH if it asks for certificates.',
  );
}
