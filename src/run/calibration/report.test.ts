import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ArchiveEvent, JournalEntry } from '../../model/event.ts';
import { createRng } from '../../model/rng.ts';
import { reportOn } from './report.ts';
import { calibrationHeadline, calibrationText } from './text.ts';

const SHA = 'a'.repeat(40);
const named = (letter: string, n: number) => Array.from({ length: n }, (_, i) => `${letter}${i}`);

interface Spec {
  readonly attempts?: number;
  readonly gradings?: number;
  readonly heldOut?: readonly string[];
  /** Whether an attempt resolves the task; null for no result. */
  readonly resolves: (task: string, round: number) => boolean | null;
  readonly wavers?: readonly string[];
  readonly more?: readonly ArchiveEvent[];
}

/** The journal of a calibration. */
function journal({ attempts = 4, gradings = 3, heldOut = named('h', 10), resolves, wavers = [], more = [] }: Spec) {
  const tasks = named('s', 10);
  const events: ArchiveEvent[] = [
    {
      type: 'run.started',
      run: 'r1',
      seed: 1,
      policy: { name: 'hgm', params: {} },
      budget: 60,
      expansionCost: 1,
      concurrency: 1,
      batch: 4,
      costUSD: null,
      suite: { name: 's', digest: 'd' },
      tasks,
      heldOut,
      root: { sha: SHA, tree: SHA },
      confidence: 0.95,
      gate: { test: 'sequential', evaluations: 200, promise: 'share' },
      rules: 2,
      calibrate: { attempts, gradings },
    },
  ];
  for (const [split, all] of [
    ['search', tasks],
    ['heldout', heldOut],
  ] as const)
    for (let round = 0; round < attempts; round++) {
      if (all.length === 0) continue;
      const about = { job: `${split}${round}`, variant: 'v0', split, ...(round === 0 ? {} : { round }) } as const;
      events.push({ type: 'evaluation.ordered', ...about, decision: null, tasks: all });
      for (const task of all) {
        const resolved = resolves(task, round);
        const waver = wavers.includes(task) ? { wavers: true as const } : {};
        events.push(
          resolved === null
            ? { type: 'evaluation.noResult', ...about, task, reason: 'x' }
            : {
                type: 'evaluation.done',
                ...about,
                task,
                outcome: resolved ? 'resolved' : 'unresolved',
                costUSD: 0,
                seconds: 1,
                ...waver,
              },
        );
      }
    }
  return [...events, ...more].map((event, i): JournalEntry => ({ seq: i + 1, at: '2026-01-01T00:00:00.000Z', event }));
}

const noisy = (task: string, round: number) => /[0-5]$/.test(task) || (/6$/.test(task) && round % 2 === 1);

test('the whole report: the noise, flaky tasks by name where they are not sealed, and the gate on the twin', () => {
  const report = reportOn(journal({ resolves: noisy, wavers: ['s9', 'h9'] }));
  expect(report.twin).toMatchObject({ passed: false, n: 18, alpha: expect.closeTo(0.04) });
  expect(calibrationHeadline(report)).toMatchInlineSnapshot(
    `"The agent solves 65.0 of 100. The noise floor is 5.8 points. Flaky in the agent: 2 tasks; in the grader: 2. The identical twin does not pass: p = 0.25 (needed p ≤ 0.04)."`,
  );
  expect(calibrationText(report).join('\n\n')).toMatchInlineSnapshot(`
    "Your agent was measured against itself: 4 attempts at each of 10 search tasks and 10 held-out tasks, the files of each graded 3 times.

    **Score.** It solves 65.0 of 100 (90 %: 61.6 to 68.4, over attempts at these very tasks).

    **Noise floor.** 5.8 points: the standard deviation between two runs of this same agent with one attempt at each task. It takes a lead of 15.0 to call one of them better (p ≤ 0.05, one look). Of 100 pairs of such runs, this many differ by chance alone: 67 by at least 1 point, 67 by at least 2 points, 67 by at least 3 points, 67 by at least 5 points. Without the tasks that are flaky in the grader it is 6.4.

    **Flaky in the agent.** 1 search task (s6), and 1 held-out task, which stays sealed. Attempts differ, the grader does not. Nothing needs fixing: they are the noise, and more tasks or more attempts lower it.

    **Flaky in the grader.** The same files got different verdicts. Search: s9. Held-out: h9. Until the suite changes, later comparisons leave them out. Correct these tasks, or take them out of the suite.

    **The gate on an identical twin.** The identical twin does not pass: p = 0.25 (needed p ≤ 0.04). Of 4 attempts at 9 held-out tasks half played the root and half its twin, by the rules of your configuration and at the level that a first comparison gets."
  `);
});

