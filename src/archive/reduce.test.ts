import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ArchiveEvent, ArchiveEventOf } from '../model/event.ts';
import { SIGNS } from '../model/sign.ts';
import { type Outcome, VERDICTS } from '../model/verdict.ts';
import {
  type Archive,
  barredBy,
  budgetLeft,
  budgetUsed,
  cellOutcome,
  findVariant,
  hasSign,
  isOpen,
  openCount,
  openTasks,
  outcomeOn,
  type Tries,
} from './archive.ts';
import { recount } from './clade.ts';
import { reduce, reduceEntries, reduceEntry, replay } from './reduce.ts';
import { triesOf } from './tries.ts';

type Done = ArchiveEventOf<'evaluation.done'>;

const started: ArchiveEvent = {
  type: 'run.started',
  run: 'r1',
  seed: 7,
  policy: { name: 'hgm', params: {} },
  budget: 50,
  expansionCost: 2,
  concurrency: 4,
  batch: 2,
  costUSD: null,
  suite: { name: 'tasks', digest: 'sha256:0' },
  tasks: ['a', 'b', 'c'],
  heldOut: ['x', 'y'],
  root: { sha: 'f'.repeat(40), tree: 'e'.repeat(40) },
  confidence: 0.95,
};
const paid = { costUSD: 0.5, seconds: 3 };
const split = 'search' as const;
const ordered = (n: number, parent = 0): ArchiveEvent => ({
  type: 'expansion.ordered',
  job: `x${n}`,
  decision: null,
  variant: `v${n}`,
  parent: `v${parent}`,
  operator: 'mutation',
});
const made = (n: number): ArchiveEvent => ({
  type: 'expansion.made',
  job: `x${n}`,
  variant: `v${n}`,
  sha: `${n}`,
  tree: `${n}`,
  summary: 's',
  ...paid,
});
const failed = (n: number): ArchiveEvent => ({
  type: 'expansion.failed',
  job: `x${n}`,
  variant: `v${n}`,
  stage: 'check',
  reason: 'its own check fails',
  ...paid,
});
const inRound = (round: number) => (round === 0 ? {} : { round });
const evaluate = (job: string, n: number, tasks: string[], round = 0): ArchiveEvent => ({
  type: 'evaluation.ordered',
  job,
  decision: null,
  variant: `v${n}`,
  tasks,
  split,
  ...inRound(round),
});
const done = (job: string, n: number, task: string, resolved = true, round = 0): ArchiveEvent => ({
  type: 'evaluation.done',
  job,
  variant: `v${n}`,
  task,
  split,
  outcome: resolved ? 'resolved' : 'unresolved',
  ...inRound(round),
  ...paid,
});
const noResult = (job: string, n: number, task: string, round = 0): ArchiveEvent => ({
  type: 'evaluation.noResult',
  job,
  variant: `v${n}`,
  task,
  split,
  reason: 'the runner died',
  ...inRound(round),
});

test('budgets count outcomes, work in flight and expansions, never the root', () => {
  const before = [started, evaluate('j0', 0, ['a', 'b']), done('j0', 0, 'a'), ordered(1)];
  expect(budgetUsed(replay(before))).toBe(2);
  const after = replay([
    ...before,
    made(1),
    ordered(2, 1),
    failed(2),
    evaluate('j1', 1, ['a', 'c']),
    done('j1', 1, 'c'),
  ]);
  expect(budgetUsed(after)).toBe(6);
  expect(budgetLeft(after)).toBe(44);
  expect(after.jobs.get('j1')?.tasks).toEqual(['a']);
  expect(findVariant(after, 'v1')).toMatchObject({ failedExpansions: 1, children: [2], inFlight: 1, costUSD: 1 });
  expect(after.search.variants[0]).toMatchObject({ clade: { resolved: 2, unresolved: 0 }, cladeFailures: 1 });
  expect(after.spentUSD).toBe(2);
});

test('tokens of search results add up, and are not known where one does not say', () => {
  const of = (...ends: object[]) => {
    const events = ends.map((end, n) => ({ ...done(`j${n}`, 0, 'abc'[n]!), ...end }) as ArchiveEvent);
    return replay([started, ...events]).search.variants[0]!.tokens;
  };
  expect(of({ tokens: 100 }, { tokens: 20 })).toBe(120);
  expect(of({ tokens: 100 }, { outcome: 'unresolved', voided: true })).toBe(100);
  expect(of({ tokens: 100 }, {}, { tokens: 3 })).toBe(null);
});

