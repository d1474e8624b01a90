import { expect, test } from 'vitest';
import type { ArchiveEventOf } from '../../model/event.ts';
import { createPolicy } from '../../search/policies.ts';
import { gateAdvice, leastMargin, timeAdvice } from './gate-advice.ts';

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

test('with goal `cost` the first reply says what is asked, and whether so many tasks can show it', () => {
  const advice = (heldOut: number, level: number, evaluations = 2 * heldOut, margin = 0.1) => {
    const rules = { test: 'sequential', promise: 'share', evaluations, goal: 'cost', margin, saving: 0.2 } as const;
    const grant = { level, openings: 0, passes: 0, spent: 0, worn: 0 };
    const outlook = { heldOut, rules, confidence: 0.95, repeats: 1, mode: 'auto', grant } as const;
    return `${leastMargin(outlook).toFixed(3)}: ${gateAdvice(outlook)}`;
  };
  expect(advice(100, 0.04)).toMatchInlineSnapshot(
    `"0.032: A variant is merged when two things are shown on the 100 held-out tasks: it costs at least 20 % less per task than the root, and it resolves at most 10 points fewer. Both have to hold at one look, after the last round. It is the first comparison on these tasks: of the 5 % allowed for false merges per variant that passes on them, it may spend 4 %."`,
  );
  expect(advice(33, 0.05, 66, 0.05)).toMatchInlineSnapshot(
    `"0.087: A variant is merged when two things are shown on the 33 held-out tasks: it costs at least 20 % less per task than the root, and it resolves at most 5 points fewer. **With 33 held-out tasks no margin below 0.087 can be shown unless the variant is better**, and \`merge.margin\` is 0.05: add tasks, or raise it. Both have to hold at one look, after the last round. It is the first comparison on these tasks: of the 5 % allowed for false merges per variant that passes on them, it may spend 5 %."`,
  );
  expect(advice(33, 0.04, 200)).toMatchInlineSnapshot(
    `"0.093: A variant is merged when two things are shown on the 33 held-out tasks: it costs at least 20 % less per task than the root, and it resolves at most 10 points fewer. Both have to hold at one look, after the last round. It is the first comparison on these tasks: of the 5 % allowed for false merges per variant that passes on them, it may spend 4 %."`,
  );
  expect(advice(33, 0)).toMatchInlineSnapshot(
    `"1.000: **With 33 held-out tasks nothing can be proven:** whatever the search finds, the merge gate will refuse it. It is the first comparison on these tasks: of the 5 % allowed for false merges per variant that passes on them, it may spend 0 %. Add tasks."`,
  );
});

test('where scores are compared, the first reply speaks of mean scores', () => {
  const grant = { level: 0.04, openings: 0, passes: 0, spent: 0, worn: 0 };
  const rules = { test: 'sequential', promise: 'share', evaluations: 200 } as const;
  const outlook = { heldOut: 33, rules, confidence: 0.95, mode: 'manual', grant } as const;
  const [resolved, score] = [rules, { ...rules, metric: 'score' } as const].map((of) =>
    gateAdvice({ ...outlook, rules: of }),
  );
  expect(resolved).toMatchInlineSnapshot(
    `"A variant is offered for merging when it beats the root on the 33 held-out tasks, which takes at least 5 fixed and none broken. Of 100 variants with a true gain, about so many would pass within 200 held-out evaluations if the root solves 40 %: 5 points in 21, 10 points in 56, 15 points in 86, 20 points in 98. It is the first comparison on these tasks: of the 5 % allowed for false merges per variant that passes on them, it may spend 4 %."`,
  );
  expect(score).toMatchInlineSnapshot(
    `"A variant is offered for merging when its mean score beats the root’s on the 33 held-out tasks, which takes at least 5 scores higher and none lower. Of 100 variants with a true gain in mean score, about so many would pass within 200 held-out evaluations if the root’s is 0.40 and every score 0 or 1: 5 points in 21, 10 points in 56, 15 points in 86, 20 points in 98. More would pass where scores lie in between. It is the first comparison on these tasks: of the 5 % allowed for false merges per variant that passes on them, it may spend 4 %."`,
  );
  const cost = { ...rules, metric: 'score', goal: 'cost', margin: 0.1, saving: 0.2 } as const;
  expect(gateAdvice({ ...outlook, rules: cost })).toContain('and its mean score is at most 10 points lower.');
});