test('nothing flaky, one grading, no held-out task, an early end, no result at all', () => {
  const steady = reportOn(journal({ resolves: (task) => /[0-5]$/.test(task), gradings: 1, attempts: 2, heldOut: [] }));
  expect(calibrationText(steady).join('\n')).toMatchInlineSnapshot(`
    "Your agent was measured against itself: 2 attempts at each of 10 search tasks and 0 held-out tasks, the files of each graded once.
    **Score.** It solves 60.0 of 100.
    **Noise floor.** None was seen: all attempts at a task had the same outcome.
    **Flaky in the agent.** No task.
    **Flaky in the grader.** Not looked at: the files of each attempt were graded once.
    **The gate on an identical twin.** The gate was not tried: there are too few held-out attempts."
  `);
  const stop = { type: 'run.stopping', by: 'ada', reason: 'asked to' } as const;
  const early = reportOn(journal({ resolves: (_, round) => (round > 1 ? null : true), more: [stop] }));
  expect(calibrationText(early).slice(0, 2).join('\n')).toMatchInlineSnapshot(`
    "Your agent was measured against itself: 4 attempts at each of 10 search tasks and 10 held-out tasks, the files of each graded 3 times. 40 of 80 attempts have a result.
    It ended early, stopped by ada: asked to."
  `);
  expect(calibrationText(early).at(-1)).toContain('too many results are missing');
  const nothing = reportOn(journal({ resolves: () => null, more: [stop] }));
  expect(nothing.calibration).toBeNull();
  expect(calibrationHeadline(nothing)).toBe('Ended early, stopped by ada: asked to. No attempt has a result.');
});

test('a twin that passes is no reason to merge, and how often that happens is said', () => {
  const report = reportOn(journal({ resolves: (_, round) => round % 2 === 1 }));
  expect(report.twin!.passed).toBe(true);
  expect(calibrationHeadline(report)).toMatch(
    /The identical twin passes: p < 0\.001 \(needed p ≤ 0\.005\)\. Nothing is merged\.$/,
  );
  expect(calibrationText(report).at(-1)).toContain('By chance that happens in at most 4 of 100 calibrations.');
});

test('which tasks waver, and no round beyond the rules, play a part; the twin passes as rarely as said', () => {
  const rng = createRng(3);
  const rates = new Map([...named('h', 10), ...named('s', 10)].map((task) => [task, rng.next()]));
  let passed = 0;
  for (let i = 0; i < 300; i++)
    if (reportOn(journal({ resolves: (task) => rng.next() < rates.get(task)! })).twin!.passed) passed++;
  expect(passed / 300).toBeLessThan(0.04 + 0.035);
  fc.assert(
    fc.property(fc.subarray(named('h', 10)), fc.constantFrom(2, 4, 6), (wavers, attempts) => {
      const { twin, graderFlaky } = reportOn(journal({ resolves: noisy, wavers, attempts }));
      expect(graderFlaky.heldOut).toEqual(wavers);
      expect(twin === null).toBe(wavers.length === 10);
      if (twin === null) return;
      expect(twin.evidence!.tasks).toBe(10 - wavers.length);
      expect(twin.evidence!.rounds).toBeLessThanOrEqual(attempts / 2);
    }),
    { numRuns: 30 },
  );
});
