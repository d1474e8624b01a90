import { expect, test, vi } from 'vitest';
import { scriptedSandbox } from '../../../test/support/scripted-sandbox.ts';
import type { Container, ExecSpec, Sandbox } from '../../sandbox/port.ts';
import type { GradingPlan } from './plan.ts';
import { loadFactor, runOnce } from './run-tests.ts';

const load = vi.hoisted(() => ({ average: 0 }));
vi.mock('node:os', async (original) => ({
  ...(await original<object>()),
  ...{ availableParallelism: () => 2, loadavg: () => [load.average, 0, 0] },
}));

test('an attempt that raises the load gets no more time for its tests', async () => {
  const container: Container = await scriptedSandbox(async () => undefined).create({
    ...{ image: '', purpose: 'grade', tmpfs: [], memoryMB: 1, cpus: 1, pids: 1 },
  });
  const given: (number | undefined)[] = [];
  const exec = (spec: ExecSpec) => {
    given.push(spec.timeoutSeconds);
    return container.exec(spec);
  };
  const sandbox = { create: async () => ({ ...container, exec }) } as unknown as Sandbox;
  const plan: GradingPlan = {
    ...{ image: '', workdir: '/w', pristine: [], solution: [], solutionPaths: null, tests: [], canary: null },
    ...{ expected: [], seconds: 10 },
    runner: {
      name: 'none',
      command: () => [],
      runs: () => true,
      read: () => ({ tests: new Map(), began: true, complete: true, intrusion: null }),
    },
  };
  load.average = 100;
  expect(loadFactor()).toBe(4);
  await runOnce(plan, 'tests', sandbox);
  expect(given).toEqual([10]);
});
