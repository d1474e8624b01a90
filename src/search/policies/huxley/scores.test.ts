import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { replay } from '../../../archive/reduce.ts';
import { projectPath } from '../../../environment/project.ts';
import type { ArchiveEvent } from '../../../model/event.ts';
import { type Landscape, type LogitLandscape, parseLandscape } from '../../../simulation/landscape.ts';
import { createWorld, type SimulatedVariant } from '../../../simulation/simulated-world.ts';
import { search } from '../../../simulation/trial.ts';
import { viewOf } from '../../decide.ts';
import { DURATIONS } from '../../hours.ts';
import { createPolicy } from '../../policies.ts';
import { replayDecisions } from '../../replay.ts';

function read(name: string): LogitLandscape {
  const path = projectPath('src', 'simulation', 'landscapes', `${name}.json`);
  return parseLandscape(readFileSync(path, 'utf8'), path) as LogitLandscape;
}

const hopeless = read('hopeless-scores-40');

/** The events of a run, and its variants as they truly are. */
function run(landscape: Landscape, seed: number, budget: number) {
  const events: ArchiveEvent[] = [];
  const { simulated } = search(
    {
      landscape,
      policy: createPolicy('huxley'),
      budget,
      seed,
      expansionCost: 2,
      concurrency: 4,
      batch: 4,
      prefer: 'balance',
      confidence: 0.95,
      durations: DURATIONS,
      record: (event) => events.push(event),
    },
    createWorld(landscape, seed),
  );
  return { events, simulated };
}

const scoreless = (events: readonly ArchiveEvent[]) =>
  events.map((event) => {
    if (event.type !== 'evaluation.done') return event;
    const { score: _, ...rest } = event;
    return rest;
  });
const ruled = (events: readonly ArchiveEvent[], rules: number) =>
  events.map((event) => (event.type === 'run.started' ? { ...event, rules } : event));
const rank = (events: readonly ArchiveEvent[]) => createPolicy('huxley').rank(viewOf(replay(events)));

test('where the root resolves its usual share, scores change nothing, to the letter', () => {
  const heritable = { ...read('heritable-60'), tests: hopeless.tests! };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (seed) => {
      const { events } = run(heritable, seed, 40);
      expect(events.some((event) => event.type === 'evaluation.done' && event.score !== undefined)).toBe(true);
      for (const { same } of replayDecisions(scoreless(events))) expect(same).toBe(true);
      expect(rank(events)).toEqual(rank(scoreless(events)));
    }),
    { numRuns: 8 },
  );
});

test('a run from before rules 3 ignores scores, to the letter', () => {
  const { events } = run(read('hopeless-40'), 3, 40);
  const scored = events.map((event) =>
    event.type === 'evaluation.done' && event.outcome === 'unresolved' ? { ...event, score: 0.5 } : event,
  );
  for (const { same } of replayDecisions(ruled(scored, 2))) expect(same).toBe(true);
  expect([...replayDecisions(scored)].every(({ same }) => same)).toBe(false);
});

/** Share of pairs of measured variants that the final ranking's means order as they truly are. */
function concordance(events: readonly ArchiveEvent[], simulated: readonly (SimulatedVariant | undefined)[]): number {
  const beliefs = rank(events);
  let [pairs, right] = [0, 0];
  for (const a of beliefs)
    for (const b of beliefs) {
      if (simulated[a.variant]!.utility <= simulated[b.variant]!.utility) continue;
      pairs++;
      if (a.mean > b.mean) right++;
    }
  return right / pairs;
}

test('where the root resolves next to nothing, the final choice orders variants by their scores', () => {
  const seeds = Array.from({ length: 12 }, (_, seed) => seed + 1);
  const of = (change: (events: readonly ArchiveEvent[]) => readonly ArchiveEvent[]) =>
    seeds.reduce((sum, seed) => {
      const { events, simulated } = run(hopeless, seed, 60);
      return sum + concordance(change(events), simulated);
    }, 0) / seeds.length;
  const [known, blind] = [of((events) => events), of(scoreless)];
  expect(known).toBeGreaterThan(0.7);
  expect(blind).toBeLessThan(0.6);
});
