import test from 'node:test';
import assert from 'node:assert/strict';
import { invoiceTotal } from '../invoice.ts';

test("plain lines", () => {
  assert.deepEqual(invoiceTotal([{ amount: 3, unitCents: 250 }, { amount: 1, unitCents: 999 }]), { net: 1749, discount: 0, gross: 2098 });
  assert.deepEqual(invoiceTotal([]), { net: 0, discount: 0, gross: 0 });
});

test("discounts", () => {
  assert.deepEqual(invoiceTotal([{ amount: 2, unitCents: 500, discountPercent: 10 }]), { net: 910, discount: 90, gross: 1080 });
});
