import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Archive, Job } from '../archive/archive.ts';
import { replay } from '../archive/reduce.ts';
import { readConfiguration } from '../config/configuration.ts';
import type { Result } from '../contract/contract.ts';
import type { ArchiveEvent } from '../model/event.ts';
import { affords, chargeMost, chargeReported, comparisonCost, costCap } from './spending.ts';

const reading = readConfiguration(`version: 1
agent: { solve: a }
benchmark: { suite: t }
limits: { taskCostUSD: 0.5 }
`);
if (!reading.ok) throw new Error(JSON.stringify(reading.issues));
const { configuration } = reading;

const tasks = ['a', 'b', 'c', 'd'];
const started = (costUSD: number | null): ArchiveEvent => ({
  type: 'run.started',
  run: 'r1',
  seed: 1,
  policy: { name: 'hgm', params: {} },
  budget: 20,
  expansionCost: 1,
  concurrency: 4,
  batch: 2,
  costUSD,
  suite: { name: 't', digest: 'd' },
  tasks,
  heldOut: ['x', 'y', 'z'],
  root: { sha: '0', tree: '0' },
  confidence: 0.95,
});
const ordered = (job: string, tasks: readonly string[]): ArchiveEvent => ({
  type: 'evaluation.ordered',
  job,
  decision: null,
  variant: 'v0',
  tasks,
  split: 'search',
});
const done = (job: string, task: string, costUSD: number): ArchiveEvent => ({
  type: 'evaluation.done',
  job,
  variant: 'v0',
  task,
  split: 'search',
  outcome: 'resolved',
  costUSD,
  seconds: 1,
});

test('a job may cost what its tasks may; an expansion as much as four', () => {
  expect(costCap(configuration, 'evaluate', 3)).toBe(1.5);
  expect(costCap(configuration, 'expand', 1)).toBe(2);
  expect(costCap(configuration, 'preflight', 0)).toBe(0.5);
});

test('what is spent, what is in flight at most, and the job at most stay within the limit together', () => {
  const archive = replay([started(3), ordered('j', ['a', 'b']), done('j', 'a', 0.7), ordered('k', ['c'])]);
  // .7 spent; .5 and .5 in flight.
  expect(affords(archive, configuration, 'evaluate', 2)).toBe(true);
  expect(affords(archive, configuration, 'evaluate', 3)).toBe(false);
  // Tried again, a job takes the place it has.
  expect(affords(archive, configuration, 'evaluate', 3, archive.jobs.get('k'))).toBe(true);
  expect(affords(replay([started(null)]), configuration, 'expand', 1)).toBe(true);
});

test('nothing ordered within the limit ever spends more, whatever its jobs cost up to their caps', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 5, noNaN: true }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
      (limit, shares) => {
        let archive: Archive = replay([started(limit)]);
        const events: ArchiveEvent[] = [started(limit)];
        for (const [i, task] of tasks.entries()) {
          if (!affords(archive, configuration, 'evaluate', 1)) break;
          events.push(ordered(`j${i}`, [task]));
          if (i % 2 === 0) events.push(done(`j${i}`, task, shares[i]! * 0.5));
          archive = replay(events);
        }
        for (const job of archive.jobs.values())
          events.push(...job.tasks.map((task) => done(job.job, task, shares[tasks.indexOf(task)]! * 0.5)));
        expect(replay(events).spentUSD).toBeLessThanOrEqual(limit + 1e-6);
      },
    ),
  );
});

test('a repeated comparison is estimated by what evaluations have cost; without any it is not', () => {
  expect(comparisonCost(replay([started(3)]))).toBeNull();
  const archive = replay([started(3), ordered('j', ['a', 'b']), done('j', 'a', 0.1), done('j', 'b', 0.3)]);
  expect(comparisonCost(archive)).toBeCloseTo(6 * 0.2);
});

test('an attempt is charged once: what it reports besides its results, or the most it may have cost', () => {
  const job: Job = replay([started(3), ordered('j', ['a', 'b'])]).jobs.get('j')!;
  const perTask = [
    { verdict: 'resolved', costUSD: 0.2 },
    { verdict: 'infrastructure', costUSD: 0.1 },
  ];
  const result = { kind: 'evaluate', perTask, usage: { costUSD: 0.35 } } as unknown as Result;
  expect(chargeReported(job, 1, result, 'why')).toMatchObject([
    { attempt: 1, reason: 'why', costUSD: expect.closeTo(0.15) },
  ]);
  expect(chargeReported({ ...job, charged: 1 }, 1, result, 'why')).toEqual([]);
  const exact = { ...result, usage: { costUSD: 0.2 } } as Result;
  expect(chargeReported(job, 1, exact, 'why')).toEqual([]);
  expect(chargeMost(job, configuration, 2, 2, 'gone')).toMatchObject([{ attempt: 2, costUSD: 1, assumed: true }]);
  expect(chargeMost({ ...job, charged: 2 }, configuration, 2, 2, 'gone')).toEqual([]);
});
