import type { Container, ExecSpec, Sandbox } from '../../src/sandbox/port.ts';

/** A sandbox whose agent is a function of the test's, for what has to be tried too often for containers; it leaves no files. */
export function scriptedSandbox(agent: (env: Readonly<Record<string, string>>) => Promise<void>): Sandbox {
  const container: Container = {
    id: 'scripted',
    copyIn: async () => undefined,
    exec: async ({ env = {} }: ExecSpec) => {
      await agent(env);
      return { exitCode: 0, stdout: '', stderr: '', truncated: false, timedOut: false, seconds: 0 };
    },
    quiesce: async () => undefined,
    copyOut: async () => [],
    archive: async () => undefined,
    remove: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
  const hold = () => ({ [Symbol.asyncDispose]: async () => undefined });
  return { create: async () => container, hold } as unknown as Sandbox;
}
