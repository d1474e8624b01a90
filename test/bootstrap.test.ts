import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { projectPath } from '../src/environment/project.ts';

// What somebody reads whose Node is too old, or who forgot `npm ci`: a sentence, not a loader's error.

function run(folder: string, code: string) {
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stderr };
}

test('a Node that is too old is named, with the remedy', () => {
  for (const version of ['18.20.0', '20.20.2', '22.18.0', '23.11.0']) {
    const { status, stderr } = run(projectPath(), `(await import('./src/need-node.mjs')).needNode('${version}')`);
    expect({ status, stderr }).toMatchObject({ status: 1 });
    expect(stderr).toMatch(/^huxley: This is Node [\d.]+ \(.*\); Huxley needs 24\.0 or newer\.\n {2}Run `npm ci`/);
    expect(stderr).not.toContain('    at ');
  }
  expect(run(projectPath(), `(await import('./src/need-node.mjs')).needNode('24.0.0')`)).toEqual({
    status: 0,
    stderr: '',
  });
});

test('dependencies that are not installed are named, with the remedy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-bootstrap-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'src'));
  for (const name of ['huxley.mjs', 'need-node.mjs']) cpSync(projectPath('src', name), join(folder, 'src', name));
  const { status, stderr } = run(folder, `await import('./src/huxley.mjs')`);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: 'huxley: The dependencies are not installed.\n  Run `npm ci` in the project’s folder first.\n',
  });
});
