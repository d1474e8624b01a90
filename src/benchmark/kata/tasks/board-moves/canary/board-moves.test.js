import test from 'node:test';
import assert from 'node:assert/strict';
import { towerMoves } from '../moves.js';

test("walls", () => {
  assert.deepEqual(towerMoves(['.#.#', '#T.#', '.#.#'], 'b2'), ['a2', 'c2']);
  assert.deepEqual(towerMoves(['....'], 'a1'), []);
});

test("takes", () => {
  assert.deepEqual(towerMoves(['#t#', '#.#', '#T#', '#T#'], 'b2'), ['b3']);
});
