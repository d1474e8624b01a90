import test from 'node:test';
import assert from 'node:assert/strict';
import { toCsv } from '../csv.js';

test("plain", () => {
  assert.equal(toCsv([{ a: 'x', b: 1.5 }, { b: true, c: 2 }], ['b', 'a']), 'b,a\r\n1.5,x\r\nyes,\r\n');
  assert.equal(toCsv([], ['a']), 'a\r\n');
});

test("quotes", () => {
  assert.equal(toCsv([{ a: 'x,y' }, { a: 'say "hi"' }, { a: ' x' }, { a: 'l\nm' }], ['a']), 'a\r\n"x,y"\r\n"say ""hi"""\r\n" x"\r\n"l\nm"\r\n');
  assert.equal(toCsv([], ['a,b', '=c']), '"a,b",=c\r\n');
});

test("dates and nothing", () => {
  assert.equal(toCsv([{ d: new Date('2024-03-09T23:59:00Z'), n: null }], ['d', 'n']), 'd,n\r\n2024-03-09,\r\n');
});

test("formulas", () => {
  assert.equal(toCsv([{ a: '=1+1' }, { a: -5 }, { a: '-5' }, { a: '@x "y"' }], ['a']), 'a\r\n"\'=1+1"\r\n-5\r\n"\'-5"\r\n"\'@x ""y"""\r\n');
});

test("refuses", () => {
  for (const bad of [Number.NaN, [], {}, new Date('x'), () => 1]) assert.throws(() => toCsv([{ col: 1 }, { col: bad }], ['col']), (error) => error instanceof TypeError && /col/.test(error.message) && /2/.test(error.message));
  assert.throws(() => toCsv([], []), TypeError);
});
