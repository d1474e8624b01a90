import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Seal } from './seal.ts';

test('what was sealed opens until its time is over, for the same secret and purpose alone', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 1_000 }), (value, seconds) => {
      let now = 0;
      const clock = () => now;
      const seal = new Seal('secret', 'session', clock);
      const sealed = seal.seal({ value }, seconds);
      expect(seal.open(sealed)).toEqual(JSON.parse(JSON.stringify({ value })));
      expect(new Seal('other', 'session', clock).open(sealed)).toBeNull();
      expect(new Seal('secret', 'sign-in', clock).open(sealed)).toBeNull();
      now = seconds * 1_000;
      expect(seal.open(sealed)).toBeNull();
    }),
  );
});

test('whatever is changed in it, it does not open; nor does anything made up', () => {
  const seal = new Seal('secret', 'session');
  const sealed = Buffer.from(seal.seal({ login: 'octo' }, 60), 'base64url');
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const other = Buffer.from(sealed);
      other[at]! ^= change;
      expect(seal.open(other.toString('base64url'))).toBeNull();
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => seal.open(text) === null));
});
