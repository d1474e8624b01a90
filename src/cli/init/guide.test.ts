import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { InitFlags } from './flags.ts';
import { guide } from './guide.ts';

const FLAGS = { commit: true, github: false } as const;
const CONFIGURATION = 'version: 1\nagent: { solve: x }\nbenchmark: { suite: kata }\n';
const HERE = { yes: true, solve: 'x' } as const;

test.for<readonly [string, Omit<InitFlags, keyof typeof FLAGS>, string, Readonly<Record<string, string>>?]>([
  ['where nobody can answer', {}, 'init.ask'],
  ['where it knows no agent', { yes: true }, 'init.solve'],
  ['a model without a price', { ...HERE, model: 'nobody-knows-it' }, 'init.model'],
  ['tasks that are not there', { ...HERE, suite: 'nowhere' }, 'init.suite'],
  ['both ways at once', { ...HERE, server: true, serverless: true }, 'init.mode'],
  ['a configuration that is wrong', { yes: true }, 'init.configuration', { 'huxley.yml': 'version: 2' }],
  ['a flag that a configuration decides', HERE, 'init.configured', { 'huxley.yml': CONFIGURATION }],
])('refuses %s, and writes nothing', async ([, flags, code, files = {}]) => {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-init-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', folder]);
  execFileSync('git', ['-C', folder, 'remote', 'add', 'origin', 'https://github.com/ada/agent.git']);
  if (Object.keys(files).length > 0) mkdirSync(join(folder, '.github'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, '.github', name), text);
  const before = readdirSync(folder, { recursive: true });
  await expect(guide(folder, { ...FLAGS, ...flags })).rejects.toMatchObject({ code });
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
});

test('refuses a folder that is no checkout or comes from nowhere, and a branch that is not the default one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-init-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await expect(guide(folder, { ...FLAGS, ...HERE })).rejects.toMatchObject({ code: 'init.checkout' });
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch=main');
  await expect(guide(folder, { ...FLAGS, ...HERE })).rejects.toMatchObject({ code: 'init.origin' });
  git('remote', 'add', 'origin', 'git@github.com:ada/agent.git');
  git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
  git('switch', '--quiet', '--create', 'topic');
  await expect(guide(folder, { ...FLAGS, ...HERE })).rejects.toMatchObject({ code: 'init.branch' });
});
