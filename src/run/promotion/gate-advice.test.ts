import { expect, test } from 'vitest';
import type { ArchiveEventOf } from '../../model/event.ts';
import { createPolicy } from '../../search/policies.ts';
import { timeAdvice } from './gate-advice.ts';

const started = (options: Partial<ArchiveEventOf<'run.started'>>): ArchiveEventOf<'run.started'> => ({
  type: 'run.started',
  run: 'r1',
  seed: 1,
  policy: createPolicy('huxley').spec,
  budget: 200,
  expansionCost: 2,
  concurrency: 8,
  prefer: 'balance',
  batch: 4,
  costUSD: 20,
  suite: { name: 's', digest: 'd' },
  tasks: Array.from({ length: 60 }, (_, task) => `t${task}`),
  heldOut: Array.from({ length: 30 }, (_, task) => `h${task}`),
  root: { sha: 'a', tree: 'b' },
  confidence: 0.95,
  rules: 1,
  ...options,
});

test('the first reply says how long a run may take, and what would end it before', () => {
  const advice = (options: Partial<ArchiveEventOf<'run.started'>>, limit = 24) => timeAdvice(started(options), limit);
  expect(advice({})).toMatchInlineSnapshot(
    `"With up to 8 jobs at once, \`prefer: balance\`, it takes about 7 hours if a task takes 5 minutes and a self-modification 10."`,
  );
  expect(advice({ concurrency: 1 })).toMatchInlineSnapshot(
    `"With one job at a time, it takes about 33 hours if a task takes 5 minutes and a self-modification 10. Its limit of 24 hours (\`limits.hours\`) would end it before that."`,
  );
  expect(advice({ budget: 1000, concurrency: 32, prefer: 'time' }, 2)).toMatchInlineSnapshot(
    `"With up to 32 jobs at once, \`prefer: time\`, it takes about 4 hours if a task takes 5 minutes and a self-modification 10. Its limit of 2 hours (\`limits.hours\`) would end it before that."`,
  );
});
