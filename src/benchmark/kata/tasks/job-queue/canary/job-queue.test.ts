import test from 'node:test';
import assert from 'node:assert/strict';
import { HandClock } from '../clock.ts';
import { Queue } from '../queue.ts';

function made(...ids: string[]) {
  const clock = new HandClock(500);
  const queue = new Queue(clock, 100, 3);
  for (const id of ids) queue.add(id);
  return { clock, queue };
}

test("clock", () => {
  const clock = new HandClock(7);
  clock.move(3);
  assert.equal(clock.now(), 7);
  assert.equal(new HandClock().now(), 0);
  assert.throws(() => clock.move(-1), RangeError);
});

test("takes in order", () => {
  const { queue } = made('b', 'a');
  assert.deepEqual([queue.take('w'), queue.take('v'), queue.take('w')], ['a', 'b', null]);
  assert.deepEqual(queue.stats(), { waiting: 0, leased: 2, done: 0, dead: 0 });
  assert.equal(queue.done('v', 'b'), false);
  assert.equal(queue.done('w', 'b'), true);
  assert.equal(queue.add('b'), false);
  assert.deepEqual(queue.stats(), { waiting: 0, leased: 1, done: 1, dead: 0 });
});
