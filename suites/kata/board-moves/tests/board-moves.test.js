import test from 'node:test';
import assert from 'node:assert/strict';
import { towerMoves } from '../moves.js';

test("walls", () => {
  assert.deepEqual(towerMoves(['.#.#', '#T.#', '.#.#'], 'b2'), ['c2']);
  assert.deepEqual(towerMoves(['....'], 'a1'), []);
});

test("takes", () => {
  assert.deepEqual(towerMoves(['#t#', '#.#', '#T#', '#T#'], 'b2'), ['b3', 'b4']);
});

test("ring", () => {
  assert.deepEqual(towerMoves(['.T..'], 'b1'), ['a1', 'c1', 'd1']);
  assert.deepEqual(towerMoves(['T..#.'], 'a1'), ['b1', 'c1', 'e1']);
});

test("water and bridge", () => {
  assert.deepEqual(towerMoves(['#T~.=.#'], 'b1'), ['d1', 'e1']);
  assert.deepEqual(towerMoves(['#.#', '#~#', '#T#'], 'b1'), ['b3']);
});
