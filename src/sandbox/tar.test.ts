import { Readable } from 'node:stream';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { expect, test } from 'vitest';
import type { FileEntry } from '../model/file.ts';
import { isPlainPath, packFiles, unpackFiles } from './tar.ts';

const LIMITS = { maxBytes: 1000, maxFiles: 5 };
const file = (path: string, text = ''): FileEntry => ({ path, content: Buffer.from(text), executable: false });

type Entry = {
  name: string;
  type?: 'file' | 'symlink' | 'link' | 'fifo' | 'character-device';
  linkname?: string;
  text?: string;
  size?: number;
};

async function unpack(entries: readonly Entry[], limits = LIMITS): Promise<Record<string, string>> {
  const tar = pack();
  for (const { text = '', ...header } of entries) tar.entry(header, (header.type ?? 'file') === 'file' ? text : '');
  tar.finalize();
  const files = await unpackFiles(Readable.from(tar), '/work', limits);
  return Object.fromEntries(files.map(({ path, content }) => [path, Buffer.from(content).toString()]));
}

test('files survive the way there and back', async () => {
  const segment = fc.stringMatching(/^[a-zäß][a-z0-9 ._-]{0,30}$/u);
  const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const files = fc.uniqueArray(
    fc.record({ path, content: fc.uint8Array({ maxLength: 50 }), executable: fc.boolean() }),
    {
      maxLength: 5,
      selector: (f) => f.path.split('/')[0]!,
    },
  );
  await fc.assert(
    fc.asyncProperty(files, async (before) => {
      const tar = await packFiles([{ folder: '', files: before, folderMode: 0o755 }]);
      const after = await unpackFiles(Readable.from(tar, { objectMode: false }), '/work', {
        maxBytes: 1e6,
        maxFiles: 5,
      });
      expect(after.map((f) => ({ ...f, content: Buffer.from(f.content) }))).toEqual(
        before.map((f) => ({ ...f, content: Buffer.from(f.content) })),
      );
    }),
    { numRuns: 40 },
  );
});

test('a link to a file taken along becomes a copy; to anything else inside, nothing', async () => {
  expect(
    await unpack([
      { name: './a', text: 'x' },
      { name: './d/b', type: 'symlink', linkname: '../a' },
      { name: './c', type: 'link', linkname: './a' },
      { name: './e', type: 'symlink', linkname: 'absent' },
    ]),
  ).toEqual({ a: 'x', 'd/b': 'x', c: 'x' });
});

test.each<[string, Entry[], string]>([
  ['a link out', [{ name: './a', type: 'symlink', linkname: '../x' }], "the link 'a' leads out of it"],
  ['an absolute link', [{ name: './a', type: 'symlink', linkname: '/etc/passwd' }], "the link 'a' leads out of it"],
  ['a device', [{ name: './null', type: 'character-device' }], "'null' is a character-device"],
  ['a pipe', [{ name: './p', type: 'fifo' }], "'p' is a fifo"],
  ['..', [{ name: './a/../../b' }], "the name 'a/../../b' is not plain UTF-8"],
  ['an absolute name', [{ name: '/etc/passwd' }], "the name '/etc/passwd' is not plain UTF-8"],
  ['a name that is not UTF-8', [{ name: './a\uFFFD' }], "the name 'a?' is not plain UTF-8"],
  [
    'too many bytes',
    [
      { name: './a', text: 'x'.repeat(600) },
      { name: './b', text: 'x'.repeat(600) },
    ],
    'more than 1000 bytes',
  ],
  ['too many files', [...'abcdef'].map((name) => ({ name: `./${name}` })), 'more than 5 files'],
])('%s is refused', async (_, entries, why) => {
  await expect(unpack(entries)).rejects.toMatchObject({
    code: 'sandbox.take',
    message: `Files of /work are refused: ${why}`,
  });
});

test('copies of links count too', async () => {
  const links = ['b', 'c'].map((name): Entry => ({ name: `./${name}`, type: 'symlink', linkname: 'a' }));
  await expect(unpack([{ name: './a', text: 'x'.repeat(400) }, ...links])).rejects.toThrow('more than 1000 bytes');
});

test('plain paths', async () => {
  expect(['a', 'a/b.c', '.a', 'a b'].every(isPlainPath)).toBe(true);
  expect(['', '/a', 'a/', 'a//b', './a', 'a/..', '..', 'a\0b'].some(isPlainPath)).toBe(false);
  await expect(packFiles([{ folder: '/work', files: [file('../x')], folderMode: 0o755 }])).rejects.toThrow(
    'isn’t a path inside /work',
  );
});
