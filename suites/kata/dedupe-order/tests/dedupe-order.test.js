import test from 'node:test';
import assert from 'node:assert/strict';
import { unique } from '../contacts.js';

test("first one stays", () => {
  assert.deepEqual(unique([{ email: 'a@x', name: 'A' }, { email: 'b@x', name: 'B' }, { email: 'A@X', name: 'C' }]), [{ email: 'a@x', name: 'A' }, { email: 'b@x', name: 'B' }]);
});

test("white space", () => {
  assert.deepEqual(unique([{ email: 'a@x' }, { email: ' a@x ' }]), [{ email: 'a@x' }]);
});

test("takes over what is lacking", () => {
  assert.deepEqual(unique([{ email: 'a@x', name: '' }, { email: 'a@x', name: 'A', phone: '1' }, { email: 'a@x', phone: '2' }]), [{ email: 'a@x', name: 'A', phone: '1' }]);
});

test("without address", () => {
  assert.deepEqual(unique([{ name: 'A' }, { name: 'B', email: '' }, { name: 'C', email: '' }]).length, 3);
});

test("input stays", () => {
  const contacts = [{ email: 'a@x' }, { email: 'a@x', name: 'A' }];
  unique(contacts);
  assert.deepEqual(contacts, [{ email: 'a@x' }, { email: 'a@x', name: 'A' }]);
});