test('an outcome and the signs of a failure are kept for each pair, those of a success are not', () => {
  const outcomes = VERDICTS.filter((verdict): verdict is Outcome => verdict !== 'infrastructure');
  fc.assert(
    fc.property(fc.constantFrom(...outcomes), fc.subarray([...SIGNS]), (outcome, signs) => {
      const event = { ...done('j0', 0, 'b'), outcome, ...(signs.length > 0 ? { signs } : {}) } as ArchiveEvent;
      const [a, b] = replay([started, event]).search.variants[0]!.cells;
      expect(cellOutcome(b)).toBe(outcome);
      expect(SIGNS.filter((sign) => hasSign(b!, sign))).toEqual(
        SIGNS.filter((sign) => outcome !== 'resolved' && signs.includes(sign)),
      );
      expect(SIGNS.some((sign) => hasSign(a!, sign))).toBe(false);
    }),
  );
});

test('no result is no failure: the pair is open again, three times at most', () => {
  const events: ArchiveEvent[] = [started];
  for (const job of ['j1', 'j2', 'j3']) {
    events.push(evaluate(job, 0, ['b']), noResult(job, 0, 'b'));
    const { search } = replay(events);
    expect(search.variants[0]!.own).toEqual({ resolved: 0, unresolved: 0 });
    expect(isOpen(search.variants[0]!, 1)).toBe(job !== 'j3');
  }
  expect(openTasks(replay(events).search.variants[0]!)).toEqual([0, 2]);
});

test('a lost expansion costs nothing and may be ordered again', () => {
  const lost: ArchiveEvent = { type: 'expansion.lost', job: 'x1', variant: 'v1', reason: 'timed out' };
  const archive = replay([started, ordered(1), lost]);
  expect(budgetUsed(archive)).toBe(0);
  expect(archive.search.variants[0]).toMatchObject({ failedExpansions: 0, expanding: 0 });
  const again = replay([started, ordered(1), lost, { ...ordered(1), job: 'x1b' } as ArchiveEvent, made(1)]);
  expect(findVariant(again, 'v1')?.state).toBe('live');
});

test('what attempts cost without a result is spent, on the variant too, once each, and says nothing else', () => {
  const charge = (job: string, n: number, attempt: number): ArchiveEvent => ({
    type: 'job.charged',
    job,
    variant: `v${n}`,
    attempt,
    costUSD: 0.5,
    assumed: true,
    reason: 'the runner died',
  });
  const plain = [started, evaluate('j0', 0, ['a', 'b']), ordered(1), made(1), noResult('j0', 0, 'a')];
  const [first, second, third, ...rest] = plain;
  const before = replay(plain);
  const after = replay([first!, second!, charge('j0', 0, 1), charge('j0', 0, 3), third!, charge('x1', 1, 1), ...rest]);
  expect(after.spentUSD).toBeCloseTo(before.spentUSD + 1.5);
  expect(after.search.variants.map((variant) => variant!.costUSD)).toEqual(
    before.search.variants.map((variant, n) => variant!.costUSD + [1, 0.5][n]!),
  );
  expect(after.ignored).toEqual([]);
  const unpriced = (archive: Archive) => ({
    ...archive,
    spentUSD: 0,
    jobs: [...archive.jobs.values()].map((job) => ({ ...job, charged: 0 })),
    search: { ...archive.search, variants: archive.search.variants.map((variant) => ({ ...variant, costUSD: 0 })) },
  });
  expect(unpriced(after)).toEqual(unpriced(before));

  for (const odd of [charge('j0', 0, 1), charge('j0', 0, 3), charge('none', 0, 1)]) {
    const ignoring = reduce(after, odd);
    expect(ignoring).toEqual({ ...after, ignored: [expect.stringContaining('charged before')] });
  }
});

test('pruning takes the clade out of the search, restoring brings it back', () => {
  const events = [started, ordered(1), made(1), ordered(2, 1), made(2), ordered(3), made(3)];
  const pruned = replay([...events, { type: 'variant.pruned', variant: 'v1', by: 'ada' }]);
  expect(pruned.search.variants.map((v) => v?.active)).toEqual([true, false, false, true]);
  const restored = reduce(pruned, { type: 'variant.restored', variant: 'v1', by: 'ada' });
  expect(restored.search.variants.every((v) => v?.active)).toBe(true);
});

