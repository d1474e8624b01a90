import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';

const run = promisify(execFile);
const starter = projectPath('examples', 'starter-agent');

function expand(...args: string[]) {
  const folder = join(mkdtempSync(join(tmpdir(), 'huxley-test-expand-')), 'out');
  const command = [
    projectPath('src', 'main.ts'),
    'expand',
    '--agent',
    starter,
    '--suite',
    'kata',
    '--model',
    'rehearsal',
  ];
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  return run(process.execPath, [...command, '--out', folder, ...args], { signal: ending.signal }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr, folder }),
    (error) => ({ code: error.code as number, stdout: String(error.stdout), stderr: String(error.stderr), folder }),
  );
}

it('lets the starter agent rewrite itself, without GitHub and without a key', async () => {
  const { code, stdout, folder } = await expand('--operator', 'reaction-norm', '--seed', '2', '--json');
  const made = JSON.parse(stdout);
  expect([0, 2]).toContain(code);
  expect(code === 0).toBe(made.failure === null);
  expect(made).toMatchObject({ operator: 'reaction-norm', rehearsal: true, diagnosis: { title: expect.any(String) } });
  expect(made.requests).toBeGreaterThan(4);
  expect(made.files.length).toBeGreaterThan(0);
  const git = async (...args: string[]) => (await run('git', ['-C', folder, ...args])).stdout.trim();
  expect(await git('rev-parse', 'v2')).toBe(made.commit.sha);
  expect(await git('diff', '--name-only', 'v0', 'v2')).toBe(
    made.files.map(({ path }: { path: string }) => path).join('\n'),
  );
  expect(await git('log', '-1', '--format=%B', 'v2')).toMatch(/Huxley-Operator: reaction-norm\n.*\nskip-checks: true$/);
}, 300_000);

it.each([
  [['--operator', 'hybridization'], 'needs a --donor'],
  [['--tasks', 'no-such-task'], "The suite has no task 'no-such-task'"],
  [['--suite', 'no-such-suite'], 'no-such-suite is neither a suite nor a folder'],
  [['--operator', 'magic'], 'Allowed choices are mutation'],
])('%s: says what is wrong and what to do', async (args, reason) => {
  const { code, stderr } = await expand(...args);
  expect(code).toBe(1);
  expect(stderr).toContain(reason);
});
