import test from 'node:test';
import assert from 'node:assert/strict';
import { invoiceTotal } from '../invoice.ts';

test("plain lines", () => {
  assert.deepEqual(invoiceTotal([{ amount: 3, unitCents: 250 }, { amount: 1, unitCents: 999 }]), { net: 1749, discount: 0, gross: 2099 });
  assert.deepEqual(invoiceTotal([]), { net: 0, discount: 0, gross: 0 });
});

test("discounts", () => {
  assert.deepEqual(invoiceTotal([{ amount: 2, unitCents: 500, discountPercent: 10 }]), { net: 900, discount: 100, gross: 1080 });
});

test("half cents go to the even cent", () => {
  assert.deepEqual(invoiceTotal([{ amount: 0.5, unitCents: 5 }]), { net: 2, discount: 0, gross: 2 });
  assert.deepEqual(invoiceTotal([{ amount: 1, unitCents: 50, discountPercent: 5 }]), { net: 48, discount: 2, gross: 58 });
  assert.equal(invoiceTotal([{ amount: 0.5, unitCents: 7 }]).net, 4);
});

test("names the wrong line", () => {
  assert.throws(() => invoiceTotal([{ amount: 1, unitCents: 1 }, { amount: -1, unitCents: 1 }]), (error: Error) => error instanceof RangeError && error.message.includes('2'));
  assert.throws(() => invoiceTotal([{ amount: 1, unitCents: 1, discountPercent: 101 }]), RangeError);
});
