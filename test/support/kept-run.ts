import { readConfiguration } from '../../src/config/configuration.ts';
import type { ArchiveEventOf } from '../../src/model/event.ts';
import type { RunSpec } from '../../src/run/state/spec.ts';
import { createPolicy } from '../../src/search/policies.ts';
import type { RunKey } from '../../src/store/journal.ts';
import type { Store } from '../../src/store/store.ts';

const reading = readConfiguration('version: 1\nagent: { solve: node agent.ts }\nbenchmark: { suite: tasks }\n');

/** What a run in a test was started with. */
export function startedRun(run: string, costUSD: number | null = null): ArchiveEventOf<'run.started'> {
  return {
    type: 'run.started',
    ...{
      run,
      seed: 1,
      policy: createPolicy('hgm').spec,
      budget: 50,
      expansionCost: 2,
      concurrency: 2,
      batch: 1,
      costUSD,
    },
    suite: { name: 'tasks', digest: 'sha256:0' },
    tasks: ['a', 'b'],
    heldOut: ['x', 'y'],
    root: { sha: 'f'.repeat(40), tree: 'e'.repeat(40) },
    confidence: 0.95,
  };
}

export function specOf(): RunSpec {
  if (!reading.ok) throw new Error(JSON.stringify(reading.issues));
  return {
    ...{ issue: 1, configuration: reading.configuration, defaultBranch: 'main', startedBy: 'ada' },
    ...{ startedAt: '2026-11-30T12:00:00.000Z', suiteDigest: null },
  };
}

/** Keeps a run that has started and done nothing yet. */
export async function keepRun(store: Store, key: RunKey): Promise<void> {
  await store.writeDocument(key, 'spec', specOf());
  await store.append(key, 0, [startedRun(key.run)]);
}
