import fc from 'fast-check';
import { expect, test } from 'vitest';
import { counting, writeWait } from './write-window.ts';

test('no window ever holds more writes than allowed, and none waits without need', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.nat(90_000), { minLength: 1, maxLength: 40 }),
      (perMinute, perHour, gaps) => {
        const times: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          const wait = writeWait(counting(times, now), now, { perMinute, perHour });
          const full = (window: number, limit: number) => times.filter((at) => at > now - window).length >= limit;
          expect(wait > 0).toBe(full(60_000, perMinute) || full(3_600_000, perHour));
          now += wait;
          times.push(now);
        }
        for (const end of times) {
          expect(times.filter((at) => at > end - 60_000 && at <= end).length).toBeLessThanOrEqual(perMinute);
          expect(times.filter((at) => at > end - 3_600_000 && at <= end).length).toBeLessThanOrEqual(perHour);
        }
      },
    ),
  );
});

test('a clock that was set back holds nothing up', () => {
  expect(counting([10, 20, 36_000_000], 30)).toEqual([10, 20]);
});
