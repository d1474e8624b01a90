import test from 'node:test';
import assert from 'node:assert/strict';
import { match } from '../match.ts';

const o = (id: string, side: 'buy' | 'sell', price: number, quantity: number, owner = id) => ({ id, side, price, quantity, owner });

test("no match", () => {
  const book = [o('a', 'sell', 10, 5)];
  assert.deepEqual(match(book, o('b', 'buy', 9, 1)), { trades: [{ buyer: 'b', seller: 'a', price: 10, quantity: 1 }], book: [o('a', 'sell', 10, 5), o('b', 'buy', 9, 1)] });
});

test("selling", () => {
  const book = [o('a', 'buy', 10, 1), o('b', 'buy', 12, 1)];
  assert.deepEqual(match(book, o('c', 'sell', 10, 3)), {
    trades: [{ buyer: 'b', seller: 'c', price: 10, quantity: 1 }, { buyer: 'a', seller: 'c', price: 10, quantity: 1 }],
    book: [o('c', 'sell', 10, 1)],
  });
});
