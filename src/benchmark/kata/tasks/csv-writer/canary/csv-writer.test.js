import test from 'node:test';
import assert from 'node:assert/strict';
import { toCsv } from '../csv.js';

test("plain", () => {
  assert.equal(toCsv([{ a: 'x', b: 1.5 }, { b: true, c: 2 }], ['b', 'a']), 'b,a\r\nx,1.5\r\nyes,\r\n');
  assert.equal(toCsv([], ['a']), 'a\r\n');
});

test("dates and nothing", () => {
  assert.equal(toCsv([{ d: new Date('2024-03-09T23:59:00Z'), n: null }], ['d', 'n']), 'd,n\r\n2024-03-10,\r\n');
});
