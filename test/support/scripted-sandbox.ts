import type { Box, ExecSpec, Sandbox } from '../../src/sandbox/port.ts';

/** A sandbox whose agent is a function of the test's, for what has to be tried too often for containers; it leaves no files. */
export function scriptedSandbox(agent: (env: Readonly<Record<string, string>>) => Promise<void>): Sandbox {
  const box: Box = {
    id: 'scripted',
    put: async () => undefined,
    exec: async ({ env = {} }: ExecSpec) => {
      await agent(env);
      return { exitCode: 0, stdout: '', stderr: '', truncated: false, timedOut: false, seconds: 0 };
    },
    quiesce: async () => undefined,
    take: async () => [],
    remove: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
  return { create: async () => box } as unknown as Sandbox;
}
