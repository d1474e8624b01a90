import { expect, test } from 'vitest';
import { type CalibrationAttempt, calibrate } from '../../calibration/calibrate.ts';
import { calibrationText } from './calibration-text.ts';

/** Four attempts at a task: `+` resolved, `-` not, `x` graded both ways. */
const at = (task: string, attempts: string): CalibrationAttempt[] =>
  [...attempts].map((each) => ({
    task,
    verdicts: each === 'x' ? ['unresolved', 'resolved'] : [each === '+' ? 'resolved' : 'unresolved'],
  }));
const steady = Array.from({ length: 16 }, (_, i) => at(`t${i}`, i < 10 ? '++++' : '----')).flat();
const wavering = [...at('roman-numerals', '++-+'), ...at('json-patch', '--+-')];

test('flaky tasks by name, the noise floor in sentences, the gate against itself, and what to do', () => {
  const sound = [...steady, ...wavering];
  const report = {
    calibration: calibrate([...sound, ...at('clock', 'xx--'), ...at('threads', '+x-')]),
    withoutFlaky: calibrate(sound).noise,
    missing: 1,
    gate: { splits: 2_000, passed: 31, level: 0.05 },
  };
  expect(calibrationText(report)).toMatchInlineSnapshot(`
    "Score: 56.7 of 100 (90 %: 52.7 to 60.7)
    Without a result: 1 attempt. The same command tries again.

      task            resolved  flaky
      roman-numerals  3/4       agent
      json-patch      1/4       agent
      clock           0/4       grader
      threads         1/3       grader, agent
    Not flaky: 16 of 20 tasks (10 resolved each time, 6 never).

    Noise floor: 6.5 points, the standard deviation between two runs with one attempt at each task. It takes a lead of 15.0 to call one of them better (p ≤ 0.05, one look).
    Chance that two such runs differ by at least 1 point: 71 %, 2 points: 71 %, 3 points: 71 %, 5 points: 71 %.
    Without the grader-flaky tasks: 5.6 points, the standard deviation between two runs with one attempt at each task. It takes a lead of 16.7 to call one of them better (p ≤ 0.05, one look).
    Gate: the agent against itself passes 1.6 % of 2,000 random splits of the attempts; 5 % are allowed.

    Grader-flaky: the same files got different verdicts. Fix or leave out; while they are flaky the gate leaves them out.
      clock, threads
    Agent-flaky: attempts differ, the grader does not. Nothing needs fixing: they are the noise, and more tasks or more attempts lower it.
      roman-numerals, json-patch"
  `);
});

test('nothing flaky, one attempt alone, a gate that lets too many pass', () => {
  const none = { withoutFlaky: null, missing: 0, gate: { splits: 2_000, passed: 0, level: 0.05 } };
  expect(calibrationText({ ...none, calibration: calibrate(steady) })).toMatchInlineSnapshot(`
    "Score: 62.5 of 100

    Not flaky: 16 of 16 tasks (10 resolved each time, 6 never).

    Noise floor: none seen. All attempts at a task had the same outcome.
    Gate: the agent against itself passes 0 % of 2,000 random splits of the attempts; 5 % are allowed."
  `);
  expect(calibrationText({ ...none, calibration: calibrate(at('clock', 'x')), gate: null })).toMatchInlineSnapshot(`
    "Score: 0.0 of 100

      task   resolved  flaky
      clock  0/1       grader
    Not flaky: 0 of 1 task.

    Noise floor: not known. It takes two attempts at a task.

    Grader-flaky: the same files got different verdicts. Fix or leave out; while they are flaky the gate leaves them out.
      clock"
  `);
  const loose = { ...none, gate: { splits: 2_000, passed: 200, level: 0.05 } };
  expect(calibrationText({ ...loose, calibration: calibrate(wavering) })).toContain(
    'passes 10 % of 2,000 random splits of the attempts; 5 % are allowed. That is too often: do not trust the gate',
  );
});
