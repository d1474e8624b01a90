import test from 'node:test';
import assert from 'node:assert/strict';
import { Bus } from '../bus.ts';

test("calls in order", () => {
  const bus = new Bus();
  const log: unknown[] = [];
  bus.on('a', (x) => log.push(['1', x]));
  bus.on('a', (x) => log.push(['2', x]));
  assert.equal(bus.emit('a', 7), 2);
  assert.equal(bus.emit('b', 7), 0);
  assert.deepEqual(log, [['1', 7], ['2', 7]]);
});

test("star", () => {
  const bus = new Bus();
  const log: string[] = [];
  bus.on('*', () => log.push('star'));
  bus.on('a', () => log.push('a'));
  assert.equal(bus.emit('a', 0), 2);
  assert.deepEqual(log, ['a', 'star']);
  assert.throws(() => bus.emit('*', 0), TypeError);
});

test("the same twice", () => {
  const bus = new Bus();
  let count = 0;
  const listener = () => { count += 1; };
  const off = bus.on('a', listener);
  bus.on('a', listener);
  assert.equal(bus.emit('a', 0), 2);
  off();
  off();
  assert.equal(bus.emit('a', 0), 1);
  assert.equal(count, 3);
});

test("once", () => {
  const bus = new Bus();
  let count = 0;
  bus.once('a', () => { count += 1; bus.emit('a', 0); });
  bus.emit('a', 0);
  bus.emit('a', 0);
  assert.equal(count, 1);
});

test("errors and removal", () => {
  const bus = new Bus();
  const log: string[] = [];
  bus.on('a', () => { throw new Error('first'); });
  bus.on('a', () => { off(); log.push('b'); });
  const off = bus.on('a', () => log.push('never'));
  bus.on('a', () => { bus.on('a', () => log.push('later')); throw new Error('second'); });
  assert.throws(() => bus.emit('a', 0), /first/);
  assert.deepEqual(log, ['b']);
});
