import test from 'node:test';
import assert from 'node:assert/strict';
import { fill } from '../letter.js';

test("fields", () => {
  assert.equal(fill('Dear {{name}}, {x} {{ a.b }}', { name: 'A', a: { b: 1 } }), 'Dear A, {{x}} 1');
  assert.equal(fill('{{ name }}', { name: '{{ other }}', other: 1 }), '{{ other }}');
});

test("filters", () => {
  assert.equal(fill('{{ a | trim | upper }} {{ d|date }} {{ e | date }}', { a: ' b ', d: '2023-12-01', e: 'soon' }), 'B 01 December 2023 soon');
  assert.throws(() => fill('{{ a | shout }}', { a: 1 }), /shout/);
});
