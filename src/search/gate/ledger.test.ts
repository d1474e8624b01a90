import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ArchiveEvent } from '../../model/event.ts';
import type { Grant } from '../../model/gate/verdict.ts';
import { allowance, NO_HISTORY, type Opening, openingsOf } from './ledger.ts';

const TASKS = ['a', 'b', 'c', 'd'];
let trees = 0;
const opening = (more: Partial<Opening>): Opening => ({
  run: 'r1',
  variant: 'v1',
  at: '2026-01-01T00:00:00.000Z',
  suite: 's',
  heldOut: TASKS,
  spent: 0.04,
  passed: false,
  tree: `tree ${trees++}`,
  ...more,
});

test('the first comparison may spend four fifths, each later one half of what is left', () => {
  const next = (...openings: Opening[]) => allowance(openings, 's', TASKS, 0.05, 'share').level;
  expect(next()).toBeCloseTo(0.04, 12);
  expect(next(opening({}))).toBeCloseTo(0.005, 12);
  expect(next(opening({}), opening({ spent: 0.005 }))).toBeCloseTo(0.0025, 12);
  // The first pass earns nothing, each further one the level again; under `any` none does.
  const passed = [opening({ passed: true }), opening({ spent: 0.005, passed: true })];
  expect(next(...passed)).toBeCloseTo((0.1 - 0.045) / 2, 12);
  expect(allowance(passed, 's', TASKS, 0.05, 'any').level).toBeCloseTo(0.0025, 12);
});

test('an opening counts for the share of today’s tasks that it saw; other suites and new tasks start fresh', () => {
  const half = allowance([opening({ heldOut: ['a', 'b', 'x'] })], 's', TASKS, 0.05, 'share');
  expect(half).toMatchObject({ openings: 1, spent: 0.02, worn: 0.5 });
  expect(half.level).toBeCloseTo(0.015, 12);
  for (const other of [opening({ suite: 'other' }), opening({ heldOut: ['x'] })])
    expect(allowance([other], 's', TASKS, 0.05, 'share')).toMatchObject({ openings: 0, spent: 0, worn: 0 });
});

test('whatever came before, all comparisons together spend the promised level for each pass at most', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), fc.constantFrom('share', 'any'), (passes, promise) => {
      const openings: Opening[] = [];
      for (const passed of passes) {
        const { level } = allowance(openings, 's', TASKS, 0.05, promise);
        openings.push(opening({ spent: level, passed }));
        const spent = openings.reduce((sum, each) => sum + each.spent, 0);
        const before = openings.slice(0, -1).filter((each) => each.passed).length;
        expect(spent).toBeLessThanOrEqual(0.05 * (promise === 'any' ? 1 : Math.max(1, before)) + 1e-12);
      }
    }),
  );
});

test('a variant earns once, however often it passes, and what was only measured earns nothing', () => {
  const level = (...more: Partial<Opening>[]) =>
    allowance(
      more.map((each) => opening({ passed: true, spent: 0.005, ...each })),
      's',
      TASKS,
      0.05,
      'share',
    );
  const good = { tree: 'good' };
  expect(level(good, good, good, { tree: null })).toMatchObject({ passes: 4, level: (0.05 - 0.02) / 2 });
  expect(level(good, { tree: 'better' }, { tree: null }).level).toBeCloseTo((0.1 - 0.015) / 2, 12);
});

test('passes on few of today’s tasks earn as little as their cost counts, and no comparison may spend more than the promise', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ shared: fc.integer({ min: 1, max: 4 }), passed: fc.boolean() }), { maxLength: 40 }),
      (earlier) => {
        const openings: Opening[] = [];
        for (const { shared, passed } of earlier) {
          const heldOut = TASKS.slice(0, shared);
          openings.push(opening({ heldOut, passed, spent: allowance(openings, 's', heldOut, 0.05, 'share').level }));
        }
        const next = allowance(openings, 's', TASKS, 0.05, 'share');
        const earned = openings.reduce((sum, { passed, heldOut }) => sum + (passed ? heldOut.length / 4 : 0), 0);
        expect(next.level).toBeLessThanOrEqual(0.05);
        expect(next.level).toBeLessThanOrEqual(Math.max(0, 0.05 * Math.max(1, earned) - next.spent) + 1e-12);
      },
    ),
  );
  const five = Array.from({ length: 5 }, () => opening({ heldOut: ['a'], spent: 0.05, passed: true }));
  expect(allowance(five, 's', [...TASKS, 'e', 'f', 'g', 'h', 'i', 'j'], 0.05, 'share').level).toBeCloseTo(0.0125, 12);
});

test('a journal tells of its comparisons, each with all it was granted; runs without grants promised nothing', () => {
  const grant = (level: number): Grant => ({
    after: 0,
    evaluations: 200,
    level,
    ...NO_HISTORY,
  });
  const entries = (...events: object[]) =>
    events.map((event, i) => ({ seq: i + 1, at: `2026-01-01T00:00:0${i}.000Z`, event: event as ArchiveEvent }));
  const started = { type: 'run.started', run: 'r7', suite: { name: 's', digest: 'd' }, heldOut: TASKS };
  const made = { type: 'expansion.made', variant: 'v2', tree: 'tree of v2' };
  const opened = { type: 'heldout.opened', variant: 'v2', grant: grant(0.04), leftOut: ['b'] };
  const extended = { type: 'heldout.extended', variant: 'v2', by: 'ada', grant: { ...grant(0.0025), counts: 2 } };
  const done = (passed: boolean) => ({ type: 'heldout.done', variant: 'v2', gate: { passed } });
  expect(openingsOf(entries(started, { type: 'heldout.opened', variant: 'v2' }, done(true)))).toEqual([]);
  expect(openingsOf(entries(started, made, opened, done(false), extended))).toEqual([
    {
      run: 'r7',
      variant: 'v2',
      at: '2026-01-01T00:00:02.000Z',
      suite: 's',
      heldOut: ['a', 'c', 'd'],
      // What goes on counts twice.
      spent: 0.045,
      passed: false,
      tree: 'tree of v2',
    },
  ]);
  expect(openingsOf(entries(started, made, opened, done(false), extended, done(true)))[0]!.passed).toBe(true);
  const measured = { ...started, measure: { pull: 1 } };
  expect(openingsOf(entries(measured, opened, done(true)))[0]).toMatchObject({ passed: true, tree: null });
});