test('duplicates and contradictions change nothing and are named', () => {
  const events = [started, ordered(1), made(1), evaluate('j1', 1, ['a']), done('j1', 1, 'a')];
  const once = replay(events);
  const twice = replay([...events, ...events, done('j9', 1, 'a', false), done('j9', 4, 'a'), made(9)]);
  expect({ ...twice, ignored: [] }).toEqual({ ...once, ignored: [] });
  expect(twice.ignored).toHaveLength(8);
});

test('a journal that does not begin with run.started is refused', () => {
  expect(() => replay([ordered(1)])).toThrow(/first event is run.started/);
  expect(() => replay([])).toThrow(/no events/);
});

test('held-out results stay out of the search', () => {
  const heldOut = { ...done('h1', 0, 'x'), split: 'heldout' } as ArchiveEvent;
  const archive = replay([started, { type: 'heldout.opened', variant: 'v0' }, heldOut]);
  expect(outcomeOn(archive, 'v0', 'x')).toBeUndefined();
  expect(archive.search.variants[0]!.own).toEqual({ resolved: 0, unresolved: 0 });
  expect([...archive.heldOut.get('v0')![0]!.codes]).toEqual([2, 0]);
});

/** A random history: expansions of random parents, then evaluations of random pairs in random rounds, some without result. */
const history = fc
  .record({
    parents: fc.array(fc.nat(), { maxLength: 12 }),
    fates: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
    pairs: fc.array(
      fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom('resolved', 'unresolved', 'none', 'late'), fc.nat(2)),
      {
        maxLength: 60,
      },
    ),
  })
  .map(({ parents, fates, pairs }) => {
    const expansions: ArchiveEvent[] = [];
    const live = [0];
    parents.forEach((pick, index) => {
      const n = index + 1;
      expansions.push(ordered(n, live[pick % live.length]!), fates[index] ? made(n) : failed(n));
      if (fates[index]) live.push(n);
    });
    const evaluations = pairs.map(([pick, task, outcome, round], index): ArchiveEvent[] => {
      const n = live[pick % live.length]!;
      const name = 'abc'[task]!;
      const job = `j${n}-${name}${round}-${index}`;
      const none = noResult(job, n, name, round);
      const end = done(job, n, name, outcome === 'resolved', round);
      const order = evaluate(job, n, [name], round);
      return { resolved: [order, end], unresolved: [order, end], none: [order, none], late: [order, none, end] }[
        outcome
      ];
    });
    return { expansions, evaluations };
  });

test('incremental sums equal a recount', () => {
  fc.assert(
    fc.property(history, ({ expansions, evaluations }) => {
      const { search } = replay([started, ...expansions, ...evaluations.flat()]);
      expect(search.variants.map((v) => v!.clade)).toEqual(recount(search));
      expect(search.evaluations).toBe(
        search.variants.slice(1).reduce((sum, v) => sum + v!.own.resolved + v!.own.unresolved, 0),
      );
      expect(search.live).toBe(search.variants.filter((v) => v?.state === 'live').length);
      for (const variant of search.variants) {
        const tries = [0, 1, 2].map((task) => triesOf(variant!, task));
        const sum = (of: (one: Tries) => number) => tries.reduce((total, one) => total + of(one), 0);
        expect(variant!.own).toEqual({
          resolved: sum(({ resolved }) => resolved),
          unresolved: sum(({ n, resolved }) => n - resolved),
        });
        expect(variant!.inFlight).toBe(0);
        expect(openCount(variant!)).toBe(openTasks(variant!).length);
        const results = evaluations.flat().filter(({ type }) => type === 'evaluation.done') as Done[];
        const rounds = new Map<string, Done>();
        for (const result of results)
          if (result.variant === variant!.id && !rounds.has(`${result.task}${result.round}`))
            rounds.set(`${result.task}${result.round}`, result);
        expect(sum(({ n }) => n)).toBe(rounds.size);
      }
    }),
  );
});

