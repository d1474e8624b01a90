import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';
import { publishedImages, readRelease } from '../../src/environment/release.ts';

// What the release workflow does, with a bare repository in place of GitHub.

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'huxley-publish-test-'));
const checkout = join(scratch, 'checkout');
const who = ['AUTHOR', 'COMMITTER'].flatMap((role) => [
  [`GIT_${role}_NAME`, 'Release'],
  [`GIT_${role}_EMAIL`, 'release@example.org'],
]);
const env = { ...process.env, ...Object.fromEntries(who) };
const git = async (...args: string[]) => (await run('git', args, { cwd: checkout, env })).stdout.trim();
const publish = async (...args: string[]) =>
  (await run(process.execPath, ['scripts/publish-action.ts', ...args], { cwd: checkout, env })).stdout.trim();

beforeAll(async () => {
  await run('git', ['init', '--quiet', '--bare', join(scratch, 'origin.git')]);
  for (const part of ['package.json', '.gitignore', 'action', 'scripts', 'src', 'docker'])
    cpSync(projectPath(part), join(checkout, part), {
      recursive: true,
      filter: (path) => !path.endsWith('/dist'),
    });
  symlinkSync(projectPath('node_modules'), join(checkout, 'node_modules'));
  writeFileSync(join(checkout, '.gitignore'), `${readFileSync(projectPath('.gitignore'), 'utf8')}node_modules\n`);
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('remote', 'add', 'origin', join(scratch, 'origin.git'));
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'Sources');
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('a published action is its sources and their bundle, names the images that its jobs pull, and earlier ones stay reachable', async () => {
  const first = await publish();
  expect((await git('diff', '--name-only', 'HEAD', first)).split('\n')).toEqual([
    'action/controller/dist/index.js',
    'action/controller/dist/index.js.LEGAL.txt',
    'action/dist/index.js',
    'action/dist/index.js.LEGAL.txt',
  ]);
  await git('commit', '--quiet', '--allow-empty', '--message', 'More');
  const release = join(scratch, 'release.json');
  const images = { sandbox: `ghcr.io/huxley-evolve/sandbox@sha256:${'b'.repeat(64)}`, polyglot: null, app: null };
  writeFileSync(release, JSON.stringify({ version: '1.2.3', images }));
  await expect(publish('--release', release)).rejects.toMatchObject({ stderr: expect.stringContaining('action') });
  writeFileSync(release, JSON.stringify({ version: '1.2.3', action: null, images }));
  const second = await publish('--release', release);
  writeFileSync(release, await git('show', `${second}:release.json`));
  expect(publishedImages(release)).toEqual(images);
  expect(readRelease(release)).toBeNull();
  expect(await git('ls-remote', 'origin', 'refs/heads/action')).toBe(`${second}\trefs/heads/action`);
  expect(await git('log', '-1', '--format=%P', second)).toBe(`${first} ${await git('rev-parse', 'HEAD')}`);
  expect(await git('status', '--porcelain')).toBe('');
});

test('a runner that checks the published commit out, without any package installed, starts the action', async () => {
  const installed = join(scratch, 'installed');
  await run('git', ['clone', '--quiet', '--branch', 'action', join(scratch, 'origin.git'), installed]);
  expect(existsSync(join(installed, 'node_modules'))).toBe(false);
  const started = run(process.execPath, [join(installed, 'action', 'dist', 'index.js')], {
    env: { PATH: process.env.PATH },
  });
  await expect(started).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('Input required and not supplied: order'),
  });
  const controller = run(process.execPath, [join(installed, 'action', 'controller', 'dist', 'index.js')], {
    env: { PATH: process.env.PATH },
  });
  await expect(controller).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('The input key is empty'),
  });
});

test('nothing is published of files that are not committed', async () => {
  writeFileSync(join(checkout, 'package.json'), `${readFileSync(join(checkout, 'package.json'), 'utf8')}\n`);
  await expect(publish()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('commit first') });
});
