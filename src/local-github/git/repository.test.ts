import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GitRepository } from './repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'huxley-git-'));
const git = new GitRepository(join(folder, 'bare.git'));
const who = { name: 'T', email: 't@example.com', date: '2026-01-01T00:00:00Z' };

beforeAll(() => git.init('main'));
afterAll(() => {
  git.close();
  rmSync(folder, { recursive: true, force: true });
});

const native = (...args: string[]) => {
  try {
    return { ok: true, out: execFileSync('git', ['--git-dir', git.dir, ...args], { encoding: 'utf8' }).split('\n')[0] };
  } catch {
    return { ok: false, out: '' };
  }
};

async function commitOf(files: Record<string, string>, ...parents: string[]): Promise<string> {
  const changes = Object.entries(files).map(async ([path, text]) => ({
    path,
    mode: '100644',
    sha: await git.writeObject('blob', Buffer.from(text)),
  }));
  const tree = await git.writeTree(null, await Promise.all(changes));
  return git.commitTree({ tree, parents, message: 'x', author: who, committer: who });
}

const PATHS = ['a', 'b', 'dir/a', 'dir/b', 'dir/deep/c', 'dir.x', 'ünï'];
const side = fc.dictionary(fc.constantFrom(...PATHS), fc.option(fc.constantFrom('1\n', '2\n', '3\n')), { maxKeys: 3 });

test('a merge gives the tree git gives, or its conflict', async () => {
  await fc.assert(
    fc.asyncProperty(side, side, side, async (base, left, right) => {
      const apply = (from: Record<string, string>, changes: Record<string, string | null>) =>
        Object.fromEntries(
          Object.entries({ ...from, ...changes }).filter((entry): entry is [string, string] => entry[1] !== null),
        );
      const start = apply({ a: 'x\n', 'dir/a': 'y\n', 'dir/deep/c': 'z\n' }, base);
      const root = await commitOf(start);
      const [ours, theirs] = [await commitOf(apply(start, left), root), await commitOf(apply(start, right), root)];
      const { tree } = await git.mergeTrees(ours, theirs);
      const expected = native('merge-tree', '--write-tree', '--no-messages', ours, theirs);
      expect(tree).toBe(expected.ok ? expected.out : null);
    }),
    { numRuns: 25 },
  );
});

test("merge bases and new commits are git's, in histories with merges", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 4, maxLength: 10 }), async (shape) => {
      const commits = [await commitOf({ seed: String(shape) })];
      for (const [i, [first, second]] of shape.entries()) {
        const parents = [...new Set([commits[first % commits.length]!, commits[second % commits.length]!])];
        commits.push(await commitOf({ seed: String(shape), n: String(i) }, ...parents));
      }
      const [a, b] = [commits.at(-1)!, commits.at(-2)!];
      const bases = execFileSync('git', ['--git-dir', git.dir, 'merge-base', '--all', a, b], { encoding: 'utf8' })
        .trim()
        .split('\n');
      expect(bases).toContain(await git.mergeBase(a, b));
      const added = execFileSync('git', ['--git-dir', git.dir, 'rev-list', `${b}..${a}`], { encoding: 'utf8' })
        .split('\n')
        .filter(Boolean);
      expect((await git.newCommits(b, a)).toSorted()).toEqual(added.toSorted());
      expect(await git.isAncestor(b, a)).toBe(bases.includes(b));
    }),
    { numRuns: 15 },
  );
});
