import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectPath } from '../../environment/project.ts';
import { compareLog, parseReport } from './differential.ts';
import { parserOf } from './parsers/registry.ts';

const PUBLISHED = projectPath('test', 'fixtures', 'swebench', 'published');
const SCRIPT = projectPath('scripts', 'differential.ts');
const folder = mkdtempSync(join(tmpdir(), 'huxley-differential-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('published logs are read as the official harness reported them', () => {
  const said = execFileSync(process.execPath, [SCRIPT, PUBLISHED], { encoding: 'utf8' });
  expect(said).toBe(
    'django/django: 1 logs, 3 statuses, 0 differences\npsf/requests: 1 logs, 5 statuses, 0 differences\nsympy/sympy: 1 logs, 2 statuses, 0 differences\n3 logs, 10 statuses, 0 differences; 0 left out\n',
  );
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
    'psf__requests-1: PASS_TO_PASS: test_requests.py::test_simple: reported as success, read as FAILED\npsf/requests: 1 logs, 5 statuses, 1 differences\nsympy/sympy: 1 logs, 2 statuses, 0 differences\n2 logs, 7 statuses, 1 differences; 1 left out\n',
  );
  expect(stderr).toContain('django__django-1: no log');
});

test('reports of SWE-smith name no instance, and take what is not mentioned for passed', () => {
  const split = { success: [], failure: [] };
  const report = {
    resolved: true,
    tests_status: {
      FAIL_TO_PASS: { ...split, success: ['a.py::new'] },
      PASS_TO_PASS: { ...split, success: ['a.py::gone'] },
    },
  };
  expect(Object.keys(parseReport(JSON.stringify(report), 'x'))).toEqual(['x']);
  const parser = parserOf({ logParser: 'parse_log_smith', id: 'x', version: '' });
  const log = "+ : '>>>>> Start Test Output'\na.py::new PASSED [ 50%]\n+ : '>>>>> End Test Output'\n";
  expect(compareLog(log, report, parser, 'smith')).toEqual({ statuses: 2, differences: [] });
  expect(compareLog(log, { ...report, resolved: false }, parser, 'smith').differences).toEqual([
    'resolved: reported as false, judged as true',
  ]);
  expect(() => parseReport('{"resolved": 3}', 'x')).toThrow('is not a report on instances');
});
