import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ArchiveEvent, JournalEntry } from '../model/event.ts';
import type { CostVerdict } from '../model/gate/cost.ts';
import type { GateVerdict } from '../model/gate/verdict.ts';
import { OPERATORS } from '../model/operator.ts';
import { SIGNS } from '../model/sign.ts';
import { exactInterval } from '../search/belief/interval.ts';
import { renderDashboard } from './dashboard.ts';
import { eventLines } from './event-line.ts';
import { evidenceText, parseEvidence, renderEvidence, renderVerdict } from './evidence.ts';
import { explainRun, explainVariant } from './explain.ts';
import { operatorText } from './operator-text.ts';
import { mergeTitle, type PullRequestDetails, pullRequestTitle, renderPullRequest } from './pull-request.ts';
import { block, inline } from './text/escape.ts';
import { bar, dollars, minutes, pValue, rated } from './text/figures.ts';
import { bytes, MAX_BODY_BYTES } from './text/fit.ts';
import { markerToString, parseMarker } from './text/marker.ts';
import { mermaid } from './tree/lineage.ts';
import { treeSvg } from './tree/tree-svg.ts';
import { treeText } from './tree/tree-text.ts';
import { gateSentence } from './verdict/verdict-line.ts';
import type { RunView, VariantView } from './view.ts';

const node = (
  variant: VariantView['variant'],
  parent: VariantView['parent'],
  resolved: number,
  n: number,
  more: Partial<VariantView> = {},
): VariantView => ({
  variant,
  parent,
  operator: parent === null ? null : 'mutation',
  pull: parent === null ? null : Number(variant.slice(1)) + 6,
  state: parent === null ? 'root' : n === 0 ? 'waits for evidence' : 'measured',
  own: { resolved, n },
  same: { root: { resolved: Math.floor(n / 3), n }, parent: { resolved: Math.floor(n / 2), n } },
  clade: { resolved, n },
  heldOut: { resolved: 0, n: 0 },
  promise: null,
  lower: n === 0 ? 0.05 : resolved / n / 2,
  place: Math.round(1_000 - 1_000 * (n === 0 ? 0.05 : resolved / n / 2)),
  tampered: 0,
  voids: 0,
  costUSD: 0.1 * n,
  tokensPerSolved: null,
  summary: `change of ${variant}`,
  failure: null,
  spent: false,
  ...more,
});

const view: RunView = {
  run: 'r41',
  status: 'searching',
  outcome: null,
  policy: 'huxley',
  seed: 7,
  suite: 'kata',
  budget: { used: 562, total: 800 },
  costUSD: { spent: 61.4, limit: 90 },
  rootMeasured: null,
  best: 'v2',
  variants: [
    node('v0', null, 22, 60, { clade: { resolved: 50, n: 100 }, summary: 'the root' }),
    node('v1', 'v0', 9, 14, { promise: 0.69 }),
    node('v2', 'v1', 19, 26, { state: 'best', summary: 'Retries a <b>failed</b> edit @everyone #1' }),
    node('v3', 'v1', 0, 0, { state: 'did not pass its own check' }),
  ],
  inFlight: [
    {
      what: 'expand v2',
      since: '2026-01-01T14:03:00.000Z',
      seconds: 240,
      url: 'https://github.test/octo/agent/actions/runs/9',
      again: null,
    },
    {
      what: 'evaluate v1 on 4 tasks',
      since: '2026-01-01T14:06:00.000Z',
      seconds: 60,
      url: null,
      again: { attempt: 1, reason: 'no model `x`', log: 'https://github.test/octo/agent/actions/runs/7' },
    },
  ],
  gate: null,
  heldOutTasks: 30,
  heldOutDone: 0,
  heldOutPlanned: 24,
  level: null,
  calibration: null,
  measure: null,
  plateau: null,
  yields: [],
  ticks: null,
  attention: ['3 of the last 5 expansions failed their check'],
  guidance: [],
  decisions: [{ n: 11, what: 'expand v1 by mutation, giving v2', why: 'its clade drew the highest promise' }],
  rehearsal: true,
};

const reason = {
  text: 'v1 drew most',
  candidates: [{ variant: 'v1' as const, resolved: 9, unresolved: 5, mean: 0.625, draw: 0.71 }],
  numbers: { tau: 1.4235 },
};