test('the order of independent events changes nothing', () => {
  fc.assert(
    fc.property(history, fc.infiniteStream(fc.nat()), ({ expansions, evaluations }, picks) => {
      const distinct = [
        ...new Map(evaluations.map((pair) => [(pair[0] as { job: string }).job.replace(/-\d+$/, ''), pair])).values(),
      ];
      const shuffled = distinct.map((pair) => ({ pair, key: picks.next().value! })).sort((a, b) => a.key - b.key);
      const settle = (pairs: ArchiveEvent[][]) => {
        // What was lost since the last result, and the chain of facts, are orders themselves.
        const { search, lost: _, ...rest } = replay([started, ...expansions, ...pairs.flat()]);
        return {
          ...rest,
          search: {
            ...search,
            lastFact: search.lastFact?.seq,
            variants: search.variants.map((v) => ({ ...v, jobs: [...v!.jobs].sort(), misses: v!.misses.length })),
          },
        };
      };
      expect(settle(shuffled.map(({ pair }) => pair))).toEqual(settle(distinct));
    }),
  );
});

test('a repeated comparison forgets the held-out results and the verdict, and only while nothing is in flight', () => {
  const commit = (name: string) => ({ sha: name.repeat(40), tree: name.repeat(40) });
  const [base, merged] = [commit('b'), commit('c')];
  const repeated: ArchiveEvent = { type: 'heldout.repeated', variant: 'v1', base, merged };
  const held = (job: string, variant: `v${number}`): ArchiveEvent[] => [
    { type: 'evaluation.ordered', job, decision: null, variant, tasks: ['x'], split: 'heldout' },
    { type: 'evaluation.done', job, variant, task: 'x', split: 'heldout', outcome: 'resolved', ...paid },
  ];
  const gate = { passed: true, n: 1, root: 0, variant: 1, fixed: 1, broken: 0, p: 0.01, alpha: 0.05 };
  const opened: ArchiveEvent[] = [started, ordered(1), made(1), { type: 'heldout.opened', variant: 'v1' }];
  const judged = replay([...opened, ...held('h0', 'v1'), { type: 'heldout.done', variant: 'v1', gate }]);
  const again = reduce(judged, repeated);
  expect(again).toMatchObject({ status: 'judging', opened: 'v1', gate: null, comparison: { base, merged } });
  expect(again.heldOut.size).toBe(0);
  expect(again.spentUSD).toBe(judged.spentUSD);
  expect(held('h1', 'v1').reduce(reduce, again).heldOut.get('v1')).toEqual(judged.heldOut.get('v1'));
  for (const early of [opened.slice(0, 3), [...opened, held('h0', 'v1')[0]!]]) {
    const before = replay(early);
    expect(reduce(before, repeated)).toEqual({ ...before, ignored: [expect.stringContaining('is not over')] });
  }
});

test('one tampered outcome takes a variant and its descendants out of the search for good, held-out ones too', () => {
  const done = (n: number, task: string, outcome: Outcome): ArchiveEvent[] => {
    const on = { job: `t${n}${task}`, variant: `v${n}`, split: task === 'x' ? 'heldout' : 'search' } as const;
    return [
      { type: 'evaluation.ordered', decision: null, tasks: [task], ...on },
      { type: 'evaluation.done', task, outcome, ...on, ...paid },
    ];
  };
  const tree = [ordered(1), made(1), ordered(2, 1), made(2), ordered(3), made(3)];
  const active = (archive: Archive) => archive.search.variants.flatMap((each) => (each?.active ? [each.id] : []));
  const rules: ArchiveEvent = { ...started, rules: 1 } as ArchiveEvent;
  for (const task of ['a', 'x']) {
    const barred = replay([rules, ...tree, ...done(1, task, 'tampered')]);
    expect(active(barred)).toEqual(['v0', 'v3']);
    expect([0, 1, 2, 3].map((number) => barredBy(barred.search, number)?.id)).toEqual([
      undefined,
      'v1',
      'v1',
      undefined,
    ]);
    const again = reduce(reduce(barred, { type: 'variant.restored', variant: 'v1', by: 'x' }), made(4));
    expect(active(again)).toEqual(['v0', 'v3']);
    const child = [ordered(4, 2), made(4)].reduce(reduce, barred);
    expect(active(child)).toEqual(['v0', 'v3']);
    const repeated = reduce(barred, { type: 'heldout.opened', variant: 'v1' });
    expect(findVariant(repeated, 'v1')!.tampered).toBe(1);
    // A run from before these rules searches on as it began; the gate knows all the same.
    const old = replay([started, ...tree, ...done(1, task, 'tampered')]);
    expect(active(old)).toEqual(['v0', 'v1', 'v2', 'v3']);
    expect(barredBy(old.search, 2)?.id).toBe('v1');
  }
  expect(active(replay([rules, ...tree, ...done(0, 'a', 'tampered')]))).toEqual(['v0', 'v1', 'v2', 'v3']);
});

