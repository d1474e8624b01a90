import { expect, test } from 'vitest';
import type { Session, TaskRecord } from './record.ts';
import { jsonReport, junitReport, predictions, summarize, sweBenchReport } from './reports.ts';

const session: Session = {
  v: 1,
  suite: 'kata',
  digest: 'sha256:0',
  agent: 'my-agent',
  agentDigest: 'sha256:1',
  model: 'm1',
};
const record = (task: string, rest: Partial<TaskRecord>): TaskRecord => ({
  task,
  language: 'python',
  verdict: 'resolved',
  passed: 2,
  expected: 2,
  failed: [],
  evidence: 'All 2 expected tests ran and passed.',
  canary: 'failed',
  seconds: 1.5,
  gradingSeconds: 0.5,
  costUSD: 0.01,
  patch: 'diff',
  ...rest,
});
const records = [
  record('a', {}),
  record('b', { verdict: 'unresolved', evidence: 'says <"&\u0007> no', passed: 1, failed: ['t'], canary: 'not run' }),
  record('c', { verdict: 'infrastructure', evidence: 'No result', language: 'shell', patch: '' }),
  record('d', { verdict: 'unresolved', patch: '', language: 'shell' }),
];

test('a summary counts verdicts and languages', () => {
  expect(summarize(records)).toEqual({
    total: 4,
    resolved: 1,
    verdicts: { infrastructure: 1, resolved: 1, unresolved: 2 },
    languages: { python: { total: 2, resolved: 1 }, shell: { total: 2, resolved: 0 } },
    seconds: 6,
    costUSD: 0.04,
  });
  expect(JSON.parse(jsonReport(session, records)).tasks[1]).toMatchObject({ task: 'b', verdict: 'unresolved' });
});

test('JUnit', () => {
  expect(junitReport(session, records)).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuite name="kata my-agent" tests="4" failures="2" errors="1" time="6.000">
      <testcase classname="python" name="a" time="1.500"/>
      <testcase classname="python" name="b" time="1.500">
        <failure type="unresolved" message="says &lt;&quot;&amp;?&gt; no"/>
      </testcase>
      <testcase classname="shell" name="c" time="1.500">
        <error type="infrastructure" message="No result"/>
      </testcase>
      <testcase classname="shell" name="d" time="1.500">
        <failure type="unresolved" message="All 2 expected tests ran and passed."/>
      </testcase>
    </testsuite>
    "
  `);
});

test('predictions and the SWE-bench report', () => {
  expect(predictions(session, records.slice(0, 1))).toBe(
    '{"instance_id":"a","model_name_or_path":"my-agent m1","model_patch":"diff"}\n',
  );
  expect(JSON.parse(sweBenchReport(['a', 'b', 'c', 'd', 'e'], records))).toEqual({
    total_instances: 5,
    submitted_instances: 4,
    completed_instances: 2,
    resolved_instances: 1,
    unresolved_instances: 1,
    infra_failure_instances: 1,
    ambiguous_failure_instances: 0,
    empty_patch_instances: 1,
    error_instances: 1,
    completed_ids: ['a', 'b'],
    incomplete_ids: ['e'],
    empty_patch_ids: ['d'],
    submitted_ids: ['a', 'b', 'c', 'd'],
    resolved_ids: ['a'],
    unresolved_ids: ['b'],
    error_ids: ['c'],
    infra_failure_ids: ['c'],
    ambiguous_failure_ids: [],
    failure_reasons: { c: 'no result: infrastructure' },
    schema_version: 2,
  });
});
