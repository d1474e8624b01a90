import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { spentText, timed, WallTime } from './wall-time.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] }));
afterEach(() => void vi.useRealTimers());

const after = (ms: number) => new Promise<void>((done) => void setTimeout(done, ms));
const measured = async (work: () => Promise<unknown>) => {
  const meter = new WallTime(performance.now());
  const over = meter.measure(work);
  await vi.runAllTimersAsync();
  await over;
  const { start, ...spent } = meter.spent();
  expect(start).toBe(0);
  return spent;
};

it('gives time to what goes on, and to the innermost of it', async () => {
  const spent = await measured(async () => {
    await after(500);
    await timed('attempts', async () => {
      await after(1_000);
      await timed('agent', () => after(2_000));
      await after(250);
    });
  });
  expect(spent).toEqual({ other: 0.5, attempts: 1.25, agent: 2 });
});

it('shares time among what goes on at once, and adds up to the whole', async () => {
  const spent = await measured(() =>
    Promise.all([timed('agent', () => after(3_000)), timed('grading', () => timed('tests', () => after(1_000)))]),
  );
  expect(spent).toMatchObject({ agent: 2.5, tests: 0.5 });
  expect(Object.values(spent).reduce((sum, seconds) => sum + seconds, 0)).toBeCloseTo(3);
});

it('goes on with what outlives the work it came of', async () => {
  const spent = await measured(async () => {
    let left: Promise<void> | undefined;
    await timed('grading', async () => {
      left = timed('upload', () => after(2_000));
      await after(1_000);
    });
    await left;
  });
  expect(spent).toEqual({ upload: 1.5, other: 0.5, grading: 0 });
});

it('changes nothing where nobody measures, and passes failures on', async () => {
  vi.useRealTimers();
  expect(await timed('agent', async () => 7)).toBe(7);
  const meter = new WallTime(performance.now());
  await expect(meter.measure(() => timed('agent', () => Promise.reject(new Error('x'))))).rejects.toThrow('x');
  const before = meter.spent().agent;
  await sleep(5);
  expect(meter.spent().agent).toBe(before);
});

it('says where time went in one line', () => {
  expect(spentText({ agent: 30.12, tests: 6, start: 0.3, images: 2.04, order: 0.02 })).toBe(
    '38.5 s: agent 30.1, tests 6.0, overhead 2.4 (images 2.0, start 0.3)',
  );
  expect(spentText({ start: 0.01 })).toBe('0.0 s: overhead 0.0');
});
