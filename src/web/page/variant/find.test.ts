import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hits, split } from './find.ts';

test('pieces come to the text again, and every second one is what was looked for', () => {
  expect(split('Read, read, READ.', 'read')).toEqual(['', 'Read', ', ', 'read', ', ', 'READ', '.']);
  expect(hits('aaaa', 'aa')).toBe(2);
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, wanted) => {
      const pieces = split(text, wanted);
      expect(pieces.join('')).toBe(text);
      expect(pieces.length % 2).toBe(1);
      for (const [at, piece] of pieces.entries()) if (at % 2) expect(piece.toLowerCase()).toBe(wanted.toLowerCase());
    }),
  );
});
