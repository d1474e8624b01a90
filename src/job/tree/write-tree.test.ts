import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeTree } from './write-tree.ts';

test('a tree that cannot be written whole leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-tree-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = (path: string) => ({ path, content: Buffer.from('x'), executable: false });
  // Nothing can be made below what is a file.
  await expect(writeTree([file('a'), file('a/b')], `${folder.slice(tmpdir().length + 1)}/tree-`)).rejects.toMatchObject(
    {
      path: expect.stringContaining(folder),
    },
  );
  expect(readdirSync(folder)).toEqual([]);
});
