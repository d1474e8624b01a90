import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { World } from '../support/world.ts';

test('links, submodules and files in Git LFS are named when a run starts, and refused where a command of the agent uses one', async () => {
  await using world = await World.start({
    tasks: 12,
    configuration: 'benchmark: { suite: tasks, holdout: 0.5 }\nsearch: { budget: 1, concurrency: 1 }\n',
    files: { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' },
  });
  await world.startApp();
  const folder = mkdtempSync('/tmp/huxley-left-out-');
  const token = world.github.setup.createToken('octo');
  const remote = `${world.github.url.replace('://', `://octo:${token}@`)}/octo/agent.git`;
  const run = promisify(execFile);
  const git = async (...args: string[]) =>
    (await run('git', ['-c', 'user.name=o', '-c', 'user.email=o@example.com', ...args], { cwd: folder })).stdout;
  await git('clone', '--quiet', remote, '.');
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;
  const use = async (command: string) => {
    const path = join(folder, '.github', 'huxley.yml');
    const text = await git('show', 'HEAD:.github/huxley.yml');
    writeFileSync(path, text.replace(/solve: [^,]+,/, `solve: ${command},`));
    await git('add', '--all');
    await git('commit', '--quiet', '--message', command);
    await git('push', '--quiet', 'origin', 'HEAD:main');
    const issue = await world.issue();
    return (await world.reply(issue, await world.comment(issue, '/huxley run'))).replaceAll('\\', '');
  };
  writeFileSync(join(folder, 'real.ts'), '');
  symlinkSync('real.ts', join(folder, 'linked.ts'));
  symlinkSync('/nowhere', join(folder, 'away'));
  writeFileSync(join(folder, 'model.bin'), pointer);
  expect(await use('node ./linked.ts')).toContain('A command of the agent uses linked.ts, which is a link');
  expect(await use('node away/agent.ts')).toContain('uses away, which is a link');
  expect(await use('node real.ts --weights model.bin')).toContain('uses model.bin, which is in Git LFS');
  const started = await use('node real.ts');
  expect(started).toContain('has started');
  expect(started).toContain(
    '**Not copied into the sandbox:** links (away, linked.ts); contents of files in Git LFS (*.bin).',
  );
  rmSync(folder, { recursive: true });
});
