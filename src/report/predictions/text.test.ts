import { expect, test } from 'vitest';
import { reduceEntries } from '../../archive/reduce.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import type { Prediction } from '../../model/memory/prediction.ts';
import { policyOf } from '../../search/policies.ts';
import { explainRun, explainVariant } from '../explain.ts';
import { type PullRequestDetails, renderPullRequest } from '../pull-request.ts';
import { runView } from '../view-of.ts';
import { predictionLine, predictionsLine } from './text.ts';

const TASKS = ['a', 'b', 'c', 'd', '[x](http://y) @all'];
const policy = { name: 'hgm', params: {} };

function outcomes(variant: 'v0' | 'v1', resolved: string, tasks: readonly string[]): ArchiveEvent[] {
  const job = `${variant}-j`;
  return [
    { type: 'evaluation.ordered', job, decision: null, variant, tasks, split: 'search' },
    ...tasks.map((task): ArchiveEvent => {
      const outcome = resolved.includes(task) ? 'resolved' : 'unresolved';
      return { type: 'evaluation.done', job, variant, task, split: 'search', outcome, costUSD: 0, seconds: 1 };
    }),
  ];
}

function viewOf(predicted: readonly Prediction[] | undefined, measured = ['a', 'b', 'c', 'd']) {
  const events: ArchiveEvent[] = [
    {
      type: 'run.started',
      ...{ run: 'r1', seed: 1, policy, budget: 20, expansionCost: 2, concurrency: 2, batch: 2, costUSD: 5 },
      ...{ suite: { name: 'kata', digest: 'sha256:0' }, tasks: TASKS, heldOut: ['x'] },
      ...{ root: { sha: '0', tree: '0' }, confidence: 0.95 },
    },
    ...outcomes('v0', 'd', TASKS),
    { type: 'expansion.ordered', job: 'j1', decision: null, variant: 'v1', parent: 'v0', operator: 'mutation' },
    {
      ...{ type: 'expansion.made', job: 'j1', variant: 'v1', sha: '1', tree: '1', summary: 'tries again' },
      ...{ costUSD: 0, seconds: 1 },
      ...(predicted && { predicted }),
    },
    ...(measured.length > 0 ? outcomes('v1', 'ad', measured) : []),
  ];
  const archive = reduceEntries(
    null,
    events.map((event, i) => ({ seq: i + 1, at: '2026-01-01T00:00:00.000Z', event })),
  )!;
  return runView({ archive, policy: policyOf(policy), attention: [], now: new Date(0) });
}

const fix = (task: string, chance: number): Prediction => ({ task, change: 'fix', chance });
const predicted = [fix('a', 0.8), fix('b', 0.7), fix('c', 0.2), fix(TASKS[4]!, 0.3)];
const foretold = [...predicted, { task: 'd', change: 'break' as const, chance: 0.1 }];

const details: PullRequestDetails = {
  ...{ sha: 'a'.repeat(40), evidenceTasks: ['a'], donor: null, diff: { files: 1, added: 2, removed: 0 } },
  ...{ addsDependencies: false, unusual: [], whole: null, diagnosis: null, decision: null, fixed: [], broken: [] },
  ...{ gate: null, checkPassed: true },
};

test('the pull request says what was predicted and what came of it, and each task in a table', () => {
  const view = viewOf(foretold);
  const body = renderPullRequest(view, view.variants[1]!, details);
  expect(body.match(/^Predicted: .*$/m)?.[0]).toMatchInlineSnapshot(
    `"Predicted: 1.7 of 3 fixed (1 was), 0.1 of 1 broken (none was). Brier score 0.14, against 0.17 for the base rate; lower is better. 1 more not measured yet."`,
  );
  expect(body.match(/A prediction counts[\s\S]*?(?=\n\n<\/details>)/)?.[0]).toMatchInlineSnapshot(`
    "A prediction counts once the variant and its parent have both been measured on the task.

    | task | predicted | chance | outcome |
    |---|---|--:|---|
    | a | fixed | 0.80 | fixed |
    | b | fixed | 0.70 | not fixed |
    | c | fixed | 0.20 | not fixed |
    | \\[x\\]\\(http​://y\\) @​all | fixed | 0.30 | not measured yet |
    | d | broken | 0.10 | not broken |"
  `);
});

test('a variant that nothing was predicted of, or that is not measured, says so or nothing', () => {
  const silent = viewOf(undefined);
  expect(renderPullRequest(silent, silent.variants[1]!, details)).not.toContain('redict');
  expect(explainRun(silent, []) + explainVariant(silent, [], 'v1')).not.toContain('redict');
  const moot = viewOf([fix('d', 0.4)]);
  expect(predictionLine(moot.variants[1]!.predictions!.score)).toBe('Predicted: nothing that applies.');
  expect(explainVariant(moot, [], 'v1')).toContain('| d | fixed | 0.40 | does not apply: its parent resolves it |');
  expect(predictionLine(viewOf(foretold, []).variants[1]!.predictions!.score)).toMatchInlineSnapshot(
    `"Predicted: 5 changes, not measured yet."`,
  );
});

test('explain tells them of one variant, and of the whole run with how right their chances are', () => {
  const view = viewOf(foretold);
  expect(explainVariant(view, [], 'v1')).toMatchInlineSnapshot(`
    "**v1** is best: 2/4 (90 %: 0.10 to 0.90) search tasks, clade 2/4 (90 %: 0.10 to 0.90), $0.00 spent on it.

    It changes: tries again. A person asked for it.

    Predicted: 1.7 of 3 fixed (1 was), 0.1 of 1 broken (none was). Brier score 0.14, against 0.17 for the base rate; lower is better. 1 more not measured yet.

    <details><summary>Predictions, task by task</summary>

    A prediction counts once the variant and its parent have both been measured on the task.

    | task | predicted | chance | outcome |
    |---|---|--:|---|
    | a | fixed | 0.80 | fixed |
    | b | fixed | 0.70 | not fixed |
    | c | fixed | 0.20 | not fixed |
    | \\[x\\]\\(http​://y\\) @​all | fixed | 0.30 | not measured yet |
    | d | broken | 0.10 | not broken |

    </details>"
  `);
  expect(explainRun(view, [])).toMatchInlineSnapshot(`
    "Policy \`hgm\`, seed 1. Best-belief is **v1**. Ask \`/huxley explain vN\` about one variant.

    - v1: 2/4 (90 %: 0.10 to 0.90), lower bound 0.19
    - v0: 1/5 (90 %: 0.01 to 0.66), lower bound 0.06

    Predicted over 1 variant: 1.7 of 3 fixed (1 was), 0.1 of 1 broken (none was). Brier score 0.14, against 0.17 for the base rate; lower is better. 1 more not measured yet.

    <details><summary>Predictions, by their chance</summary>

    If the chances are right, the share that came true is close to the mean chance.

    | predictions | mean chance | came true |
    |--:|--:|--:|
    | 1 | 0.10 | 0.00 |
    | 1 | 0.20 | 0.00 |
    | 1 | 0.70 | 0.00 |
    | 1 | 0.80 | 1.00 |

    </details>"
  `);
});

test('the run says whether its search goes by predictions, where its policy ever does', () => {
  const { predictions } = viewOf(foretold);
  expect(predictions).not.toHaveProperty('trusted');
  expect(predictionsLine({ ...predictions!, trusted: false })).toContain(' The search does not use predictions: ');
  expect(predictionsLine({ ...predictions!, trusted: true })).toContain('so the search expects more of them.');
});
