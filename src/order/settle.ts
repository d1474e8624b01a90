import { kindOf } from '../benchmark/kinds.ts';
import type { Configuration } from '../config/schema.ts';
import type { BuildConfig } from '../contract/build.ts';
import type { IssuedOrder, Order, PreflightOrder, Settings } from '../contract/contract.ts';
import { modelsOfExpansion } from '../contract/settings.ts';
import { costCap } from './spending.ts';

/** An order with what the configuration it names says: the same function for the App and the worker. */
export function settle(issued: IssuedOrder, digest: string, configuration: Configuration): Order | PreflightOrder {
  const { repository: _repository, app: _app, configuration: _sha, suite, ...order } = issued;
  const tasks = issued.kind === 'evaluate' ? issued.tasks.length : 1;
  const settings = settingsOf(configuration, suite, costCap(configuration, issued.kind, tasks));
  const chosen = issued.kind === 'expand' ? { models: modelsOfExpansion(settings.models, issued.models) } : {};
  return { ...order, digest, ...settings, ...chosen } as Order | PreflightOrder;
}

/** What a variant consists of and may change. */
export function agentSettings({ agent, allow, benchmark, protect }: Configuration): Settings['agent'] {
  return {
    solve: agent.solve,
    modify: agent.modify ?? agent.solve,
    check: agent.check,
    image: agent.image,
    protect: protectedPaths(benchmark.suite, protect),
    ...(allow?.length > 0 && { allow }),
    allowDependencies: agent.allowDependencies,
    registries: agent.registries,
    build: buildOf(agent),
  };
}

function settingsOf(configuration: Configuration, digest: string | null, costUSD: number): Settings {
  const { benchmark, limits, models } = configuration;
  return {
    suite: { name: benchmark.suite, digest, ...(benchmark.network && { network: benchmark.network }) },
    agent: agentSettings(configuration),
    models,
    limits: {
      taskSeconds: limits.taskMinutes * 60,
      costUSD,
      taskCostUSD: limits.taskCostUSD,
      memoryMB: limits.memoryMB,
      cpus: limits.cpus,
      pids: limits.pids,
    },
  };
}

/** How an agent is built; null for one that is not. */
export function buildOf({ build, lock, inputs, registries }: Configuration['agent']): BuildConfig | null {
  return build ? { command: build, lock, inputs, registries } : null;
}

/** What no variant may touch: the workflows, the benchmark, and what the owner named. */
export function protectedPaths(suite: string, protect: readonly string[]): string[] {
  return [...new Set(['.github/**', ...kindOf(suite).protects(suite), ...protect])];
}
