import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writePace } from './pace.ts';

function clockFrom(start: number) {
  let now = start;
  return {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

test('no window ever holds more writes than allowed, and none waits without need', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.nat(90_000), { minLength: 1, maxLength: 40 }),
      async (perMinute, perHour, gaps) => {
        const clock = clockFrom(0);
        const pace = writePace({ perMinute, perHour }, clock);
        const times: number[] = [];
        for (const gap of gaps) {
          clock.pass(gap);
          const asked = clock.now();
          await pace();
          const full = (window: number, limit: number) => times.filter((at) => at > asked - window).length >= limit;
          if (clock.now() > asked) expect(full(60_000, perMinute) || full(3_600_000, perHour)).toBe(true);
          times.push(clock.now());
        }
        for (const end of times) {
          expect(times.filter((at) => at > end - 60_000 && at <= end).length).toBeLessThanOrEqual(perMinute);
          expect(times.filter((at) => at > end - 3_600_000 && at <= end).length).toBeLessThanOrEqual(perHour);
        }
      },
    ),
  );
});