const entries: JournalEntry[] = [
  {
    seq: 5,
    at: '2026-01-01T00:00:00.000Z',
    event: {
      type: 'decision.made',
      n: 11,
      decision: { type: 'expand', variant: 'v2', parent: 'v1', operator: 'mutation', tasks: ['T-1'], reason },
    },
  },
  {
    seq: 6,
    at: '2026-01-01T00:00:01.000Z',
    event: {
      type: 'evaluation.done',
      job: 'j1',
      variant: 'v2',
      task: 'T-`1`',
      split: 'search',
      outcome: 'resolved',
      costUSD: 0.1,
      seconds: 2,
    },
  },
];

const details: PullRequestDetails = {
  sha: 'a'.repeat(40),
  evidenceTasks: ['T-1'],
  donor: null,
  diff: { files: 3, added: 84, removed: 19 },
  addsDependencies: false,
  unusual: [],
  whole: null,
  diagnosis: { summary: 'It ```stops``` early.', proposal: 'Make it retry.' },
  decision: { n: 11, reason },
  fixed: [{ task: 'T-1', root: { resolved: 0, n: 1 }, variant: { resolved: 1, n: 1 } }],
  broken: [],
  gate: null,
  checkPassed: true,
};

test('the dashboard', () =>
  expect(renderDashboard(view)).toMatchInlineSnapshot(`
    "### Run r41 · searching · budget ▓▓▓▓▓▓▓░░░ 562/800 · $61.40 of $90.00

    Best-belief **v2** 19/26 search tasks (lower bound 0.37)
    30 held-out tasks, sealed.

    **Attention:** 3 of the last 5 expansions failed their check

    | variant | parent | own | clade | promise | cost | state | change |
    |---|---|--:|--:|--:|--:|---|---|
    | v2 (#8) | v1 | 19/26 | 19/26 | - | $2.60 | best | Retries a &lt;b&gt;failed&lt;/b&gt; edit @​everyone \\#​1 |
    | v1 (#7) | v0 | 9/14 | 9/14 | 0.69 | $1.40 | measured | change of v1 |
    | v0 | - | 22/60 | 50/100 | - | $6.00 | root | the root |
    | v3 (#9) | v1 | - | - | - | $0.00 | did not pass its own check | change of v3 |

    <sub>The budget counts the search. Outside it: 60 evaluations of the root.</sub>

    In flight: [expand v2](https://github.test/octo/agent/actions/runs/9) (since 14:03 UTC) · evaluate v1 on 4 tasks (since 14:06 UTC), **attempt 1 gave no result** (no model \\\`x\\\`, [log](https://github.test/octo/agent/actions/runs/7))

    > Rehearsal: a scripted model answers in place of a real one. Every score comes from running the edited code in the sandbox, but says nothing about a real model.

    \`\`\`mermaid
    graph TD
      v0["v0<br/>22/60"]
      v1["v1<br/>9/14"]
      v2["v2<br/>19/26"]:::best
      v0 --> v1
      v1 --> v2
      classDef best stroke-width:3px
      classDef pruned stroke-dasharray:4
    \`\`\`
    1 not shown: not made, or least informative.

    <details><summary>Decisions and their reasons, newest first</summary>

    - **11** expand v1 by mutation, giving v2: its clade drew the highest promise

    </details>

    <!-- huxley:dashboard v=1 run=r41 -->"
  `));

test('a pull request names the models that made it, where there was a choice', () => {
  const made = { ...view.variants[2]!, models: { diagnose: 'gpt-5.4', modify: 'qwen' } };
  expect(renderPullRequest(view, made, details)).toContain(
    'Made by mutation (one failed attempt looked at closely) from v1, diagnosed by gpt-5.4, modified by qwen',
  );
});

