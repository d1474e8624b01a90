import test from 'node:test';
import assert from 'node:assert/strict';
import { Bus } from '../bus.ts';

test("calls in order", () => {
  const bus = new Bus();
  const log: unknown[] = [];
  bus.on('a', (x) => log.push(['1', x]));
  bus.on('a', (x) => log.push(['2', x]));
  assert.equal(bus.emit('a', 7), 0);
  assert.equal(bus.emit('b', 7), 0);
  assert.deepEqual(log, [['1', 7], ['2', 7]]);
});

test("once", () => {
  const bus = new Bus();
  let count = 0;
  bus.once('a', () => { count += 1; bus.emit('a', 0); });
  bus.emit('a', 0);
  bus.emit('a', 0);
  assert.equal(count, 2);
});
