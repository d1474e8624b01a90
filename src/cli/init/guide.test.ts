import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { expect, onTestFinished, test, vi } from 'vitest';
import { register } from './command.ts';
import type { InitFlags } from './flags.ts';
import { guide } from './guide.ts';
import { reportText } from './report.ts';

const FLAGS = { commit: true, github: false } as const;
const CONFIGURATION = 'version: 1\nagent: { solve: x }\nbenchmark: { suite: kata }\n';
const HERE = { yes: true, solve: 'x' } as const;

/** A checkout of a GitHub that does not answer, whose default branch holds these files and is pushed. */
function checkout(files: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-init-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  vi.stubEnv('HUXLEY_HOME', join(folder, '.git', 'home'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, ...args], { stdio: 'pipe', encoding: 'utf8' }).trim();
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Ada');
  git('config', 'user.email', 'ada@example.com');
  git('remote', 'add', 'origin', 'http://127.0.0.1:1/ada/agent.git');
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries({ 'README.md': 'An agent\n', ...files })) write(path, text);
  git('add', '--force', '.');
  git('commit', '--quiet', '--message', 'An agent');
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
  return { folder, git, write };
}

test.for<readonly [string, Omit<InitFlags, keyof typeof FLAGS>, string, Readonly<Record<string, string>>?]>([
  ['where nobody can answer', {}, 'init.ask'],
  ['where it knows no agent', { yes: true }, 'init.solve'],
  ['dependencies it cannot install', { yes: true }, 'init.build', { 'agent.py': '', 'poetry.lock': '' }],
  ['a model without a price', { ...HERE, model: 'nobody-knows-it' }, 'init.model'],
  ['tasks that are not there', { ...HERE, suite: 'nowhere' }, 'init.suite'],
  ['a folder of the tasks’ name', { ...HERE, suite: 'tasks' }, 'init.suite', { 'tasks/todo.md': '' }],
  ['both ways at once', { ...HERE, server: true, serverless: true }, 'init.mode'],
  ['a configuration that is wrong', { yes: true }, 'init.configuration', { '.github/huxley.yml': 'version: 2' }],
  ['a file where its folder goes', { yes: true, cli: 'codex' }, 'init.blocked', { huxley: '' }],
  [
    'a flag that a configuration decides',
    { ...HERE, solve: 'y' },
    'init.configured',
    { '.github/huxley.yml': CONFIGURATION },
  ],
])('refuses %s, and writes nothing', async ([, flags, code, files = {}]) => {
  const { folder } = checkout(files);
  const before = readdirSync(folder, { recursive: true });
  await expect(guide(folder, { ...FLAGS, ...flags })).rejects.toMatchObject({ code });
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
});

test('refuses a folder that is no checkout or comes from nowhere, and a branch that is not the default one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-init-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const refused = (code: string, message = '') =>
    expect(guide(folder, { ...FLAGS, ...HERE })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  await refused('init.checkout');
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch=main');
  await refused('init.origin');
  git('remote', 'add', 'origin', 'https://ada:secret@example.com/agent');
  await refused('init.origin', 'it is https://example.com/agent');
  git('remote', 'set-url', 'origin', 'git@github.com:ada/agent.git');
  await refused('init.branch', 'has no commit yet');
  git('-c', 'user.name=Ada', '-c', 'user.email=a@b.c', 'commit', '--quiet', '--allow-empty', '--message', 'x');
  git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
  await refused('init.branch', 'neither pushed nor fetched main');
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  git('switch', '--quiet', '--create', 'topic');
  await refused('init.branch', 'Branch topic is checked out');
});

test('says in git’s own words why it cannot read a checkout', async () => {
  const { folder } = checkout();
  vi.stubEnv('GIT_TEST_ASSUME_DIFFERENT_OWNER', '1');
  const refused = expect(guide(folder, { ...FLAGS, ...HERE })).rejects;
  await refused.toMatchObject({ code: 'init.git', message: expect.stringContaining('safe.directory') });
  vi.stubEnv('PATH', '');
  await expect(guide(folder, { ...FLAGS, ...HERE })).rejects.toMatchObject({ code: 'ENOENT', syscall: 'spawn git' });
});

test.each(['solve', 'check', 'build', 'model', 'suite'])('refuses an empty --%s', async (flag) => {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  register(program);
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined });
  await expect(
    program.parseAsync(['init', '/nowhere', '--yes', `--${flag}`, ' '], { from: 'user' }),
  ).rejects.toMatchObject({ code: 'commander.invalidArgument' });
});

