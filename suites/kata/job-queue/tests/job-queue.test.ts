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
  assert.equal(clock.now(), 10);
  assert.equal(new HandClock().now(), 0);
  assert.throws(() => clock.move(-1), RangeError);
});

test("takes in order", () => {
  const { queue } = made('b', 'a');
  assert.deepEqual([queue.take('w'), queue.take('v'), queue.take('w')], ['b', 'a', null]);
  assert.deepEqual(queue.stats(), { waiting: 0, leased: 2, done: 0, dead: 0 });
  assert.equal(queue.done('v', 'b'), false);
  assert.equal(queue.done('w', 'b'), true);
  assert.equal(queue.add('b'), false);
  assert.deepEqual(queue.stats(), { waiting: 0, leased: 1, done: 1, dead: 0 });
});

test("due for longest", () => {
  const { queue, clock } = made();
  queue.add('late', 50);
  queue.add('soon', 20);
  assert.equal(queue.take('w'), null);
  clock.move(50);
  assert.equal(queue.take('w'), 'soon');
  assert.equal(queue.take('w'), 'late');
});

test("failures pause", () => {
  const { queue, clock } = made('a');
  queue.take('w');
  assert.equal(queue.fail('w', 'a'), true);
  assert.equal(queue.fail('w', 'a'), false);
  clock.move(999);
  assert.equal(queue.take('w'), null);
  clock.move(1);
  assert.equal(queue.take('w'), 'a');
  queue.fail('w', 'a');
  clock.move(1999);
  assert.equal(queue.take('w'), null);
  clock.move(1);
  assert.equal(queue.take('w'), 'a');
  queue.fail('w', 'a');
  assert.deepEqual(queue.stats(), { waiting: 0, leased: 0, done: 0, dead: 1 });
});

test("lost leases", () => {
  const { queue, clock } = made('a');
  queue.take('w');
  queue.add('b', 150);
  clock.move(100);
  assert.equal(queue.done('w', 'a'), false);
  clock.move(60);
  assert.equal(queue.take('v'), 'a');
  assert.equal(queue.take('v'), 'b');
  clock.move(100);
  queue.take('v');
  clock.move(100);
  assert.equal(queue.stats().dead, 1);
});
