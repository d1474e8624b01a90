import test from 'node:test';
import assert from 'node:assert/strict';
import { PriorityQueue } from '../queue.ts';

function queue(...items: [string, number][]) {
  const made = new PriorityQueue<string>();
  for (const [item, priority] of items) made.push(item, priority);
  return made;
}

test("order", () => {
  const q = queue(['a', 1], ['b', 3], ['c', 1], ['d', 3]);
  assert.equal(q.size, 4);
  assert.equal(q.peek(), 'b');
  assert.deepEqual([q.pop(), q.pop(), q.pop(), q.pop()], ['b', 'd', 'a', 'c']);
});

test("empty", () => {
  const q = queue();
  assert.equal(q.pop(), undefined);
  assert.equal(q.peek(), undefined);
  assert.deepEqual(q.drain(), []);
});

test("drain", () => {
  const q = queue(['a', 1], ['b', 2], ['c', 2]);
  assert.deepEqual(q.drain(), ['b', 'c', 'a']);
  assert.equal(q.size, 0);
});

test("reprioritise", () => {
  const q = queue(['a', 1], ['b', 2], ['c', 2]);
  assert.equal(q.reprioritise('a', 2), true);
  assert.equal(q.reprioritise('x', 2), false);
  assert.deepEqual(q.drain(), ['b', 'c', 'a']);
  const r = queue(['a', 2], ['b', 2], ['c', 2]);
  r.reprioritise('a', 2);
  assert.deepEqual(r.drain(), ['b', 'c', 'a']);
});

test("no number", () => {
  assert.throws(() => queue(['a', Number.NaN]), RangeError);
  assert.throws(() => queue(['a', 1]).reprioritise('a', Number.NaN), RangeError);
});