test('tokens for each task resolved are shown beside the cost, where they are known', () => {
  const known = view.variants.map((each) => (each.variant === 'v2' ? { ...each, tokensPerSolved: 84_321 } : each));
  const dashboard = renderDashboard({ ...view, variants: known });
  expect(dashboard).toContain(
    '| promise | cost | tokens/resolved | state | change |\n|---|---|--:|--:|--:|--:|--:|---|---|',
  );
  expect(dashboard).toContain('| $2.60 | 84.3K | best |');
  expect(dashboard).toContain('| $1.40 | - | measured |');
  const body = renderPullRequest({ ...view, variants: known }, known[2]!, details);
  expect(body).toContain(
    '| Cost so far | $6.00 | $1.40 | $2.60 |\n| Tokens per resolved search task | - | - | 84.3K |',
  );
});

test('score and cost are drawn once three variants have five evaluations with known tokens', () => {
  const known = view.variants.map((each) => ({ ...each, tokensPerSolved: each.own.n === 0 ? null : 84_000 }));
  expect(renderDashboard({ ...view, variants: known })).toContain(
    'Pareto front (no variant resolves more for less): **v0** 22/60 at 30.8K tokens, **v1** 9/14 at 54K tokens, **v2** 19/26 at 61.4K tokens per evaluation.',
  );
  const two = known.map((each) => (each.variant === 'v1' ? { ...each, tokensPerSolved: null } : each));
  expect(renderDashboard({ ...view, variants: two })).not.toContain('quadrantChart');
});

test('the pull request of a variant that waits for more evidence', () =>
  expect(renderPullRequest(view, view.variants[2]!, details)).toMatchInlineSnapshot(`
    "**v2 resolves 19/26 (90 %: 0.55 to 0.87) search tasks**; the root 8/26 of the same. Search tasks choose variants, so this is not proof: held-out tasks decide.

    Change: Retries a &lt;b&gt;failed&lt;/b&gt; edit @​everyone \\#​1. 3 files, +84 -19 against v1. Made by mutation (one failed attempt looked at closely) from v1, task T-1.
    Gates: agent's own check passes · protected paths untouched · no new dependencies

    > Rehearsal: a scripted model answers in place of a real one. Every score comes from running the edited code in the sandbox, but says nothing about a real model.

    | | root v0 | parent v1 | **v2** |
    |---|--:|--:|--:|
    | Search tasks of v2 | 8/26 | 13/26 | 19/26 |
    | All its search tasks | 22/60 | 9/14 | 19/26 |
    | Held-out tasks | - | - | - |
    | Clade | 50/100 | 9/14 | 19/26 |
    | Belief (lower 5 %) | 0.18 | 0.32 | 0.37 |
    | Cost so far | $6.00 | $1.40 | $2.60 |

    \`\`\`mermaid
    graph TD
      v0["v0<br/>22/60"]
      v1["v1<br/>9/14"]
      v2["v2<br/>19/26"]:::best
      v0 --> v1
      v1 --> v2
      classDef best stroke-width:3px
      classDef pruned stroke-dasharray:4
    \`\`\`
    1 not shown: not made, or least informative.

    <details><summary>Fixed and broken, by task (1 and 0)</summary>

    Search tasks measured on both it and the root.

    Fixed: T-1

    Broken: none

    </details>

    <details><summary>What merging it adds: v1 and v2</summary>

    - v1: change of v1
    - v2: Retries a &lt;b&gt;failed&lt;/b&gt; edit @​everyone \\#​1

    </details>

    <details><summary>Why this variant exists: diagnosis and evidence</summary>

    In the diagnosing model's words:

    \`\`\`\`text
    It \`\`\`stops\`\`\` early.
    \`\`\`\`

    The change the agent was asked to make to itself:

    \`\`\`text
    Make it retry.
    \`\`\`

    </details>

    <details><summary>Why it was chosen: candidates, posterior, draws</summary>

    Decision 11.

    v1 drew most

    | candidate | resolved | expected success | score (the highest is chosen) |
    |---|--:|--:|--:|
    | v1 | 9/14 | 0.625 | 0.710 |

    - tau: how far the choice is narrowed, growing as the budget shrinks: 1.42

    </details>

    <details><summary>Reproduce</summary>

    \`\`\`sh
    # in a checkout of this repository, with Huxley's at ../huxley
    git fetch origin aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa && git worktree add ../v2 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    npm --prefix ../huxley run -s huxley -- bench run --agent ../v2 --suite kata
    \`\`\`

    </details>

    <!-- huxley:variant v=1 run=r41 variant=v2 sha=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa -->"
  `));

