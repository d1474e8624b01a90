import { projectPath } from '../environment/project.ts';

/** The forwarder's file, to be mounted into the container. */
export const FORWARDER = projectPath('src', 'gateway', 'forwarder.mjs');

/** Loopback port the forwarder listens on, inside a container. */
const FORWARDER_PORT = 8787;
/** What is on the other side of the forwarder, as seen inside. */
export const LOOPBACK = `http://127.0.0.1:${FORWARDER_PORT}`;

/** What the agent's process gets, besides its task. */
export function modelEnvironment(token: string, models: readonly string[]): Readonly<Record<string, string>> {
  const [main = '', small = main] = models;
  return {
    ...{ OPENAI_BASE_URL: `${LOOPBACK}/v1`, OPENAI_API_KEY: token },
    ...{ ANTHROPIC_BASE_URL: LOOPBACK, ANTHROPIC_API_KEY: token },
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
