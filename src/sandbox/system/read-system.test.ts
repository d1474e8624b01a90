import { Readable } from 'node:stream';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { expect, it } from 'vitest';
import { isSameEntry, type SystemEntry } from '../../model/system/change.ts';
import { packSystem } from './pack-system.ts';
import { readSystem } from './read-system.ts';

const LIMITS = { maxBytes: 1_000_000, maxEntries: 100 };
const all = () => true;

const name = fc.stringMatching(/^[\w. é-]{1,12}$/).filter((one) => !/^\.+$/.test(one));
const entry: fc.Arbitrary<SystemEntry> = fc
  .record({
    type: fc.constantFrom('file', 'folder', 'link'),
    mode: fc.integer({ min: 1, max: 0o7777 }),
    uid: fc.integer({ min: 0, max: 70_000 }),
    gid: fc.integer({ min: 0, max: 70_000 }),
    content: fc.uint8Array({ maxLength: 2_000 }),
    target: fc.constantFrom('../x', '/usr/bin/python3'),
  })
  .map((one) => ({
    ...one,
    mode: one.type === 'link' ? 0o777 : one.mode,
    content: one.type === 'file' ? one.content : new Uint8Array(),
    target: one.type === 'link' ? one.target : '',
  }));

it('gives back what it packs', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(name, entry), { selector: ([path]) => path, maxLength: 8 }),
      async (made) => {
        const packed = packSystem(made.map(([path, after]) => ({ path, before: null, after })));
        const { entries } = await readSystem(packed, all, LIMITS);
        expect([...entries.keys()]).toEqual(made.map(([path]) => path));
        for (const [path, after] of made) expect(isSameEntry(entries.get(path)!, after)).toBe(true);
      },
    ),
    { numRuns: 50 },
  );
});

function tarOf(write: (tar: ReturnType<typeof pack>) => void): Readable {
  const tar = pack();
  write(tar);
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}

it('refuses devices and what is too much before it is read, and leaves fifos behind', async () => {
  const device = tarOf((tar) => tar.entry({ name: 'app/disk', type: 'block-device' }));
  await expect(readSystem(device, all, LIMITS)).rejects.toThrow("'app/disk' is a device");
  // A header alone: whoever waits for its bytes waits for ever.
  const sparse = pack();
  sparse.entry({ name: 'app/huge', size: 100 * 1024 ** 3 });
  await expect(readSystem(Readable.from(sparse, { objectMode: false }), all, LIMITS)).rejects.toThrow(
    "'app/huge', of 107374182400 bytes, is more than",
  );
  const fifo = tarOf((tar) => tar.entry({ name: 'app/pipe', type: 'fifo' }));
  expect(await readSystem(fifo, all, LIMITS)).toMatchObject({ skipped: ['app/pipe (a fifo)'] });
  const many = tarOf((tar) => {
    for (let i = 0; i < 101; i++) tar.entry({ name: `app/${i}` }, '');
  });
  await expect(readSystem(many, all, LIMITS)).rejects.toThrow('more than 100 changes');
});

it('knows second names of a file, and says which first ones it needs for them', async () => {
  const linked = () =>
    tarOf((tar) => {
      tar.entry({ name: 'usr/bin/perl', mode: 0o755 }, 'x');
      tar.entry({ name: 'usr/bin/perl5', type: 'link', linkname: 'usr/bin/perl' });
    });
  const one = await readSystem(linked(), (path) => path === 'usr/bin/perl5', LIMITS);
  expect(one).toMatchObject({ missing: ['usr/bin/perl'], paths: new Set(['usr/bin/perl', 'usr/bin/perl5']) });
  const both = await readSystem(linked(), all, LIMITS);
  expect(both.entries.get('usr/bin/perl5')).toMatchObject({ type: 'file', mode: 0o755 });
});