const gate = { passed: false, n: 50, root: 26, variant: 31, fixed: 7, broken: 2, p: 0.0898, alpha: 0.05 };
const sealed = { opened: null, gate: null };

test('line 1 of a pull request is the verdict once there is one', () => {
  expect(renderPullRequest(view, view.variants[2]!, { ...details, gate }).split('\n')[0]).toMatchInlineSnapshot(
    `"**v2 beats the root: 31/50 against 26/50 held-out tasks** (7 fixed, 2 broken, p = 0.090, needed p ≤ 0.05). Not enough evidence to merge."`,
  );
  expect(pullRequestTitle(view.variants[2]!)).toMatchInlineSnapshot(
    `"v2: Retries a <b>failed</b> edit (at)everyone no. 1"`,
  );
});

test('with goal `cost` it says what the variant costs, whether it is worse, and what is not shown', () => {
  const cost: CostVerdict = {
    passed: true,
    n: 99,
    missing: 0,
    dropped: 0,
    margin: 0.1,
    saving: 0.2,
    level: 0.05,
    scoreDifference: { value: -0.01, lower: -0.08, upper: 0.06 },
    ratio: { value: 0.62, lower: 0.49, upper: 0.79 },
    unit: 'USD',
    p: { score: 0.04, cost: 0.01 },
    why: 'passed',
  };
  const judged = (more: Partial<CostVerdict>, of: Partial<GateVerdict> = {}): GateVerdict => ({
    ...{ passed: more.why === undefined, n: 99, root: 41, variant: 40, fixed: 3, broken: 4, p: 0.04, alpha: 0.05 },
    evidence: {
      ...{ stopped: 'evaluations', rounds: 1, evaluations: 198, tasks: 99, spent: 0.05, gain: -0.01 },
      here: { lower: -0.08, upper: 0.06 },
      alike: { lower: -0.08, upper: 0.06 },
      cost: { ...cost, ...more },
    },
    ...of,
  });
  const dearer = { value: 0.97, lower: 0.8, upper: 1.15 };
  expect(
    [
      judged({}),
      judged({ why: 'score', level: 0.04 / 3, scoreDifference: { value: -0.05, lower: -0.14, upper: 0.02 } }),
      judged({ why: 'cost', unit: 'tokens', ratio: dearer }),
      judged({ why: 'score and cost', ratio: dearer }),
      judged({ why: 'cost unknown', unit: null, ratio: null }),
      judged({ why: 'missing' }, { refused: 'missing', missing: 30 }),
      judged({}, { means: { root: 0.62, variant: 0.6 } }),
    ].map((each) => gateSentence('v3', each)),
  ).toMatchInlineSnapshot(`
    [
      "**v3 costs 38 % less per task (90 %: 21 to 51 % less) and resolves 40/99 against 41/99 held-out tasks; it is not worse by more than 10 points** (90 %: -8 to 6). Enough evidence to merge.",
      "**v3 costs 38 % less per task (97.3 %: 21 to 51 % less) and resolves 40/99 against 41/99 held-out tasks; it could be worse by more than 10 points** (97.3 %: -14 to 2). Not enough evidence to merge. More attempts can be bought: \`/huxley prove v3\`.",
      "**v3 costs 3 % less per task, in tokens (90 %: 15 % more to 20 % less) and resolves 40/99 against 41/99 held-out tasks; it is not worse by more than 10 points** (90 %: -8 to 6). That it costs at least 20 % less is not shown. Not enough evidence to merge. More attempts can be bought: \`/huxley prove v3\`.",
      "**v3 costs 3 % less per task (90 %: 15 % more to 20 % less) and resolves 40/99 against 41/99 held-out tasks; it could be worse by more than 10 points** (90 %: -8 to 6). That it costs at least 20 % less is not shown. Not enough evidence to merge. More attempts can be bought: \`/huxley prove v3\`.",
      "**v3 resolves 40/99 against 41/99 held-out tasks; what its attempts cost is not known.** Not enough evidence to merge.",
      "**v3 costs 38 % less per task (90 %: 21 to 51 % less) and resolves 40/99 against 41/99 held-out tasks.** 30 tasks without a result on v3 count as failed. Too many results are missing to judge, so it is not merged.",
      "**v3 costs 38 % less per task (90 %: 21 to 51 % less) and has a mean score of .60 against .62 on 99 held-out tasks; it is not worse by more than 10 points** (90 %: -8 to 6). Enough evidence to merge.",
    ]
  `);
  const event = { type: 'heldout.done', variant: 'v3', gate: judged({}) } as const;
  expect(eventLines([{ seq: 1, at: '2026-01-01T00:00:00.000Z', event }])).toMatchInlineSnapshot(`
    [
      "00:00:00  held-out: v3 costs 38 % less, 40/99, root 41/99 (3 fixed, 4 broken, p = 0.040): enough to merge",
    ]
  `);
  expect(renderVerdict(view, 'v2', judged({}), 'a'.repeat(40)).title).toMatchInlineSnapshot(
    `"v2: 40/99 held-out tasks, root 41/99, costs 38 % less"`,
  );
});