test('refuses a repository on GitHub whose default branch has no commit', async () => {
  const { folder, git } = checkout();
  const github = createServer(({ url }, reply) => {
    const found = url === '/api/v3/repos/ada/agent';
    reply.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
    reply.end(JSON.stringify(found ? { default_branch: 'main' } : { message: 'Not Found' }));
  });
  await new Promise<void>((listen) => github.listen(0, '127.0.0.1', listen));
  onTestFinished(() => void github.close());
  git('remote', 'set-url', 'origin', `http://127.0.0.1:${(github.address() as AddressInfo).port}/ada/agent.git`);
  git('branch', '--move', 'trunk');
  vi.stubEnv('GH_TOKEN', 'ghp_x');
  await expect(guide(folder, { ...FLAGS, ...HERE, github: true })).rejects.toMatchObject({
    code: 'init.branch',
    remedy: expect.stringContaining('`git push -u origin trunk`'),
  });
});

test('commits its files where .gitignore covers them, and says so', async () => {
  const { folder, git } = checkout({ '.gitignore': 'package-lock.json\ntasks/\n.github\n', 'CLAUDE.md': '' });
  const flags = { ...FLAGS, yes: true, serverless: true, suite: 'tasks', cli: 'claude-code' } as const;
  const left = await guide(folder, { ...flags, commit: false });
  expect(reportText(left!)).toMatch(/! Ignored by .* add with `git add --force .*huxley\/package-lock\.json/);
  const made = await guide(folder, flags);
  const committed = git('ls-files').split('\n');
  for (const { path } of made!.files) expect(committed).toContain(path);
  expect(reportText(made!)).toMatch(/· Ignored by git, and committed all the same: .*huxley\/package-lock\.json/);
  expect(reportText(made!)).not.toContain('! Ignored');
});

test('a set-up that waits on its branch is completed for the default branch, which no clone or fetch has named', async () => {
  const { folder, git } = checkout();
  git('remote', 'set-head', 'origin', '--delete');
  const flags = { ...FLAGS, ...HERE, serverless: true };
  await guide(folder, flags);
  expect(git('branch', '--show-current')).toBe('huxley-setup');
  const workflow = join(folder, '.github/workflows/huxley-app.yml');
  rmSync(workflow);
  const again = await guide(folder, flags);
  expect(again).toMatchObject({ site: { defaultBranch: 'main' } });
  expect(readFileSync(workflow, 'utf8')).toContain('branches: [main]');
  git('switch', '--quiet', '--create', 'topic', 'main');
  await expect(guide(folder, flags)).rejects.toMatchObject({ code: 'init.branch' });
});

test('completes a set-up that was not committed: the agent and the tasks that its configuration names, and flags that agree', async () => {
  const { folder, git, write } = checkout({ 'CLAUDE.md': 'Be brief.\n' });
  const flags = { ...FLAGS, yes: true, serverless: true, suite: 'tasks', cli: 'claude-code', budgetUsd: 7 } as const;
  await guide(folder, { ...flags, commit: false });
  expect(git('log', '--format=%s')).toBe('An agent');
  // What somebody changed of it meanwhile is committed as they left it.
  const own = `${readFileSync(join(folder, 'huxley/check.sh'), 'utf8')}true\n`;
  write('huxley/check.sh', own);
  rmSync(join(folder, 'tasks/csv-sum'), { recursive: true });

  await expect(guide(folder, { ...flags, cli: 'pi' })).rejects.toMatchObject({ code: 'init.configured' });
  const again = await guide(folder, flags);
  expect(git('status', '--porcelain')).toBe('');
  const committed = git('ls-files').split('\n');
  expect(committed).toEqual(
    expect.arrayContaining(['.github/huxley.yml', 'huxley/run.sh', 'huxley/package-lock.json', 'huxley/.gitignore']),
  );
  expect(git('show', 'HEAD:huxley/check.sh')).toBe(own.trim());
  expect(new Set(committed.flatMap((path) => /^tasks\/(.*?)\//.exec(path)?.[1] ?? [])).size).toBe(5);
  expect(again!.files.map(({ path }) => path)).toEqual(expect.arrayContaining(['huxley/run.sh']));

  // Once it is committed, the agent and its tasks are their owner's.
  write('huxley/run.sh', 'exec claude\n');
  git('commit', '--quiet', '--all', '--message', 'Ours');
  const later = await guide(folder, flags);
  expect(later!.files.filter(({ path }) => /^(huxley|tasks)\//.test(path))).toEqual([]);
});
