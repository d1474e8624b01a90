import { expect, test } from 'vitest';
import type { Archive } from '../archive/archive.ts';
import { reduceEntry } from '../archive/reduce.ts';
import type { ArchiveEvent, JournalEntry } from '../model/event.ts';
import { policyOf } from '../search/policies.ts';
import { renderDashboard } from './dashboard.ts';
import { runView } from './view-of.ts';

const policy = { name: 'hgm', params: {} };
const candidate = { variant: 'v0' as const, resolved: 1, unresolved: 1, mean: 0.5, draw: 0.6 };
const measured = { costUSD: 0.1, seconds: 2 };

const events: ArchiveEvent[] = [
  {
    type: 'run.started',
    run: 'r1',
    seed: 1,
    policy,
    budget: 20,
    expansionCost: 2,
    concurrency: 2,
    batch: 2,
    costUSD: 5,
    suite: { name: 'kata', digest: 'sha256:0' },
    tasks: ['a', 'b'],
    heldOut: ['x', 'y'],
    root: { sha: '0', tree: '0' },
    confidence: 0.95,
  },
  { type: 'evaluation.ordered', job: 'j0', decision: null, variant: 'v0', tasks: ['a', 'b'], split: 'search' },
  { type: 'evaluation.done', job: 'j0', variant: 'v0', task: 'a', split: 'search', outcome: 'resolved', ...measured },
  {
    type: 'evaluation.done',
    job: 'j0',
    variant: 'v0',
    task: 'b',
    split: 'search',
    outcome: 'timeout',
    rehearsal: true,
    ...measured,
  },
  {
    type: 'decision.made',
    n: 0,
    decision: {
      type: 'expand',
      variant: 'v1',
      parent: 'v0',
      operator: 'mutation',
      tasks: ['b'],
      reason: { text: 'the root drew most', candidates: [candidate] },
    },
  },
  { type: 'expansion.ordered', job: 'j1', decision: 0, variant: 'v1', parent: 'v0', operator: 'mutation' },
  { type: 'expansion.made', job: 'j1', variant: 'v1', sha: '1', tree: '1', summary: 'tries again', ...measured },
  { type: 'expansion.ordered', job: 'j2', decision: null, variant: 'v2', parent: 'v0', operator: 'mutation' },
  { type: 'expansion.failed', job: 'j2', variant: 'v2', stage: 'check', reason: 'it does not start', ...measured },
  { type: 'evaluation.ordered', job: 'j3', decision: null, variant: 'v1', tasks: ['a', 'b'], split: 'search' },
  {
    type: 'evaluation.done',
    job: 'j3',
    variant: 'v1',
    task: 'a',
    split: 'search',
    outcome: 'resolved',
    ...measured,
    tokens: 900,
  },
];

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));
const entries: JournalEntry[] = events.map((event, i) => ({ seq: i + 1, at: at(i).toISOString(), event }));
const after = (journal: readonly JournalEntry[]) =>
  journal.reduce<Archive | null>((archive, entry) => reduceEntry(archive, entry), null)!;
const view = (count: number) =>
  runView({
    archive: after(entries.slice(0, count)),
    policy: policyOf(policy),
    attention: [],
    now: at(70),
  });

test('a run that measures its root', () => {
  expect(view(3)).toMatchObject({
    status: 'measuring the root',
    rootMeasured: { done: 1, of: 2, secondsLeft: 0 },
    inFlight: [{ what: 'evaluate v0 on 1 task', seconds: 69 }],
    budget: { used: 0, total: 20 },
  });
});

test('tokens for each resolved task are told where every result has them', () => {
  expect(view(events.length).variants.map(({ tokensPerSolved }) => tokensPerSolved)).toEqual([null, 900, null]);
});

test('what measuring the root still takes follows from the results so far', () => {
  const early = runView({
    archive: after(entries.slice(0, 3).map((entry, i) => ({ ...entry, at: at(20 * i).toISOString() }))),
    policy: policyOf(policy),
    attention: [],
    now: at(50),
  });
  // One of two tasks took 40 seconds; ten seconds of the next are over.
  expect(early.rootMeasured).toEqual({ done: 1, of: 2, secondsLeft: 30 });
  expect(view(4).rootMeasured).toBeNull();
});

test('a search that has used its budget up waits for results, it does not search', () => {
  const spent = entries.map((entry) =>
    entry.event.type === 'run.started' ? { ...entry, event: { ...entry.event, budget: 6 } } : entry,
  );
  expect(runView({ archive: after(spent), policy: policyOf(policy), attention: [], now: at(70) })).toMatchObject({
    status: 'waiting for the last results',
    budget: { used: 6, total: 6 },
  });
});