test('where scores are compared, the verdict tells their means', () => {
  const graded = { ...gate, means: { root: 0.48, variant: 0.614 } };
  expect(renderPullRequest(view, view.variants[2]!, { ...details, gate: graded }).split('\n')[0]).toBe(
    '**v2 beats the root: mean score .61 against .48 on 50 held-out tasks** (31 resolved against 26, 7 fixed, 2 broken, p = 0.090, needed p ≤ 0.05). Not enough evidence to merge.',
  );
  const alike = { ...graded, means: { root: 0.1 + 0.2 + 0.3, variant: 0.3 + 0.2 + 0.1 } };
  expect(gateSentence('v2', alike)).toContain('v2 equals the root: mean score .60 against .60 on 50 held-out tasks');
  expect(renderVerdict(view, 'v2', graded, 'a'.repeat(40)).title).toBe(
    'v2: mean score .61 on 50 held-out tasks, root .48',
  );
  const event = { type: 'heldout.done', variant: 'v2', gate: graded } as const;
  expect(eventLines([{ seq: 1, at: '2026-01-01T00:00:00.000Z', event }])).toEqual([
    '00:00:00  held-out: v2 mean score .61, root .48 (7 fixed, 2 broken, p = 0.090): not enough to merge',
  ]);
});

test('a pull request that is offered is titled by all it merges, not by its last edit', () => {
  const [root, , second] = view.variants;
  const child = { ...second!, variant: 'v3', parent: 'v2', summary: 'Prefer ripgrep to grep.' } as const;
  expect(mergeTitle(view, { ...second!, parent: root!.variant })).toBe(pullRequestTitle(second!));
  expect(mergeTitle({ ...view, variants: [...view.variants, child] }, child)).toMatchInlineSnapshot(
    `"v3: 3 changes: change of v1; Retries a <b>failed</b> edit (at)everyone no. 1; Prefer ripgrep to grep."`,
  );
});

test('evidence of a job', () =>
  expect(renderEvidence(view, 'v2', entries, sealed)).toMatchInlineSnapshot(`
    {
      "conclusion": "neutral",
      "summary": "v2 resolves 19/26 (90 %: 0.55 to 0.87) of the search tasks it was measured on.

    - T-\\\`1\\\`: resolved

    > Rehearsal: a scripted model answers in place of a real one. Every score comes from running the edited code in the sandbox, but says nothing about a real model.",
      "text": "The journal entries of this, machine-readable:

    \`\`\`json huxley-evidence-v1
    {"seq":5,"at":"2026-01-01T00:00:00.000Z","event":{"type":"decision.made","n":11,"decision":{"type":"expand","variant":"v2","parent":"v1","operator":"mutation","tasks":["T-1"],"reason":{"text":"v1 drew most","candidates":[{"variant":"v1","resolved":9,"unresolved":5,"mean":0.625,"draw":0.71}],"numbers":{"tau":1.4235}}}}}
    {"seq":6,"at":"2026-01-01T00:00:01.000Z","event":{"type":"evaluation.done","job":"j1","variant":"v2","task":"T-\\u00601\\u0060","split":"search","outcome":"resolved","costUSD":0.1,"seconds":2}}
    \`\`\`",
      "title": "v2: 19/26 search tasks, root 8/26 of the same",
    }
  `));

