import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { NO_PYTHON } from '../../../../test/support/python.ts';
import { projectPath } from '../../../environment/project.ts';
import { readJUnitXml } from '../../grading/formats/junit.ts';
import { readTap } from '../../grading/formats/tap.ts';

const folder = mkdtempSync(join(tmpdir(), 'huxley-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The reward that a script of a Harbor task gives for a report. */
function reward(
  script: 'verify.mjs' | 'verify.py',
  format: string,
  report: string,
  expected: readonly string[],
): string {
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const program = script.endsWith('.py') ? 'python3' : process.execPath;
  const args = [format, file('report', report), file('expected', `${expected.join('\n')}\n`), join(folder, 'reward')];
  execFileSync(program, [projectPath('src', 'benchmark', 'mine', 'task', script), ...args], { stdio: 'ignore' });
  return readFileSync(join(folder, 'reward'), 'utf8');
}

const TAP = `TAP version 13
# Subtest: math
    # Subtest: adds \\# numbers
    ok 1 - adds \\# numbers
      ---
      not ok 7 - quoted
      ...
    not ok 2 - subtracts
    1..2
not ok 1 - math
ok 2
ok 3 - later # TODO
ok 4 - twice
ok 5 - twice
1..5
`;
const JUNIT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="all">
  <testsuite name="a.test.js"><testsuite name="math">
    <testcase classname="a.test.js" name="adds &quot;1 &amp; 2&quot;" time="1"/>
    <testcase classname="math" name="subtracts"><failure message="a &gt; b"><![CDATA[<testcase name="forged"/>]]></failure></testcase>
    <testcase name="later"><skipped/></testcase>
    <testcase name="twice"></testcase><testcase name="twice"></testcase>
  </testsuite></testsuite>
</testsuites>
`;

test.for([
  ['verify.mjs', 'tap', TAP, readTap],
  ['verify.mjs', 'junit', JUNIT, readJUnitXml],
  ['verify.py', 'junit', JUNIT, readJUnitXml],
] as const)('%s reads %s as gradings do, test by test', ([script, format, report, read], { skip }) => {
  if (NO_PYTHON && script === 'verify.py') skip(NO_PYTHON);
  const { tests, complete } = read(report);
  expect([complete, tests.size > 3]).toEqual([true, true]);
  for (const [id, outcome] of tests)
    expect([id, reward(script, format, report, [id])]).toEqual([id, outcome === 'passed' ? '1\n' : '0\n']);
});

test.for([
  ['verify.mjs', 'tap', TAP],
  ['verify.mjs', 'junit', JUNIT],
  ['verify.py', 'junit', JUNIT],
  ['verify.py', 'junit', ''],
] as const)('%s gives nothing where no test is expected (%s)', ([script, format, report], { skip }) => {
  if (NO_PYTHON && script === 'verify.py') skip(NO_PYTHON);
  expect(reward(script, format, report, [])).toBe('0\n');
});

test.for([
  ['verify.mjs', 'tap', TAP.replace('1..5\n', '')],
  ['verify.mjs', 'tap', TAP.replace('1..5', '1..6')],
  ['verify.mjs', 'junit', JUNIT.replace('</testsuites>', '')],
  ['verify.py', 'junit', JUNIT.replace('</testsuites>', '')],
] as const)('%s gives nothing for a report in %s that is not whole', ([script, format, report], { skip }) => {
  if (NO_PYTHON && script === 'verify.py') skip(NO_PYTHON);
  const id = format === 'tap' ? '2' : 'a.test.js > math > a.test.js > adds "1 & 2"';
  expect(reward(script, format, report, [id])).toBe('0\n');
});
