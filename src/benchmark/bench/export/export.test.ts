import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { projectPath } from '../../../environment/project.ts';
import type { JournalEntry } from '../../../model/event.ts';
import type { Session, TaskRecord } from '../record.ts';
import { inspectLog } from './inspect-log.ts';
import { ofRun, ofSession } from './results.ts';

/** What Inspect asks of a log: the fields of `EvalLog` without a default, and the types of those that are written here. */
const text = z.string();
const texts = z.record(text, z.unknown());
const message = z.object({ role: z.literal('assistant'), content: text });
const evalLog = z.strictObject({
  version: z.literal(2),
  status: z.enum(['started', 'success', 'cancelled', 'error']),
  eval: z.looseObject({
    created: z.iso.datetime(),
    task: text,
    dataset: z.strictObject({
      name: text,
      samples: z.int(),
      sample_ids: z.array(text),
      shuffled: z.boolean(),
    }),
    model: text,
    config: z.strictObject({ epochs: z.int().min(1) }),
    packages: z.record(text, text),
  }),
  plan: z.strictObject({
    name: text,
    steps: z.array(z.strictObject({ solver: text, params: texts })),
    config: texts,
  }),
  results: z.strictObject({
    total_samples: z.int(),
    completed_samples: z.int(),
    scores: z.array(
      z.strictObject({
        name: text,
        scorer: text,
        scored_samples: z.int(),
        unscored_samples: z.int(),
        params: texts,
        metrics: z.record(text, z.strictObject({ name: text, value: z.number(), params: texts })),
      }),
    ),
  }),
  stats: z.strictObject({ started_at: z.iso.datetime(), completed_at: z.iso.datetime(), model_usage: texts }),
  samples: z.array(
    z.looseObject({
      id: text,
      epoch: z.int().min(1),
      input: text,
      target: text,
      messages: z.array(message),
      output: z.object({ model: text, choices: z.array(z.object({ message, stop_reason: z.literal('stop') })) }),
      scores: z.record(text, z.object({ value: z.enum(['C', 'I']), explanation: text })).optional(),
      error: z.strictObject({ message: text, traceback: text, traceback_ansi: text }).optional(),
    }),
  ),
});
const read = (json: string) => evalLog.parse(JSON.parse(json));

const session: Session = { v: 1, suite: 'kata', digest: 'd', agent: 'mine', agentDigest: 'sha256:1', model: 'm/1' };
const record = (task: string, verdict: TaskRecord['verdict']): TaskRecord => ({
  ...{ task, language: 'python', verdict, passed: 0, expected: 1, failed: [], evidence: `says ${verdict}` },
  ...{ canary: 'none', seconds: 1, gradingSeconds: 1, costUSD: 0.5, patch: 'diff' },
});

test('a session as Inspect’s log', () => {
  const records = [record('a', 'resolved'), record('b', 'unresolved'), record('c', 'infrastructure')];
  const log = read(inspectLog(ofSession(session, records, { began: 0, ended: 1_000 }), '0.1.0'));
  expect(log.eval).toMatchObject({ task: 'kata', model: 'm/1', solver: 'mine', packages: { huxley: '0.1.0' } });
  expect(log.results).toMatchObject({ total_samples: 3, completed_samples: 2 });
  expect(log.results.scores[0]!.metrics.accuracy!.value).toBe(0.5);
  expect(log.results.scores[0]!.metrics.stderr!.value).toBeCloseTo(Math.SQRT1_2 / 2, 6);
  expect(log.samples.map(({ scores, error }) => scores?.huxley?.value ?? error?.message)).toEqual([
    'C',
    'I',
    'says infrastructure',
  ]);
});

const journal = (name: string): readonly JournalEntry[] =>
  readFileSync(projectPath('test', 'fixtures', '0.1', `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line));

test('a run’s variant, and nothing of what happened on held-out tasks', () => {
  const entries = journal('merged');
  const [started] = entries;
  if (started?.event.type !== 'run.started') throw new Error('the fixture begins with a run');
  const { heldOut, tasks } = started.event;
  const results = ofRun('r1', entries, null);
  const json = inspectLog(results, '0.1.0');
  const log = read(json);
  expect(log.samples.length).toBeGreaterThan(0);
  for (const { id } of log.samples) expect(tasks).toContain(id);
  for (const task of heldOut) expect(json).not.toContain(JSON.stringify(task));
  expect(log.eval).toMatchObject({ metadata: { heldOutTasks: heldOut.length } });
  expect(() => ofRun('r1', entries, 'v99')).toThrow('r1 has no result of v99 on search tasks');
  expect(() => ofRun('r1', entries.slice(1), null)).toThrow('r1 does not begin with a run');
});
