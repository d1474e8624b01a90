import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { projectPath } from './project.ts';

it('finds files of the installation wherever the process was started', () => {
  const before = process.cwd();
  process.chdir('/');
  try {
    expect(existsSync(projectPath('src', 'model', 'file.ts'))).toBe(true);
  } finally {
    process.chdir(before);
  }
});
