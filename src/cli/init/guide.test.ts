import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { InitFlags } from './flags.ts';
import { guide } from './guide.ts';

const FLAGS = { commit: true, github: true } as const;
const HERE = { yes: true, solve: 'x' } as const;

test.for<readonly [string, Omit<InitFlags, keyof typeof FLAGS>, string, Readonly<Record<string, string>>?]>([
  ['where nobody can answer', {}, 'init.ask'],
  ['where it knows no agent', { yes: true }, 'init.solve'],
  ['a model without a price', { ...HERE, model: 'nobody-knows-it' }, 'init.model'],
  ['tasks that are not there', { ...HERE, suite: 'nowhere' }, 'init.suite'],
  ['both ways at once', { ...HERE, server: true, serverless: true }, 'init.mode'],
  ['a configuration that is wrong', HERE, 'init.configuration', { 'huxley.yml': 'version: 2' }],
])('refuses %s, and writes nothing', async ([, flags, code, files = {}]) => {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-init-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', folder]);
  if (Object.keys(files).length > 0) execFileSync('mkdir', [join(folder, '.github')]);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, '.github', name), text);
  const before = readdirSync(folder, { recursive: true });
  await expect(guide(folder, { ...FLAGS, ...flags })).rejects.toMatchObject({ code });
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
});

test('refuses a folder that is no checkout, and a branch that is not the default one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-init-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await expect(guide(folder, { ...FLAGS, ...HERE })).rejects.toMatchObject({ code: 'init.checkout' });
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch=main');
  git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
  git('switch', '--quiet', '--create', 'topic');
  await expect(guide(folder, { ...FLAGS, ...HERE })).rejects.toMatchObject({ code: 'init.branch' });
});
