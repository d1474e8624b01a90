import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listen } from './live.ts';

class Answered {
  readyState = 0;
  readonly heard = new Map<string, () => void>();
  addEventListener(type: string, listener: () => void): void {
    this.heard.set(type, listener);
  }
  tell(type: string, readyState: number): void {
    this.readyState = readyState;
    this.heard.get(type)!();
  }
  close(): void {
    this.readyState = 2;
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function begun() {
  const opened: Answered[] = [];
  const told: (boolean | 'changed')[] = [];
  const open = () => opened[opened.push(new Answered()) - 1]!;
  const end = listen(
    open,
    () => told.push('changed'),
    (is) => told.push(is),
  );
  return { opened, told, end };
}

test('after an answer that is no stream it connects again, later each time, and has the page read', () => {
  const { opened, told } = begun();
  opened[0]!.tell('open', 1);
  opened[0]!.tell('error', 2);
  vi.advanceTimersByTime(999);
  expect([opened.length, told]).toEqual([1, [true, false]]);
  vi.advanceTimersByTime(1);
  expect([opened.length, told]).toEqual([2, [true, false, 'changed']]);
  opened[1]!.tell('error', 2);
  vi.advanceTimersByTime(1_999);
  expect(opened).toHaveLength(2);
  vi.advanceTimersByTime(1);
  opened[2]!.tell('open', 1);
  opened[2]!.tell('changed', 1);
  expect(told.slice(-4)).toEqual(['changed', true, 'changed', 'changed']);
});

test('a connection that broke is left to the browser, and nothing goes on after the end', () => {
  const { opened, end } = begun();
  opened[0]!.tell('error', 0);
  vi.advanceTimersByTime(600_000);
  expect(opened).toHaveLength(1);
  opened[0]!.tell('error', 2);
  end();
  vi.advanceTimersByTime(600_000);
  expect(opened).toHaveLength(1);
});
