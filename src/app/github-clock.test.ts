import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GitHubClock } from './github-clock.ts';

const START = Date.parse('2026-11-29T12:00:00Z');
const HOURS = 3_600_000;

/** A machine whose clock may be set, and the time it really is. */
function machine() {
  const state = { passed: 0, offset: 0 };
  const clock = new GitHubClock({
    now: () => new Date(START + state.passed + state.offset),
    monotonic: () => 7_000 + state.passed,
    sleep: async () => {},
  });
  const real = () => START + state.passed;
  /** An answer that GitHub sent so long ago, with the whole second it tells. */
  const answer = (late = 0) => clock.observe(new Date(Math.floor((real() - late) / 1_000) * 1_000).toUTCString());
  return { state, clock, real, answer };
}

test('until GitHub has answered, the time is the machine’s', () => {
  const { state, clock, real } = machine();
  state.offset = 10 * HOURS;
  expect(clock.now().getTime()).toBe(real() + 10 * HOURS);
});

test('however the machine’s clock is set, the time stays GitHub’s', () => {
  const step = fc.oneof(
    fc.record({ pass: fc.integer({ min: 0, max: 12 * HOURS }) }),
    fc.record({ set: fc.integer({ min: -1_000 * HOURS, max: 1_000 * HOURS }) }),
    fc.record({ late: fc.integer({ min: 0, max: 3_000 }) }),
    // An answer from a server whose own clock is wrong, or none that tells the time.
    fc.record({ told: fc.constantFrom('', 'soon', 'Thu, 01 Jan 1970 00:00:00 GMT', 'Fri, 01 Jan 2100 00:00:00 GMT') }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const { state, clock, real, answer } = machine();
      answer();
      let before = clock.now().getTime();
      for (const each of steps) {
        if ('pass' in each) state.passed += each.pass;
        if ('set' in each) state.offset = each.set;
        if ('late' in each) answer(each.late);
        if ('told' in each) {
          clock.observe(each.told);
          answer();
        }
        const now = clock.now().getTime();
        expect(Math.abs(now - real())).toBeLessThanOrEqual(10_000);
        expect(now).toBeGreaterThanOrEqual(before);
        before = now;
      }
    }),
  );
});

test('a machine that slept through hours tells the time again after two answers', () => {
  const { clock, real, answer } = machine();
  answer();
  const woken = (late: number) => clock.observe(new Date(real() + 8 * HOURS - late).toUTCString());
  woken(1_000);
  expect(clock.now().getTime()).toBeLessThan(real() + HOURS);
  woken(0);
  expect(clock.now().getTime()).toBe(real() + 8 * HOURS);
});
