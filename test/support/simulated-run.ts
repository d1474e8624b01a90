import { readFileSync } from 'node:fs';
import { projectPath } from '../../src/environment/project.ts';
import type { JournalEntry } from '../../src/model/event.ts';
import { DURATIONS } from '../../src/search/hours.ts';
import { createPolicy } from '../../src/search/policies.ts';
import { parseLandscape } from '../../src/simulation/landscape.ts';
import { createWorld } from '../../src/simulation/simulated-world.ts';
import { search } from '../../src/simulation/trial.ts';

/** The journal of a simulated search: every decision is the policy's own. A second passes between its entries. */
export function simulatedRun(policy: string, budget: number, seed = 1): JournalEntry[] {
  const name = projectPath('src/simulation/landscapes/rugged-120.json');
  const landscape = parseLandscape(readFileSync(name, 'utf8'), name);
  const entries: JournalEntry[] = [];
  const jobs = { concurrency: 4, batch: 1, prefer: 'balance', durations: DURATIONS } as const;
  search(
    {
      ...jobs,
      landscape,
      budget,
      seed,
      expansionCost: 2,
      confidence: 0.95,
      policy: createPolicy(policy),
      record: (event) => {
        const at = new Date(Date.UTC(2026, 10, 30, 8) + 1_000 * entries.length).toISOString();
        entries.push({ seq: entries.length + 1, at, event });
      },
    },
    createWorld(landscape, seed),
  );
  return entries;
}
