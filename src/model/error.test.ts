import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HuxleyError, sentence } from './error.ts';

test.each([
  ['There is no folder x', 'There is no folder x.'],
  ['The disk is full.', 'The disk is full.'],
  ['It said “no.”', 'It said “no.”'],
  ['Shall it? ', 'Shall it?'],
  ['cut off…', 'cut off…'],
  ['(as ordered)', '(as ordered).'],
  ['', ''],
])('%j ends as a sentence does', (text, expected) => expect(sentence(text)).toBe(expected));

test('an error is told in full with one full stop between what is wrong and what to do', () => {
  for (const message of ['The disk is full', 'The disk is full.'])
    expect(new HuxleyError('x', message, 'Free some space.').inFull).toBe('The disk is full. Free some space.');
});

test('no text gets a second full stop', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(sentence(sentence(text))).toBe(sentence(text));
      expect(sentence(`${text}.`)).toBe(`${text}.`);
    }),
  );
});
