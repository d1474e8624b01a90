import { parentPort } from 'node:worker_threads';
import type { Prefer } from '../../model/event.ts';
import type { Durations } from '../../search/hours.ts';
import type { Params } from '../../search/policies/policy.ts';
import { createPolicy } from '../../search/policies.ts';
import type { Landscape } from '../../simulation/landscape.ts';
import { runTrial, type Trial } from '../../simulation/trial.ts';

/** Some seeds of one policy on one landscape at one budget. */
export interface Chunk {
  readonly row: number;
  readonly landscape: Landscape;
  readonly policy: { readonly name: string; readonly params: Params };
  readonly budget: number;
  readonly firstSeed: number;
  readonly seeds: number;
  readonly expansionCost: number;
  readonly concurrency: number;
  readonly prefer: Prefer;
  readonly batch: number;
  readonly confidence: number;
  readonly durations: Durations;
}

export interface ChunkDone {
  readonly row: number;
  readonly firstSeed: number;
  readonly trials: readonly Trial[];
  readonly seconds: number;
}

parentPort?.on('message', ({ row, firstSeed, seeds, policy, ...settings }: Chunk) => {
  const begun = performance.now();
  const trials: Trial[] = [];
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++)
    trials.push(runTrial({ ...settings, seed, policy: createPolicy(policy.name, policy.params) }));
  const done: ChunkDone = { row, firstSeed, trials, seconds: (performance.now() - begun) / 1000 };
  parentPort!.postMessage(done);
});
