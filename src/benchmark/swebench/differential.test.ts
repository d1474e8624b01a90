import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectPath } from '../../environment/project.ts';

const PUBLISHED = projectPath('test', 'fixtures', 'swebench', 'published');
const SCRIPT = projectPath('scripts', 'differential.ts');
const folder = mkdtempSync(join(tmpdir(), 'huxley-differential-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('published logs are read as the official harness reported them', () => {
  const said = execFileSync(process.execPath, [SCRIPT, PUBLISHED], { encoding: 'utf8' });
  expect(said).toBe('3 logs, 10 statuses, 0 differences; 0 left out\n');
});

test('a status that is read otherwise is named, and what cannot be compared', () => {
  cpSync(PUBLISHED, folder, { recursive: true });
  const log = join(folder, 'psf__requests-1', 'test_output.txt');
  writeFileSync(
    log,
    readFileSync(log, 'utf8').replace('PASSED test_requests.py::test_simple', 'FAILED test_requests.py::test_simple'),
  );
  rmSync(join(folder, 'django__django-1', 'test_output.txt'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, folder], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stdout).toBe(
    'psf__requests-1: PASS_TO_PASS: test_requests.py::test_simple: reported as success, read as FAILED\n2 logs, 7 statuses, 1 differences; 1 left out\n',
  );
  expect(stderr).toContain('django__django-1: no log');
});
