import test from 'node:test';
import assert from 'node:assert/strict';
import { fill } from '../letter.js';

test("fields", () => {
  assert.equal(fill('Dear {{name}}, {x} {{ a.b }}', { name: 'A', a: { b: 1 } }), 'Dear A, {x} 1');
  assert.equal(fill('{{ name }}', { name: '{{ other }}', other: 1 }), '{{ other }}');
});

test("unknown fields", () => {
  assert.equal(fill('[{{ x }}{{ constructor }}{{ a.b }}{{ s.length }}{{ __proto__ }}]', { a: null, s: 'text' }), '[]');
});

test("filters", () => {
  assert.equal(fill('{{ a | trim | upper }} {{ d|date }} {{ e | date }}', { a: ' b ', d: '2023-12-01', e: 'soon' }), 'B 1 December 2023 soon');
  assert.throws(() => fill('{{ a | shout }}', { a: 1 }), /shout/);
});

test("sections", () => {
  assert.equal(fill('{{#each people}}{{ name }} of {{ club }}: {{#each tags}}{{ this }},{{/each}};{{/each}}', { club: 'C', people: [{ name: 'A', tags: [1, 2] }, { name: 'B' }] }), 'A of C: 1,2,;B of C: ;');
  assert.equal(fill('a{{#each x}}b{{/each}}c', { x: 'no list' }), 'ac');
  assert.throws(() => fill('{{#each x}}', {}), /unbalanced/);
  assert.throws(() => fill('{{/each}}', {}), /unbalanced/);
});

test("empty lines vanish", () => {
  assert.equal(fill('Hello\n{{ title }}\n {{ a }} {{ b }} \nx {{ a }}\n\nend', {}), 'Hello\nx \n\nend');
  assert.equal(fill('Items:\n{{#each items}}\n- {{ this }}\n{{/each}}\nBye', { items: ['a', 'b'] }), 'Items:\n- a\n- b\nBye');
});
