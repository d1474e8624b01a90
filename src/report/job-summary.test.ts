import { expect, it } from 'vitest';
import type { EvaluateOrder, EvaluateResult, ExpandOrder, ExpandResult } from '../contract/contract.ts';
import { jobSummary } from './job-summary.ts';

const base = {
  v: 2,
  jobId: 'r41-e12',
  nonce: 'a'.repeat(32),
  run: 'r41',
  variant: 'v7',
  sha: 'c'.repeat(40),
  tree: 'd'.repeat(40),
  suite: { name: 'tasks', digest: null },
  limits: { taskSeconds: 60, costUSD: 2, taskCostUSD: 0.5, memoryMB: 512, cpus: 1, pids: 64 },
} as const;
const usage = { requests: 12, inputTokens: 48_000, outputTokens: 3_100, costUSD: 0.42 };
const done = { ...base, order: 'e'.repeat(64), usage, rehearsal: false, seconds: 312, error: null };

it('shows an evaluation: the outcome, then task by task', () => {
  const order = {
    ...base,
    kind: 'evaluate',
    split: 'search',
    tasks: ['T-014', 'T-033', 'T-047', 'T-051'],
  } as unknown as EvaluateOrder;
  const result: EvaluateResult = {
    ...done,
    kind: 'evaluate',
    perTask: [
      { task: 'T-014', verdict: 'resolved', costUSD: 0.21, seconds: 95, evidence: '3 of 3 expected tests passed.' },
      { task: 'T-033', verdict: 'infrastructure', costUSD: 0, seconds: 0, evidence: 'the engine died ```</details>' },
      {
        task: 'T-047',
        verdict: 'unresolved',
        costUSD: 0.02,
        seconds: 9,
        evidence: 'None passed.',
        signs: ['empty-patch'],
      },
    ],
  };
  expect(jobSummary(order, result)).toMatchInlineSnapshot(`
    "### v7: 1/2 search tasks resolved, 2 without a result

    | task | verdict | time | cost |
    |---|---|--:|--:|
    | T-014 | resolved | 2 min | $0.21 |
    | T-033 | infrastructure | 0 s | $0.00 |
    | T-047 | unresolved, nothing changed | 9 s | $0.02 |

    Without a result, or with calls that failed:

    - T-033: the engine died \\\`\\\`\\\`&lt;/details&gt;

    <details><summary>Why, task by task</summary>

    \`\`\`\`text
    T-014: resolved. 3 of 3 expected tests passed.
    T-033: infrastructure. the engine died \`\`\`</details>
    T-047: unresolved. None passed.
    \`\`\`\`

    </details>

    12 model calls · tokens 48,000 in, 3,100 out · $0.42 of $2.00 · 5 min

    <sub>job r41-e12 · run r41 · commit cccccccccccc · suite tasks</sub>"
  `);
});

it('only counts held-out tasks: the summary is as public as the repository', () => {
  const order = {
    ...base,
    kind: 'evaluate',
    split: 'heldout',
    tasks: ['S-1', 'S-2', 'S-3'],
  } as unknown as EvaluateOrder;
  const of = { costUSD: 0.1, seconds: 9 };
  const summary = jobSummary(order, {
    ...done,
    kind: 'evaluate',
    perTask: [
      { task: 'S-1', verdict: 'resolved', evidence: 'S-1: 3 of 3 passed.', ...of },
      { task: 'S-2', verdict: 'infrastructure', evidence: 'no image for S-2', ...of },
    ],
  });
  expect(summary).toContain('### v7: 1/1 held-out tasks resolved, 2 without a result');
  expect(summary).not.toMatch(/S-\d|passed|image/);
});

it('shows an expansion step by step, and that it was a rehearsal', () => {
  const order = {
    ...base,
    kind: 'expand',
    operator: { name: 'mutation', child: 'v12', donor: null },
  } as unknown as ExpandOrder;
  const result: ExpandResult = {
    ...done,
    rehearsal: true,
    kind: 'expand',
    diagnosis: { summary: 'It gave up.', considered: [], title: 'Try again @everyone', proposal: 'Loop.' },
    files: [{ path: 'agent.ts', mode: '100644', content: 'loop();' }],
    failure: { stage: 'check', reason: 'exit 1' },
  };
  expect(jobSummary(order, result)).toMatchInlineSnapshot(`
    "### v12 from v7 by mutation: not made

    **Rehearsal**: a rehearsal model answered, not a real one.

    Change: Try again @​everyone

    | step | result |
    |---|---|
    | diagnose | done |
    | modify | done |
    | validate | done |
    | check | failed |

    <details><summary>Why check failed</summary>

    \`\`\`text
    exit 1
    \`\`\`

    </details>

    <details><summary>Diagnosis</summary>

    \`\`\`text
    It gave up.

    Loop.
    \`\`\`

    </details>

    <details><summary>1 changed file</summary>

    \`\`\`text
    --- agent.ts
    loop();
    \`\`\`

    </details>

    12 model calls · tokens 48,000 in, 3,100 out · $0.42 of $2.00 · 5 min

    <sub>job r41-e12 · run r41 · commit cccccccccccc · suite tasks</sub>"
  `);
});

it('names trouble, and stays under what GitHub keeps', () => {
  const order = {
    ...base,
    kind: 'expand',
    operator: { name: 'mutation', child: 'v12', donor: null },
  } as unknown as ExpandOrder;
  const huge = Array.from({ length: 100 }, (_, i) => ({
    path: `f${i}`,
    mode: '100644' as const,
    content: 'x'.repeat(250_000),
  }));
  const error = { code: 'job.tree', message: 'Commit has another tree' };
  const summary = jobSummary(order, { ...done, kind: 'expand', diagnosis: null, failure: null, files: huge, error });
  expect(summary).toContain('### v12 from v7 by mutation: not made\n\n**Trouble** (job.tree): Commit has another tree');
  expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
});
