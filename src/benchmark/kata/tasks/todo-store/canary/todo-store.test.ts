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
  assert.deepEqual(after('add milk', 'add  ', 'done 1', 'done 7', 'fly'), { said: ['added: milk', 'nothing to add', 'done: milk', 'no entry 7', 'unknown command fly'], entries: ['milk'] });
});

test("undo add and drop", () => {
  assert.deepEqual(after('add a', 'add b', 'drop 1', 'undo', 'undo'), { said: ['added: a', 'added: b', 'dropped: a', 'undone: drop 1', 'undone: add b'], entries: ['b'] });
  assert.deepEqual(after('undo').said, ['nothing to undo']);
});
