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
  assert.deepEqual([q.pop(), q.pop(), q.pop(), q.pop()], ['d', 'b', 'c', 'a']);
});

test("drain", () => {
  const q = queue(['a', 1], ['b', 2], ['c', 2]);
  assert.deepEqual(q.drain(), ['b', 'a', 'c']);
  assert.equal(q.size, 0);
});
