import { expect, test } from 'vitest';
import { mergeOnce } from './merge.ts';

const sha = 'a'.repeat(40);
const open = {
  number: 1,
  own: true,
  author: 'huxley[bot]',
  title: 't',
  fork: false,
  head: 'h',
  headSha: sha,
  base: 'main',
  open: true,
  merged: false,
  draft: false,
  mergeSha: null as string | null,
  mergeable: true as boolean | null,
  state: 'clean',
  baseSha: 'd'.repeat(40),
};
const elsewhere = { ...open, baseSha: 'e'.repeat(40) };
const merged = { ...open, open: false, merged: true, mergeSha: 'b'.repeat(40) };
const failure = (status: number) => Object.assign(new Error(`${status}`), { status });

/** Plays a server: each reading in turn, the last for ever; each attempt in turn. */
async function play(readings: readonly (typeof open)[], attempts: readonly (string | Error)[]) {
  let reads = 0;
  let tries = 0;
  const outcome = await mergeOnce(
    { head: sha, base: open.baseSha },
    {
      read: async () => readings[Math.min(reads++, readings.length - 1)]!,
      attempt: async () => {
        const result = attempts[tries++];
        if (typeof result === 'string') return result;
        throw result;
      },
      sleep: async () => {},
    },
  );
  return { outcome: outcome.kind, tries };
}

test.each([
  ['a plain merge', [open], ['c'], { outcome: 'merged', tries: 1 }],
  ['merged before', [merged], [], { outcome: 'merged', tries: 0 }],
  ['still computing at first', [{ ...open, mergeable: null }, open], ['c'], { outcome: 'merged', tries: 1 }],
  ['5xx after the effect', [open, merged], [failure(502)], { outcome: 'merged', tries: 1 }],
  ['5xx before the effect', [open], [failure(502), 'c'], { outcome: 'merged', tries: 2 }],
  ['no answer at all', [open, merged], [new Error('socket hang up')], { outcome: 'merged', tries: 1 }],
  ['head moved, known', [{ ...open, headSha: 'f'.repeat(40) }], [], { outcome: 'moved', tries: 0 }],
  ['head moved meanwhile', [open], [failure(409)], { outcome: 'moved', tries: 1 }],
  ['the base had moved', [elsewhere], [], { outcome: 'stale', tries: 0 }],
  ['405: the base moved away', [open, elsewhere], [failure(405)], { outcome: 'stale', tries: 1 }],
  ['405: the base is as expected', [open], [failure(405), 'c'], { outcome: 'merged', tries: 2 }],
  ['405: a conflict', [open, { ...open, mergeable: false }], [failure(405)], { outcome: 'conflict', tries: 1 }],
  ['required checks missing', [{ ...open, state: 'blocked' }], [], { outcome: 'blocked', tries: 0 }],
  ['never computed', [{ ...open, mergeable: null }], [], { outcome: 'blocked', tries: 0 }],
  ['a draft', [{ ...open, draft: true }], [], { outcome: 'blocked', tries: 0 }],
] as const)('%s', async (_, readings, attempts, expected) => {
  expect(await play(readings as never, attempts as never)).toEqual(expected);
});

test('what is nobody else’s business is thrown', async () => {
  await expect(play([open], [failure(403)])).rejects.toThrow('403');
});