test('the verdict is told of the variant it is about, never of the root', () => {
  const judged = { opened: 'v2', gate: { ...gate, passed: true } } as const;
  expect(renderEvidence(view, 'v2', entries, judged)).toMatchObject({
    title: 'v2: 31/50 held-out tasks, root 26/50',
    conclusion: 'success',
  });
  const { title, summary, conclusion } = renderEvidence(view, 'v0', entries, judged);
  expect({ title, conclusion }).toEqual({ title: 'v0, the root: 22/60 search tasks', conclusion: 'neutral' });
  expect(summary).not.toContain('held-out');
});

test('a commit with the tree of a variant tells the verdict and where the evidence is', () =>
  expect(renderVerdict(view, 'v2', { ...gate, passed: true }, 'a'.repeat(40))).toMatchInlineSnapshot(`
    {
      "conclusion": "success",
      "summary": "**v2 beats the root: 31/50 against 26/50 held-out tasks** (7 fixed, 2 broken, p = 0.090, needed p ≤ 0.05). Enough evidence to merge.

    v2 resolves 19/26 (90 %: 0.55 to 0.87) of the search tasks it was measured on.

    The evidence, task by task, is in the check runs of aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.

    > Rehearsal: a scripted model answers in place of a real one. Every score comes from running the edited code in the sandbox, but says nothing about a real model.",
      "title": "v2: 31/50 held-out tasks, root 26/50",
    }
  `));

test('evidence is read back as it was written', () =>
  expect(parseEvidence(`before\n${evidenceText(entries)}\nafter`)).toEqual(entries));

test('what was noticed about a failure is told beside it', () => {
  const at = '2026-01-01T00:00:01.000Z';
  const failed = { ...entries[1]!.event, task: 'T-2', outcome: 'unresolved', signs: SIGNS } as ArchiveEvent;
  const entry: JournalEntry = { seq: 7, at, event: failed };
  expect(eventLines([entry])).toEqual([
    "00:00:01  v2 resolves 0/1 search tasks, not T-2 (nothing changed, the model's context overflowed)",
  ]);
  expect(renderEvidence(view, 'v2', [entry], sealed).summary).toContain(
    "- T-2: unresolved, nothing changed, the model's context overflowed",
  );
});

test('of a calibration’s held-out tasks a check only counts those without a result, too', () => {
  const about = { job: 'h1', variant: 'v2', split: 'heldout' } as const;
  const results: ArchiveEvent[] = [
    { type: 'evaluation.done', task: 'S-1', outcome: 'resolved', costUSD: 0, seconds: 1, ...about },
    { type: 'evaluation.noResult', task: 'S-2', reason: 'no image for S-2', ...about },
  ];
  const at = '2026-01-01T00:00:01.000Z';
  const calibration = { attempts: 2, gradings: 1, done: 0, planned: 4 } as unknown as RunView['calibration'];
  const { summary } = renderEvidence(
    { ...view, calibration },
    'v2',
    results.map((event, i) => ({ seq: i + 1, at, event })),
    sealed,
  );
  expect(summary).toContain('- 1 held-out evaluation, 1 more without a result');
  expect(summary).not.toMatch(/S-\d/);
});

test('every operator is named with what it starts from', () => {
  expect(OPERATORS.map(operatorText)).toMatchInlineSnapshot(`
    [
      "mutation (one failed attempt looked at closely)",
      "reaction-norm (what several attempts have in common)",
      "hybridization (what another lineage can and it cannot)",
      "empty-patch (attempts that ended without a change)",
      "stochasticity (success that depends on luck)",
      "context-overflow (a conversation that outgrew the model's context)",
    ]
  `);
});

