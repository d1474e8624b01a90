import { projectPath } from '../environment/project.ts';

/** The forwarder's file, to be mounted into the container. */
export const FORWARDER = projectPath('src', 'gateway', 'forwarder.mjs');

/** Loopback port the agent finds the gateway at, inside its container. */
const FORWARDER_PORT = 8787;

/** What the agent's process gets, besides its task. */
export function modelEnvironment(token: string, models: readonly string[]): Readonly<Record<string, string>> {
  const [main = '', small = main] = models;
  const server = `http://127.0.0.1:${FORWARDER_PORT}`;
  return {
    ...{ OPENAI_BASE_URL: `${server}/v1`, OPENAI_API_KEY: token },
    ...{ ANTHROPIC_BASE_URL: server, ANTHROPIC_API_KEY: token },
    ...{ HUXLEY_MODEL: main, HUXLEY_SMALL_MODEL: small },
  };
}

/** The command line that runs `command` with the gateway at hand; paths as the container sees them. */
export function forwarded(
  node: string,
  forwarder: string,
  socket: string,
  command: readonly string[],
): readonly string[] {
  return [node, forwarder, socket, String(FORWARDER_PORT), ...command];
}
