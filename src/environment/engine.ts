import { homedir } from 'node:os';
import { join } from 'node:path';
import { huxleyHome } from './home.ts';
import { proxyVariables } from './network/proxy.ts';

/** What chooses a Docker engine (docs.docker.com, "Docker CLI environment variables"). */
const CHOICE = [
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_TLS_VERIFY',
  'DOCKER_CERT_PATH',
  'DOCKER_API_VERSION',
] as const;

/** Variables with which a process that inherits nothing else uses this one's Docker engine, images, caches and proxy. */
export function engineEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const chosen = CHOICE.flatMap((name) => (env[name] ? [[name, env[name]]] : []));
  return {
    ...proxyVariables(env),
    ...Object.fromEntries(chosen),
    DOCKER_CONFIG: env.DOCKER_CONFIG || join(homedir(), '.docker'),
    HUXLEY_HOME: huxleyHome(),
  };
}
