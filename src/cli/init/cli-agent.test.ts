import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CLIS, type CliName, cliAgent } from './cli-agent.ts';

/** What a repository configures each CLI with, and where the CLI looks for it. */
const CONFIGURED = {
  'claude-code': [
    { 'CLAUDE.md': 'own', '.claude/skills/a/SKILL.md': 'own' },
    '.claude',
    ['CLAUDE.md', 'skills/a/SKILL.md'],
  ],
  codex: [{ 'AGENTS.md': 'own', '.codex/config.toml': 'own' }, 'tmp/codex', ['AGENTS.md', 'config.toml']],
  opencode: [{ 'AGENTS.md': 'own', '.opencode/agent/a.md': 'own' }, 'tmp/config/opencode', ['AGENTS.md', 'agent/a.md']],
  pi: [
    { 'AGENTS.md': 'own', '.pi/skills/a/SKILL.md': 'own' },
    '.pi/agent',
    ['AGENTS.md', 'models.json', 'skills/a/SKILL.md'],
  ],
} as const satisfies Record<CliName, readonly [Readonly<Record<string, string>>, string, readonly string[]]>;

test.each(Object.keys(CLIS) as CliName[])('%s starts with what the repository configures it with', (name) => {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode });
  };
  const { files, solve, check } = cliAgent(name);
  const [own, home, found] = CONFIGURED[name];
  for (const [path, text] of Object.entries({ ...files, ...own })) write(join('agent', path), text);
  // The CLI itself, which npm would have installed: it says what it was started with.
  write(`agent/huxley/node_modules/.bin/${CLIS[name].binary}`, '#!/bin/sh\necho "$PWD $*"\n', 0o755);
  write('task', 'Do it.');
  for (const path of ['work', 'tmp']) mkdirSync(join(folder, path));
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    TMPDIR: join(folder, 'tmp'),
    HUXLEY_TASK: join(folder, 'task'),
    HUXLEY_OUT: join(folder, 'out'),
    HUXLEY_WORKSPACE: join(folder, 'work'),
    HUXLEY_MODEL: 'large',
    HUXLEY_SMALL_MODEL: 'small',
    OPENAI_BASE_URL: 'http://127.0.0.1:1/v1',
  };
  const run = (command: string) =>
    execFileSync('sh', ['-c', command], { cwd: join(folder, 'agent'), env, encoding: 'utf8' });
  run(solve);
  expect(readFileSync(join(folder, 'out'), 'utf8')).toContain(`${join(folder, 'work')} `);
  const there = readdirSync(join(folder, home), { recursive: true, encoding: 'utf8' });
  expect(there).toEqual(expect.arrayContaining([...found]));
  expect(readFileSync(join(folder, home, found[0]), 'utf8')).toBe('own');
  // The endpoint is Huxley's, whatever the repository says.
  if (name === 'codex')
    expect(readFileSync(join(folder, home, 'config.toml'), 'utf8')).toContain('model_providers.huxley');
  expect(run(check)).toContain('--version');
});
