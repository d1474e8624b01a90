import test from 'node:test';
import assert from 'node:assert/strict';
import { run } from '../commands.ts';
import { Store } from '../store.ts';

function after(...lines: string[]) {
  const store = new Store();
  const said = lines.map((line) => run(store, line));
  return { said, entries: store.entries.map(({ text, done }) => (done ? `[${text}]` : text)) };
}

test("as before", () => {
  assert.deepEqual(after('add milk', 'add  ', 'done 1', 'done 7', 'fly'), { said: ['added: milk', 'nothing to add', 'done: milk', 'no entry 7', 'unknown command fly'], entries: ['[milk]'] });
});

test("undo add and drop", () => {
  assert.deepEqual(after('add a', 'add b', 'drop 1', 'undo', 'undo'), { said: ['added: a', 'added: b', 'dropped: a', 'undone: drop 1', 'undone: add b'], entries: ['a'] });
  assert.deepEqual(after('undo').said, ['nothing to undo']);
});

test("undo done", () => {
  assert.deepEqual(after('add a', 'done 1', 'undo').entries, ['a']);
  assert.deepEqual(after('add a', 'done 1', 'done 1', 'undo').said.at(-1), 'undone: done 1');
  assert.deepEqual(after('add a', 'done 1', 'done 1', 'undo').entries, ['a']);
});

test("redo", () => {
  assert.deepEqual(after('add a', 'add b', 'undo', 'undo', 'redo', 'redo', 'redo'), { said: ['added: a', 'added: b', 'undone: add b', 'undone: add a', 'redone: add a', 'redone: add b', 'nothing to redo'], entries: ['a', 'b'] });
  assert.deepEqual(after('add a', 'undo', 'add b', 'redo').entries, ['b']);
  assert.deepEqual(after('add a', 'undo', 'drop 9', 'redo').entries, ['a']);
});

test("snapshots", () => {
  const store = new Store();
  store.entries.push({ text: 'a', done: false });
  const shot = store.snapshot();
  store.entries[0]!.done = true;
  store.restore(shot);
  assert.equal(store.entries[0]!.done, false);
  store.entries[0]!.text = 'b';
  store.restore(shot);
  assert.equal(store.entries[0]!.text, 'a');
});

test("own history and depth", () => {
  const store = new Store();
  for (let i = 0; i < 103; i += 1) run(store, `add ${i}`);
  assert.equal(run(new Store(), 'undo'), 'nothing to undo');
  let count = 0;
  while (run(store, 'undo') !== 'nothing to undo') count += 1;
  assert.equal(count, 100);
});
