import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Archive, budgetUsed } from '../../archive/archive.ts';
import { reduce } from '../../archive/reduce.ts';
import { projectPath } from '../../environment/project.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import { parseLandscape } from '../../simulation/landscape.ts';
import { createWorld } from '../../simulation/simulated-world.ts';
import { search } from '../../simulation/trial.ts';
import { rankForChoice, viewOf } from '../decide.ts';
import { DURATIONS } from '../hours.ts';
import { createPolicy } from '../policies.ts';
import { BETTER, plateauOf } from './plateau.ts';

const BUDGET = 200;

/** A run in a simulated world, by its events, and its variants as they truly are. */
function run(name: string, seed: number, policy = 'huxley') {
  const path = projectPath('src', 'simulation', 'landscapes', `${name}.json`);
  const landscape = parseLandscape(readFileSync(path, 'utf8'), path);
  const events: ArchiveEvent[] = [];
  const how = { budget: BUDGET, seed, expansionCost: 2, concurrency: 8, batch: 4, confidence: 0.95 };
  const { simulated } = search(
    {
      ...how,
      prefer: 'balance',
      landscape,
      policy: createPolicy(policy),
      durations: DURATIONS,
      record: (e) => events.push(e),
    },
    createWorld(landscape, seed),
  );
  return { events, simulated };
}

/** The archive after each event. */
function* archives(events: readonly ArchiveEvent[]): Generator<Archive> {
  let archive: Archive | null = null;
  for (const event of events) {
    archive = reduce(archive, event);
    yield archive;
  }
}

const settled = (archive: Archive, more: Partial<Archive['settings']>): Archive => ({
  ...archive,
  settings: { ...archive.settings, ...more },
});

test('a plateau is a quarter of the budget and five expansions since the best was made, and says the same again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 0, max: 30 }), (seed, best) => {
      const { events } = run('heritable-60', seed);
      let made = best === 0;
      let [evaluations, expansions] = [0, 0];
      let at = 0;
      for (const archive of archives(events)) {
        const event = events[at++]!;
        if (made && event.type === 'evaluation.done' && event.variant !== 'v0') evaluations++;
        if (made && (event.type === 'expansion.made' || event.type === 'expansion.failed')) expansions++;
        if (event.type === 'expansion.made' && event.variant === `v${best}`) made = true;
        if (!made || at % 50 !== 0) continue;
        const plateau = plateauOf(archive, createPolicy('greedy'), best);
        const long = evaluations + 2 * expansions >= BUDGET / 4 && expansions >= 5;
        expect(plateau).toEqual(long ? { evaluations, expansions, more: BUDGET / 4, chance: null } : null);
        if (at % 200 !== 0 || !long) continue;
        const known = plateauOf(archive, createPolicy('huxley'), best)!;
        expect(known.chance).toBeGreaterThanOrEqual(0);
        expect(known.chance).toBeLessThanOrEqual(1);
        expect(plateauOf(archive, createPolicy('huxley'), best)).toEqual(known);
      }
    }),
    { numRuns: 8 },
  );
});

test('calibrations and measurements have no plateau, and goal cost no chance', () => {
  const { events } = run('null-60', 2);
  const archive = [...archives(events)].at(-1)!;
  const policy = createPolicy('huxley');
  expect(plateauOf(archive, policy, 0)).toMatchObject({ chance: expect.any(Number) });
  expect(plateauOf(settled(archive, { calibrate: { attempts: 3, gradings: 1 } }), policy, 0)).toBeNull();
  const measure = { pull: 1, author: 'a', title: '', head: { sha: '', tree: '' }, sealed: false, evaluations: 9 };
  expect(plateauOf(settled(archive, { measure } as Partial<Archive['settings']>), policy, 0)).toBeNull();
  const gate = { goal: 'cost' } as NonNullable<Archive['settings']['gate']>;
  expect(plateauOf(settled(archive, { gate }), policy, 0)).toMatchObject({ chance: null });
});

test('over worlds with something to gain, the mean chance is about what comes true', () => {
  let [said, was, states] = [0, 0, 0];
  for (const world of ['heritable-60', 'fragile-80', 'decay-60', 'skill-drift', 'rugged-120', 'barren-60'])
    for (const seed of [71_001, 71_002, 71_003]) {
      const { events, simulated } = run(world, seed);
      const policy = createPolicy('huxley');
      const made = [...archives(events)].flatMap((archive, at) => {
        const event = events[at]!;
        return event.type === 'expansion.made'
          ? [{ number: Number(event.variant.slice(1)), used: budgetUsed(archive) }]
          : [];
      });
      let last = 0;
      for (const archive of archives(events)) {
        const used = budgetUsed(archive);
        if (used < last + BUDGET / 8 || used > 0.75 * BUDGET) continue;
        const best = rankForChoice(viewOf(archive), policy)[0]!.variant;
        const plateau = plateauOf(archive, policy, best);
        if (plateau === null) continue;
        last = used;
        const utility = (number: number) => simulated[number]!.utility;
        const later = made.filter((one) => one.used > used && one.used <= used + plateau.more);
        was += Number(later.some(({ number }) => utility(number) - utility(best) >= BETTER));
        said += plateau.chance!;
        states++;
      }
    }
  expect(states).toBeGreaterThan(30);
  expect(Math.abs(said - was) / states).toBeLessThan(0.15);
});
