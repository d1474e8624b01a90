import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { checkGates } from '../../src/benchmark/bench/gates.ts';
import { convertSuite } from '../../src/benchmark/convert/convert.ts';
import type { ConvertedTask } from '../../src/benchmark/convert/harbor-task.ts';
import { openSuite } from '../../src/benchmark/kinds.ts';
import { projectPath } from '../../src/environment/project.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { openAcme } from '../support/acme.ts';

const sandbox = dockerSandbox({ socket: inject('engineSocket') });
const folder = mkdtempSync(join(tmpdir(), 'huxley-converted-'));
const acme = await openAcme(sandbox);
afterAll(() => {
  acme[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

function write({ folder: name, files }: ConvertedTask): void {
  for (const { path, content } of files) {
    const target = join(folder, name, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}

test('converted tasks are resolved by their solutions, and not by nothing', async () => {
  const base = inject('sandboxImage');
  for (const [suite, options] of [
    ['kata', { tasks: '{access-log,balanced-brackets,binary-search}', base }],
    [projectPath('test/fixtures/command'), { tasks: 'python-score', base }],
    [acme.repository, {}],
  ] as const)
    for (const task of (await convertSuite(suite, options)).tasks) write(task);
  const suite = await openSuite(`harbor:${folder}`, { image: async (name) => name, sandbox: async () => sandbox });
  expect(suite.problems).toEqual([]);
  for (const task of suite.list()) {
    const { gates } = await checkGates(suite, task, sandbox, new AbortController().signal);
    const verdicts = gates.map(({ gate, grade }) => `${gate} ${grade?.verdict}: ${grade?.evidence}`);
    expect([task.id, ...verdicts]).toEqual([
      task.id,
      expect.stringMatching(/^oracle resolved: .* its reward is 1\.$/),
      expect.stringMatching(/^nop unresolved: /),
      expect.stringMatching(/^cheat tampered: /),
      'draft undefined: undefined',
    ]);
  }
  expect(suite.list().map(({ id }) => id)).toEqual([
    'access-log',
    'acme__calc-1',
    'balanced-brackets',
    'binary-search',
    'python-score',
  ]);
}, 900_000);
