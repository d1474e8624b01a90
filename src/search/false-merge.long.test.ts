import { expect, test } from 'vitest';
import { mergedShare, rigged, type Scheme } from '../../test/support/false-merge.ts';

const SCHEMES: readonly (Scheme & { readonly name: string })[] = [
  { name: 'every failure', attempt: rigged(0.5), tries: 6, batch: 1 },
  { name: 'every failure, in jobs of four', attempt: rigged(0.5), tries: 6, batch: 4 },
  { name: 'every failure, once', attempt: rigged(0.5), tries: 1, batch: 1 },
  { name: 'the whole job with its first failure', attempt: rigged(0.5), tries: 6, batch: 4, crash: true },
  { name: 'a failure in ten', attempt: rigged(0.5, { when: (_, rng) => rng.next() < 0.1 }), tries: 6, batch: 1 },
  { name: 'what the root solved', attempt: rigged(0.5, { when: (solved) => solved }), tries: 6, batch: 1 },
  { name: 'what the root did not solve', attempt: rigged(0.5, { when: (solved) => !solved }), tries: 6, batch: 1 },
  { name: 'while 5 % of attempts fail anyway', attempt: rigged(0.5, { trouble: 0.05 }), tries: 6, batch: 1 },
  { name: 'while 15 % of attempts fail anyway', attempt: rigged(0.5, { trouble: 0.15 }), tries: 6, batch: 1 },
  { name: 'while 40 % of attempts fail anyway', attempt: rigged(0.5, { trouble: 0.4 }), tries: 6, batch: 2 },
  { name: 'as a strong agent', attempt: rigged(0.85, { trouble: 0.1 }), tries: 6, batch: 1 },
  { name: 'as a weak agent', attempt: rigged(0.2, { trouble: 0.1 }), tries: 6, batch: 2 },
  { name: 'nothing: it is invalid', attempt: rigged(0.5, { into: 'invalid' }), tries: 6, batch: 1 },
  { name: 'nothing: it times out', attempt: rigged(0.5, { into: 'timeout', trouble: 0.1 }), tries: 6, batch: 1 },
  { name: 'nothing: it tampers', attempt: rigged(0.5, { into: 'tampered' }), tries: 6, batch: 1 },
];

test.each(SCHEMES)(
  'equal agents, and the variant voids $name: at most 5 % are merged',
  (scheme) => {
    expect(mergedShare(scheme, 20_000)).toBeLessThanOrEqual(0.05);
  },
  240_000,
);

test.each(SCHEMES)(
  'in rounds, and the variant voids $name: at most 5 % are merged',
  (scheme) => {
    expect(mergedShare({ ...scheme, rounds: true }, 6_000)).toBeLessThanOrEqual(0.055);
  },
  240_000,
);