test('attempts that had begun and gave no result are counted, each once, a job that was lost whole as one', () => {
  const order: ArchiveEvent = {
    type: 'evaluation.ordered',
    job: 'j',
    decision: null,
    variant: 'v1',
    tasks: ['a', 'b'],
    split,
  };
  const base = replay([started, ordered(1), made(1), order]);
  const again = (attempt: number, more: object): ArchiveEvent =>
    ({
      type: 'job.retried',
      job: 'j',
      variant: 'v1',
      split,
      tasks: ['a', 'b'],
      attempt,
      reason: 'r',
      ...more,
    }) as ArchiveEvent;
  const voids = (...events: ArchiveEvent[]) => findVariant(events.reduce(reduce, base), 'v1')!.voids;
  expect(voids(again(1, {}))).toBe(0);
  expect(voids(again(1, { began: true }))).toBe(2);
  expect(voids(again(1, { began: true, whole: true }), again(1, { began: true }))).toBe(1);
  const none = (task: string): ArchiveEvent => ({
    type: 'evaluation.noResult',
    job: 'j',
    variant: 'v1',
    task,
    split,
    reason: 'r',
    began: true,
  });
  expect(voids(again(1, { began: true, whole: true }), none('a'), none('b'))).toBe(2);
});

test('many entries at once give what one after the other gives, and change no archive from before', () => {
  fc.assert(
    fc.property(
      history,
      fc.nat(40),
      fc.array(fc.nat(60), { maxLength: 6 }),
      ({ expansions, evaluations }, cut, again) => {
        const events = [started, ...expansions, ...evaluations.flat()];
        // Doubled ones, anywhere.
        for (const place of again) events.splice(1 + (place % events.length), 0, events[place % events.length]!);
        const entries = events.map((event, index) => ({ seq: index + 1, at: new Date(index).toISOString(), event }));
        const one = (before: Archive | null, some: typeof entries) =>
          some.reduce<Archive | null>((archive, entry) => reduceEntry(archive, entry), before);
        const at = 1 + (cut % entries.length);
        const before = one(null, entries.slice(0, at));
        const kept = structuredClone(before);
        const after = reduceEntries(before, entries.slice(at));
        expect(after).toEqual(one(before, entries.slice(at)));
        expect(before).toEqual(kept);
        expect(reduceEntries(null, entries)).toEqual(after);
        // What comes after is pure again.
        const looked = reduce(after, { type: 'preflight.done', job: 'p', findings: [], costUSD: 1, seconds: 1 });
        expect(looked.search.variants).not.toBe(after!.search.variants);
      },
    ),
  );
});