test('explanations name what was believed', () => {
  expect(explainVariant(view, entries, 'v2')).toMatchInlineSnapshot(`
    "**v2** is best: 19/26 (90 %: 0.55 to 0.87) search tasks, clade 19/26 (90 %: 0.55 to 0.87), $2.60 spent on it.

    It changes: Retries a &lt;b&gt;failed&lt;/b&gt; edit @​everyone \\#​1. It was made by mutation (one failed attempt looked at closely) from what v1 did on T-1: v1 drew most.

    <details><summary>Decision 11: expand v1 by mutation, giving v2</summary>

    v1 drew most

    | candidate | resolved | expected success | score (the highest is chosen) |
    |---|--:|--:|--:|
    | v1 | 9/14 | 0.625 | 0.710 |

    - tau: how far the choice is narrowed, growing as the budget shrinks: 1.42

    </details>"
  `);
  expect(explainVariant(view, entries, 'v1')).toContain('Decision 11: expand v1 by mutation, giving v2');
  expect(explainRun(view, entries)).toContain('Best-belief is **v2**');
});

test('the tree in a terminal', () =>
  expect(treeText(view).join('\n')).toMatchInlineSnapshot(`
    "r41  ▓▓▓▓▓▓▓░░░ 562/800  searching  best v2 19/26  rehearsal model
     v0   22/60
     └─ v1   9/14   change of v1
        ├─ v2   19/26  ◀ best Retries a <b>failed</b> edit @everyone #1
        └─ v3   -      did not pass its own check: change of v3
     ⠋ expand v2 (4 min)
     ⠋ evaluate v1 on 4 tasks (60 s); attempt 1 gave no result: no model \`x\`"
  `));

test('the head line counts dollars where somebody pays, and how far measuring the root has come', () => {
  const rootMeasured = { done: 8, of: 32, secondsLeft: 75 };
  const head = (more: Partial<RunView>) => treeText({ ...view, ...more })[0];
  expect(head({ rehearsal: false })).toContain('$61.40/90  searching');
  expect(head({ status: 'measuring the root', rootMeasured })).toContain('measuring the root 8/32, about 75 s left');
  const first = { ...rootMeasured, done: 0, secondsLeft: null };
  expect(head({ status: 'measuring the root', rootMeasured: first })).toContain('measuring the root 0/32  best');
});

test('the tree as a picture is well-formed and whole', () => {
  const svg = treeSvg(view);
  expect(svg.match(/<g class="node/g)).toHaveLength(4);
  expect(svg.match(/class="edge"/g)).toHaveLength(3);
  expect(svg).not.toMatch(/NaN|undefined/);
});

test('figures', () => {
  expect([
    dollars(0),
    dollars(0.001),
    dollars(61.4),
    minutes(61),
    minutes(600),
    minutes(7200),
    bar(562, 800),
    pValue(0.0001),
    pValue(0.18),
  ]).toEqual(['$0.00', '<$0.01', '$61.40', '61 s', '10 min', '2.0 h', '▓▓▓▓▓▓▓░░░', 'p < 0.001', 'p = 0.18']);
  expect(rated({ resolved: 19, n: 26 })).toMatchInlineSnapshot(`"19/26 (90 %: 0.55 to 0.87)"`);
});

test('an interval holds its rate and lies in [0, 1]', () => {
  fc.assert(
    fc.property(fc.nat(500), fc.nat(500), (resolved, more) => {
      const { lower, upper } = exactInterval(resolved, resolved + more);
      expect(lower).toBeGreaterThanOrEqual(0);
      expect(upper).toBeLessThanOrEqual(1);
      if (resolved + more > 0)
        expect(resolved / (resolved + more)).toSatisfy(
          (rate: number) => lower <= rate + 1e-12 && rate <= upper + 1e-12,
        );
    }),
  );
});

test('a stranger’s text stays text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(inline(text)).not.toMatch(/[\n<>]|(^|[^\\])[`*[\]|]|@\w/);
      const fenced = block(text).split('\n');
      expect(fenced.slice(1, -1).some((line) => line.startsWith(fenced.at(-1)!))).toBe(false);
    }),
  );
  expect(inline('see https://evil.example/x, @octocat, #12, <img src=x>, /huxley stop')).toMatchInlineSnapshot(
    `"see https​://evil.example/x, @​octocat, \\#​12, &lt;img src=x&gt;, /​huxley stop"`,
  );
});

