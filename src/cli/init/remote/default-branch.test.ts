import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { defaultBranchOf } from './default-branch.ts';

/** A repository with one commit on a branch. */
function repository(branch: string, remote: string) {
  const root = mkdtempSync(join(tmpdir(), 'huxley-default-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const git = (...args: string[]) => void execFileSync('git', ['-C', root, ...args], { stdio: 'pipe' });
  git('init', '--quiet', `--initial-branch=${branch}`);
  git('-c', 'user.name=Ada', '-c', 'user.email=a@b.c', 'commit', '--quiet', '--allow-empty', '--message', 'x');
  git('remote', 'add', 'origin', remote);
  return { root, git };
}

const NOWHERE = join(tmpdir(), 'huxley-nowhere');

test('is what the last fetch knew, else what the remote says, whatever is checked out', async () => {
  const { root: theirs } = repository('develop', NOWHERE);
  const { root, git } = repository('main', theirs);
  git('switch', '--quiet', '--create', 'huxley-setup');
  expect(await defaultBranchOf(root)).toBe('develop');
  git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/team/trunk');
  expect(await defaultBranchOf(root)).toBe('team/trunk');
});

test.each(['main', 'master'])('is %s where no remote answers in time', async (branch) => {
  // A remote that never answers, started by git as it starts ssh.
  const { root, git } = repository(branch, 'ext::sleep 3600');
  git('config', 'protocol.ext.allow', 'always');
  git('switch', '--quiet', '--create', 'huxley-setup');
  expect(await defaultBranchOf(root, 0.2)).toBe(branch);
});

test('is asked for where nothing says it, and never that of a set-up', async () => {
  for (const branch of ['topic', 'huxley-setup'])
    await expect(defaultBranchOf(repository(branch, NOWHERE).root)).rejects.toMatchObject({ code: 'init.default' });
  const { root: theirs } = repository('huxley-setup', NOWHERE);
  await expect(defaultBranchOf(repository('main', theirs).root)).rejects.toMatchObject({
    code: 'init.default',
    message: expect.stringContaining('is huxley-setup'),
  });
});
