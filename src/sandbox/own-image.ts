import { RUNTIME } from './port.ts';

/** Whether an image is one that Huxley makes with all in it that agents and the harness need. Any other gets the runtime mounted. */
export function isOwnImage(image: string): boolean {
  return /^huxley\/(sandbox|polyglot):/.test(image);
}

/** The Node of a container that has the runtime, or of one that needs none. */
export function nodeIn(withRuntime: boolean): string {
  return withRuntime ? `${RUNTIME}/bin/node` : 'node';
}

/** What an agent's commands are told of the runtime. */
export function runtimeVariable(withRuntime: boolean): Readonly<Record<string, string>> {
  return withRuntime ? { HUXLEY_RUNTIME: RUNTIME } : {};
}

/**
 * A command that finds the runtime's programs where its image has none of that name: the image's own Python and shell may have to run
 * a task's tests. `front` puts the runtime's Node before the image's.
 */
export function withPath(withRuntime: boolean, front: boolean, command: readonly string[]): readonly string[] {
  if (!withRuntime) return command;
  const path = `${front ? `${RUNTIME}:` : ''}$PATH:${RUNTIME}/bin`;
  return [`${RUNTIME}/bin/sh`, '-c', `PATH=${path} exec "$@"`, 'sh', ...command];
}