test('markers are read back as they were written, and nothing else is', () => {
  const value = fc.stringMatching(/^[A-Za-z0-9._/-]{1,20}$/);
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{2,8}$/), value), (fields) => {
      const marker = { kind: 'variant' as const, fields };
      expect(parseMarker(`text\n\n${markerToString(marker)}\n`)).toEqual(marker);
    }),
  );
  expect(parseMarker('<!-- huxley:variant v=1 run=r1 --> and more')).toBeUndefined();
  expect(() => markerToString({ kind: 'variant', fields: { run: 'r1 -->' } })).toThrow(RangeError);
});

test('large runs stay within the limits', () => {
  const many = Array.from({ length: 3_000 }, (_, i) =>
    node(`v${i + 1}`, i === 0 ? 'v0' : `v${i >> 1 || 0}`, i % 20, 20, { summary: 'x'.repeat(500) }),
  );
  const large = {
    ...view,
    variants: [view.variants[0]!, ...many],
    attention: Array.from({ length: 9 }, () => 'y'.repeat(5_000)),
  };
  expect(bytes(renderDashboard(large))).toBeLessThanOrEqual(MAX_BODY_BYTES);
  const huge = {
    ...details,
    diagnosis: { summary: 'z'.repeat(90_000), proposal: '`'.repeat(9_000) },
    fixed: Array.from({ length: 5_000 }, (_, i) => ({
      task: `task-${i}`,
      root: { resolved: 0, n: 3 },
      variant: { resolved: 2, n: 3 },
    })),
  };
  const body = renderPullRequest(large, many[5]!, huge);
  expect(bytes(body)).toBeLessThanOrEqual(MAX_BODY_BYTES);
  expect(parseMarker(body)?.fields.variant).toBe('v6');
  expect(mermaid(large).match(/\["/g)!.length).toBeLessThanOrEqual(40);
});

test('a task that was measured more than once is shown with what its attempts came to', () => {
  const twice = { task: 'T-2', root: { resolved: 0, n: 1 }, variant: { resolved: 2, n: 3 } };
  const body = renderPullRequest(view, view.variants[2]!, { ...details, fixed: [...details.fixed, twice] });
  expect(body).toContain('Fixed: T-1, T-2 (2/3, root 0/1)');
});

test('a slim variant says whose edits are gone, which stay, and who asked; merging it brings the rest', () => {
  const slim = { by: 'ada@x', dropped: ['v2'], unreverted: ['v1'] } as const;
  const summary = 'v3 without the edits of v2';
  const known = [
    ...view.variants.slice(0, 3),
    node('v3', 'v2', 20, 26),
    node('v4', 'v3', 20, 26, { slim, summary, operator: null }),
  ];
  const slimmed = { ...view, variants: known };
  const whole = { files: 2, added: 9, removed: 1 };
  const contribution = (variant: number) => ({
    variant,
    mean: 0,
    lower: -0.1,
    upper: 0.1,
    same: { n: 9, own: 3, parent: 3 },
  });
  const more = { ...details, decision: null, diagnosis: null, evidenceTasks: [] };
  expect(mergeTitle(slimmed, known[4]!)).toBe('v4: 2 changes: change of v1; change of v3');
  const body = renderPullRequest(slimmed, known[4]!, { ...more, whole, contributions: [1, 2, 3, 4].map(contribution) });
  expect(body).toContain(
    'Merging it adds 2 changes: v1 change of v1; v3 change of v3. Together 2 files, +9 -1 against the root.\nChange: v3 without the edits of v2. 3 files, +84 -19 against v3. ' +
      'Asked for by ada@\u200bx: without the edits of v2, which showed no contribution; v1 could not be reverted: later edits build on them, or the rest would not be allowed.',
  );
  expect(body).toMatch(/\| v2: .* \(dropped since\) \|/);
  expect(body).toContain('No contribution shown: v1, v3.');
  expect(body).toContain('Reverted in v4:\n\n- v2: Retries a &lt;b&gt;failed&lt;/b&gt; edit');
  expect(explainVariant(slimmed, entries, 'v4', [])).toContain('Asked for by ada@\u200bx: without the edits of v2');
  const edits = [contribution(1), contribution(2)];
  expect(explainVariant(slimmed, entries, 'v2', edits)).toContain('`/huxley slim v2` makes a variant without those');
  expect(explainVariant({ ...slimmed, status: 'ended' }, entries, 'v2', edits)).not.toContain('/huxley slim');
});