test('a pull request that is adopted is a child of the root once a job has made it; whatever comes of it, nobody pays and the root is not to blame', () => {
  const [base, head] = ['c', 'd'].map((letter) => letter.repeat(40)) as [string, string];
  const ordered = (variant: `v${number}`): ArchiveEvent => ({
    ...{ type: 'adoption.ordered', job: `job-${variant}`, variant, by: 'ada' },
    ...{ pull: 9, author: 'eve', title: 's', base, head },
  });
  const spent = (variant: `v${number}`) => ({ job: `job-${variant}`, variant, costUSD: 0, seconds: 1 });
  const under = [ordered('v1'), ordered('v3')].reduce(reduce, replay([started]));
  expect(under.search.variants.map((variant) => variant?.state)).toEqual(['live', 'expanding', undefined, 'expanding']);
  expect([under.search.expanding, [...under.jobs.keys()]]).toEqual([2, ['job-v1', 'job-v3']]);
  const archive = [
    { type: 'expansion.made', ...spent('v1'), sha: head, tree: head, summary: 's' } as const,
    { type: 'expansion.failed', ...spent('v3'), stage: 'validate', reason: 'it holds a solution', title: 's' } as const,
  ].reduce(reduce, under);
  expect(archive.search).toMatchObject({ live: 2, expanding: 0, expansionsMade: 0, expansionsFailed: 0 });
  expect(archive.search.variants[0]).toMatchObject({ children: [1, 3], failedExpansions: 0, cladeFailures: 0 });
  expect(archive.search.variants[1]).toMatchObject({
    ...{ parent: 0, operator: null, active: true, sha: head, summary: 's' },
    birth: { adopted: { pull: 9, author: 'eve', head } },
  });
  expect(archive.search.variants[3]).toMatchObject({ state: 'failed', failure: { stage: 'validate' } });
  expect([archive.spentUSD, budgetUsed(archive), archive.ignored]).toEqual([0, 0, []]);
  const again = reduce(archive, ordered('v1'));
  const late = reduce(reduce(archive, { type: 'run.stopping', by: 'a', reason: 'b' }), ordered('v4'));
  expect([again, late].map(({ ignored }) => ignored)).toEqual([
    ['adoption.ordered as v1, which is there'],
    ['adoption.ordered while stopping'],
  ]);
});

test('a slim variant is a child like any other, but for what its making counts; edits that are none of its parent’s make nothing', () => {
  const sha = 'e'.repeat(40);
  const spent = (variant: `v${number}`) => ({ job: `job-${variant}`, variant, costUSD: 0, seconds: 1 });
  const made = (variant: `v${number}`, parent: `v${number}`): ArchiveEvent[] => [
    { type: 'expansion.ordered', job: `job-${variant}`, decision: null, variant, parent, operator: 'mutation' },
    { type: 'expansion.made', ...spent(variant), sha, tree: sha, summary: variant },
  ];
  const slim = (variant: `v${number}`, parent: `v${number}`, drop: readonly `v${number}`[]): ArchiveEvent => ({
    ...{ type: 'slim.ordered', job: `job-${variant}`, variant, parent, by: 'ada', drop },
  });
  const lineage = [...made('v1', 'v0'), ...made('v2', 'v1'), ...made('v3', 'v2'), ...made('v4', 'v0')];
  const before = lineage.reduce(reduce, replay([started]));
  const under = [slim('v5', 'v3', ['v2', 'v1']), slim('v6', 'v3', ['v1'])].reduce(reduce, before);
  expect(under.search.variants[5]).toMatchObject({
    ...{ state: 'expanding', parent: 3, operator: null, summary: 'v3 without the edits of v1, v2' },
    birth: { slim: { by: 'ada', drop: ['v2', 'v1'] } },
  });
  const archive = [
    { type: 'expansion.made', ...spent('v5'), sha, tree: sha, summary: 's', unreverted: ['v1'] } as const,
    { type: 'expansion.failed', ...spent('v6'), stage: 'modify', reason: 'git cannot' } as const,
  ].reduce(reduce, under);
  const { search } = archive;
  const { expansionsMade, expansionsFailed } = before.search;
  expect(search).toMatchObject({ live: 6, expanding: 0, expansionsMade, expansionsFailed });
  expect(search.variants[3]).toMatchObject({ children: [5, 6], failedExpansions: 0, cladeFailures: 0 });
  expect(search.variants[5]).toMatchObject({ active: true, birth: { slim: { unreverted: ['v1'] } } });
  expect(budgetUsed(archive)).toBe(budgetUsed(before));
  expect(archive.ignored).toEqual([]);
  const odd = [
    slim('v5', 'v3', ['v1']),
    slim('v9', 'v3', ['v1', 'v2']),
    slim('v9', 'v3', ['v2', 'v2']),
    slim('v9', 'v3', ['v4']),
    slim('v9', 'v3', ['v0']),
    slim('v9', 'v3', []),
    slim('v9', 'v6', ['v1']),
    slim('v9', 'v8', ['v1']),
  ].reduce(reduce, archive);
  expect(odd.search).toBe(archive.search);
  expect(odd.ignored).toHaveLength(8);
  const late = reduce(reduce(archive, { type: 'run.stopping', by: 'a', reason: 'b' }), slim('v9', 'v3', ['v1']));
  expect(late.ignored).toEqual(['slim.ordered while stopping']);
});
