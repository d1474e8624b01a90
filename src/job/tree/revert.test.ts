import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FileEntry } from '../../model/file.ts';
import { type Edit, revertEdits } from './revert.ts';

const file = (path: string, text: string | Uint8Array, executable = false): FileEntry => ({
  path,
  content: Buffer.from(text),
  executable,
});
const texts = (tree: readonly FileEntry[]) =>
  Object.fromEntries(
    tree.map(({ path, content, executable }) => [`${path}${executable ? '*' : ''}`, Buffer.from(content).toString()]),
  );

/** What is left of the last of these trees, each made of the one before it, without the edits that made some, by number, from 1. */
async function without(
  trees: readonly (readonly FileEntry[])[],
  dropped: readonly number[],
  refused: Parameters<typeof revertEdits>[3] = () => undefined,
) {
  const edits: Edit[] = dropped
    .toSorted((a, b) => b - a)
    .map((n) => ({ variant: `v${n}`, base: String(n - 1), head: String(n) }));
  const { tree, unreverted } = await revertEdits(
    trees.at(-1)!,
    edits,
    async (commit) => trees[Number(commit)]!,
    refused,
  );
  return { files: texts(tree), unreverted };
}

const lines = (...text: string[]) => text.map((line) => `${line}\n`).join('');
/** Parts of a file that are far enough apart for no edit to touch another's. */
const parts = (texts: readonly string[]) => texts.map((text, at) => lines(`# ${at}`, '', text, '', '')).join('');

test('edits apart from each other go in any choice, and what is left is what the others made', async () => {
  const count = fc.integer({ min: 1, max: 5 });
  const chain = count.chain((n) =>
    fc.tuple(
      fc.array(fc.string({ maxLength: 20 }), { minLength: n, maxLength: n }),
      fc.subarray(Array.from({ length: n }, (_, at) => at + 1)),
      fc.boolean(),
    ),
  );
  await fc.assert(
    fc.asyncProperty(chain, async ([changes, dropped, ends]) => {
      const made = (kept: (n: number) => boolean) => {
        const said = changes.map((text, at) => (kept(at + 1) ? `${at} says ${JSON.stringify(text)}` : 'nothing'));
        const own = changes.flatMap((text, at) => (kept(at + 1) ? [file(`own${at}.txt`, text, at % 2 === 0)] : []));
        return [file('prompt.md', parts(said) + (ends ? 'no line feed' : '')), file('old.md', 'x'), ...own];
      };
      const trees = Array.from({ length: changes.length + 1 }, (_, n) => made((at) => at <= n));
      const { files, unreverted } = await without(trees, dropped);
      expect(unreverted).toEqual([]);
      expect(files).toEqual(texts(made((at) => !dropped.includes(at))));
    }),
    { numRuns: 40 },
  );
});

test('an edit that a later one builds on stays whole, and is named with the file', async () => {
  const trees = [
    [file('a', lines('1', '2', '3'))],
    [file('a', lines('1', 'two', '3')), file('notes', 'n')],
    [file('a', lines('1', 'TWO', '3')), file('notes', 'n')],
  ];
  expect(await without(trees, [1])).toEqual({
    files: texts(trees[2]!),
    unreverted: [{ variant: 'v1', path: 'a' }],
  });
  // The newest goes first, so that the older one can go.
  expect((await without(trees, [1, 2])).files).toEqual({ a: lines('1', '2', '3') });
});

test('an edit stays where what is left without it would not be allowed, and the others go', async () => {
  const trees = [
    [file('tools', 'a file'), file('a', 'a')],
    [file('a', 'a')],
    [file('a', 'a'), file('tools/b.py', 'b')],
    [file('a', 'changed'), file('tools/b.py', 'b')],
  ];
  const clash = (tree: readonly FileEntry[]) =>
    tree.some(({ path }) => path === 'tools') && tree.some(({ path }) => path === 'tools/b.py') ? 'tools' : undefined;
  expect(await without(trees, [1, 3], clash)).toEqual({
    files: { a: 'a', 'tools/b.py': 'b' },
    unreverted: [{ variant: 'v1', path: 'tools' }],
  });
});

test('files that were added, removed, made executable, changed since or are no text', async () => {
  const bytes = (n: number) => new Uint8Array([0, 255, n]);
  const trees = [
    [file('gone', 'g'), file('run', 'r'), file('bytes', bytes(1)), file('both', 'x')],
    [file('run', 'r', true), file('bytes', bytes(2)), file('new', 'n'), file('both', 'x')],
    [file('run', 'r', true), file('bytes', bytes(2)), file('new', 'n'), file('both', 'y')],
  ];
  expect((await without(trees, [1])).files).toEqual({
    gone: 'g',
    run: 'r',
    bytes: Buffer.from(bytes(1)).toString(),
    both: 'y',
  });
  const later = (next: readonly FileEntry[]) => without([...trees, next], [1]);
  const [last] = [trees[2]!];
  const changed = (path: string, now: FileEntry | null) => [
    ...last.filter((each) => each.path !== path),
    ...(now ? [now] : []),
  ];
  for (const [path, now] of [
    ['bytes', file('bytes', bytes(3))],
    ['new', file('new', 'more')],
    ['gone', file('gone', 'other')],
  ] as const)
    expect((await later(changed(path, now))).unreverted).toEqual([{ variant: 'v1', path }]);
  // Somebody has taken it back already.
  expect((await later(changed('new', null))).files).not.toHaveProperty('new');
});

test('contents are contents: markers, attributes and paths of a variant do nothing', async () => {
  const marks = lines('<<<<<<< now', 'a', '=======', 'b', '>>>>>>> before');
  const rest = lines('.', '.', '.', '.');
  const evil = [
    file('.gitattributes', '* merge=evil filter=evil text eol=crlf\n'),
    file('.git/config', '[merge "evil"]\n driver = touch /tmp/pwned\n'),
    file('-p', lines('x', '.', '.', '.', '.', '1')),
    file('../out', marks + rest + lines('1')),
  ];
  const edited = (x: string, y: string) =>
    evil.map((each) =>
      each.path === '../out'
        ? file(each.path, x + rest + lines(y))
        : each.path === '-p'
          ? file('-p', lines(x === marks ? 'x' : 'y', '.', '.', '.', '.', y))
          : each,
    );
  const { files, unreverted } = await without([evil, edited('', '1'), edited('', '2')], [1]);
  expect(unreverted).toEqual([]);
  expect(files).toEqual(texts(edited(marks, '2')));
});