test('a rehearsal says so as soon as its model has answered', () => {
  expect([view(3).rehearsal, view(4).rehearsal]).toEqual([false, true]);
});

test('variants, what is believed of them and what is in flight', () => {
  const whole = view(events.length);
  expect(whole).toMatchObject({
    status: 'searching',
    best: 'v1',
    inFlight: [{ what: 'evaluate v1 on 1 task', seconds: 61 }],
    heldOutTasks: 2,
  });
  expect(
    whole.variants.map(({ variant, state, own, clade, promise, summary }) => ({
      variant,
      state,
      own,
      clade,
      promise,
      summary,
    })),
  ).toEqual([
    {
      variant: 'v0',
      state: 'root',
      own: { resolved: 1, n: 2 },
      clade: { resolved: 2, n: 3 },
      promise: 0.5,
      summary: 'the root: the default branch as the run found it',
    },
    {
      variant: 'v1',
      state: 'best',
      own: { resolved: 1, n: 1 },
      clade: { resolved: 1, n: 1 },
      promise: null,
      summary: 'tries again',
    },
    {
      variant: 'v2',
      state: 'did not pass its own check',
      own: { resolved: 0, n: 0 },
      clade: { resolved: 0, n: 0 },
      promise: null,
      summary: 'it does not start',
    },
  ]);
  expect(whole.decisions).toEqual([{ n: 0, what: 'expand v0 by mutation, giving v1', why: 'the root drew most' }]);
});

test('what was measured more than once is counted by attempts', () => {
  const more: ArchiveEvent[] = (['v0', 'v1'] as const).flatMap((variant) => [
    {
      type: 'evaluation.ordered',
      job: `r${variant}`,
      decision: null,
      variant,
      tasks: ['a'],
      split: 'search',
      round: 1,
    },
    {
      type: 'evaluation.done',
      job: `r${variant}`,
      variant,
      task: 'a',
      split: 'search',
      round: 1,
      outcome: variant === 'v0' ? 'unresolved' : 'resolved',
      ...measured,
    },
  ]);
  const journal = [...events, ...more].map((event, i) => ({ seq: i + 1, at: at(i).toISOString(), event }));
  const archive = after(journal);
  const { variants } = runView({ archive, policy: policyOf(policy), attention: [], now: at(60) });
  expect(variants[0]!.own).toEqual({ resolved: 1, n: 3 });
  expect(variants[1]).toMatchObject({ own: { resolved: 2, n: 2 }, same: { root: { resolved: 1, n: 2 } } });
});

test('a plateau shows while the run searches, and only then', () => {
  const failures: ArchiveEvent[] = [3, 4, 5, 6, 7].flatMap((number) => {
    const [variant, job] = [`v${number}` as const, `f${number}`];
    return [
      { type: 'expansion.ordered', job, decision: null, variant, parent: 'v0', operator: 'mutation' },
      { type: 'expansion.failed', job, variant, stage: 'modify', reason: 'no change', ...measured },
    ];
  });
  const seen = (more: readonly ArchiveEvent[]) => {
    const journal = [...events, ...more].map((event, i) => ({ seq: i + 1, at: at(i).toISOString(), event }));
    return runView({ archive: after(journal), policy: policyOf(policy), attention: [], now: at(90) });
  };
  const whole = seen(failures);
  expect(whole.plateau).toEqual({ evaluations: 1, expansions: 6, more: 5, chance: null, canExpand: true });
  expect(renderDashboard(whole)).toContain(
    '\n**Plateau:** nothing has improved since v1 was made, 1 evaluation and 6 expansions ago. Next: `/huxley stop` compares v1',
  );
  expect(seen(failures.slice(0, -4)).plateau).toBeNull();
  expect(seen([...failures, { type: 'run.paused', by: 'ada' }]).plateau).toBeNull();
});

test('a variant that is out of the search is believed nothing of, and takes no place', () => {
  const pruned: JournalEntry = {
    ...{ seq: entries.length + 1, at: at(60).toISOString() },
    event: { type: 'variant.pruned', variant: 'v1', by: 'ada' },
  };
  const { variants } = runView({
    ...{ archive: after([...entries, pruned]), policy: policyOf(policy), attention: [], now: at(61) },
  });
  expect(variants.map(({ variant, lower, place }) => [variant, lower === null, place])).toEqual([
    ['v0', false, 0],
    ['v1', true, null],
    ['v2', true, null],
  ]);
});
