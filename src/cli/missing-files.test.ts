import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProgram } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'huxley-missing-'));
writeFileSync(join(folder, 'session.json'), '{');
const gone = join(folder, 'gone.jsonl');

test.each([
  [['journal', 'import', gone], `${gone} cannot be read`],
  [['journal', 'import', folder], `${folder} cannot be read`],
  [['report', gone, '-o', join(folder, 'report.html')], `${gone} cannot be read`],
  [['bench', 'export', folder, '--format', 'junit'], 'session.json: is not a session’s'],
])('%j is refused in words', async (command, message) => {
  await expect(createProgram().parseAsync(command, { from: 'user' })).rejects.toMatchObject({
    code: 'export.source',
    message: expect.stringContaining(message),
  });
});
