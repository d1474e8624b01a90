import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openState, type StateHeader, sealState } from './sealed-state.ts';

const key = randomBytes(32);
const header: StateHeader = { v: 1, repository: 41, app: 15_368, seq: 7, run: 900, number: 3, final: true };
const database = randomBytes(300);
const sealed = sealState(key, { header, database });

test('a state opens with the key that sealed it, and with no other', () => {
  expect(openState(key, sealed)).toEqual({ header, database });
  expect(openState(randomBytes(32), sealed)).toBeNull();
});

test('no byte of it can be changed, added or taken away', () => {
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at]! ^= 1 << (at % 8);
    expect(openState(key, changed), `byte ${at}`).toBeNull();
    expect(openState(key, sealed.subarray(0, at)), `${at} bytes`).toBeNull();
  }
  expect(openState(key, Buffer.concat([sealed, Buffer.alloc(1)]))).toBeNull();
});

test('bytes that nobody sealed are no state, whatever they begin with', () => {
  const begins = fc.integer({ min: 0, max: sealed.length }).map((length) => sealed.subarray(0, length));
  fc.assert(
    fc.property(begins, fc.uint8Array({ maxLength: 400 }), (begin, rest) => {
      const bytes = Buffer.concat([begin, rest]);
      fc.pre(!bytes.equals(sealed));
      expect(openState(key, bytes)).toBeNull();
    }),
  );
});

test('the same state is sealed differently each time', () => {
  expect(sealState(key, { header, database }).equals(sealed)).toBe(false);
});
