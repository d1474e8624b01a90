import test from 'node:test';
import assert from 'node:assert/strict';
import { match } from '../match.ts';

const o = (id: string, side: 'buy' | 'sell', price: number, quantity: number, owner = id) => ({ id, side, price, quantity, owner });

test("no match", () => {
  const book = [o('a', 'sell', 10, 5)];
  assert.deepEqual(match(book, o('b', 'buy', 9, 1)), { trades: [], book: [o('a', 'sell', 10, 5), o('b', 'buy', 9, 1)] });
});

test("best first at the book price", () => {
  const book = [o('a', 'sell', 10, 5), o('b', 'sell', 8, 2), o('c', 'sell', 8, 2)];
  assert.deepEqual(match(book, o('d', 'buy', 12, 5)).trades, [
    { buyer: 'd', seller: 'b', price: 8, quantity: 2 },
    { buyer: 'd', seller: 'c', price: 8, quantity: 2 },
    { buyer: 'd', seller: 'a', price: 10, quantity: 1 },
  ]);
  assert.deepEqual(match(book, o('d', 'buy', 12, 5)).book, [o('a', 'sell', 10, 4)]);
});

test("selling", () => {
  const book = [o('a', 'buy', 10, 1), o('b', 'buy', 12, 1)];
  assert.deepEqual(match(book, o('c', 'sell', 10, 3)), {
    trades: [{ buyer: 'b', seller: 'c', price: 12, quantity: 1 }, { buyer: 'a', seller: 'c', price: 10, quantity: 1 }],
    book: [o('c', 'sell', 10, 1)],
  });
});

test("not with oneself", () => {
  const book = [o('a', 'sell', 7, 5, 'me'), o('b', 'sell', 8, 1), o('c', 'sell', 9, 1, 'me')];
  assert.deepEqual(match(book, o('d', 'buy', 9, 1, 'me')), { trades: [{ buyer: 'me', seller: 'b', price: 8, quantity: 1 }], book: [o('c', 'sell', 9, 1, 'me')] });
});

test("arguments stay", () => {
  const book = [o('a', 'sell', 10, 5)];
  match(book, o('b', 'buy', 10, 5));
  assert.deepEqual(book, [o('a', 'sell', 10, 5)]);
});
