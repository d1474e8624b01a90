import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { longRun } from '../../../test/support/long-run.ts';
import { replay } from '../../archive/reduce.ts';
import type { ArchiveEvent, ArchiveEventOf, JournalEntry } from '../../model/event.ts';
import type { VariantId } from '../../model/ids.ts';
import { runView } from '../../report/view-of.ts';
import { policyOf } from '../../search/policies.ts';
import { parseExport } from '../../store/export.ts';
import { pairUp } from '../page/compare/pairing.ts';
import { runOf } from '../page/parts/run.ts';
import { runDocument } from './build.ts';
import { OUTCOMES } from './document.ts';
import { runFacts, runsDocument } from './runs.ts';

const folder = join(import.meta.dirname, '../../../test/fixtures/0.1');
const recorded = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => [name, parseExport(readFileSync(join(folder, name), 'utf8'), name).entries]),
);
const now = new Date('2026-12-01T00:00:00Z');
const build = (entries: readonly JournalEntry[]) => runDocument({ repository: 'ada/agent', url: null, entries, now });
const opens = (entries: readonly JournalEntry[]) => entries.some(({ event }) => event.type === 'heldout.opened');

const PLANTED = 'xyzzy';
/** The journal with a word planted in the name of each held-out task. */
function planted(entries: readonly JournalEntry[]): JournalEntry[] {
  const [first] = entries;
  if (first?.event.type !== 'run.started') throw new Error('no start');
  const sealed = new Set(first.event.heldOut);
  return JSON.parse(JSON.stringify(entries), (_, value) =>
    typeof value === 'string' && sealed.has(value) ? `${PLANTED}-${value}` : value,
  ) as JournalEntry[];
}

describe.each([...recorded.keys()])('%s', (name) => {
  const entries = recorded.get(name)!;

  test('says what the archive and the dashboard say', () => {
    const document = build(entries);
    const archive = replay(entries.map(({ event }) => event));
    const view = runView({ archive, policy: policyOf(archive.settings.policy), attention: [], now });
    expect(document.view.best).toBe(view.best);
    expect(document.variants.map(({ variant, own, state }) => ({ variant, own, state }))).toEqual(
      view.variants.map(({ variant, own, state }) => ({ variant, own, state })),
    );
    expect(document.decisions.map(({ n, what }) => ({ n, what }))).toEqual(
      view.decisions.map(({ n, what }) => ({ n, what })),
    );
    for (const { number, own } of document.variants) {
      const places = document.evaluations.variant.flatMap((variant, place) => (variant === number ? [place] : []));
      const searched = places.filter((place) => document.tasks[document.evaluations.task[place]!]!.split === 'search');
      const resolved = searched.filter((place) => OUTCOMES[document.evaluations.outcome[place]!] === 'resolved');
      expect({ n: searched.length, resolved: resolved.length }).toEqual(own);
    }
    expect(document.progress[0]).toMatchObject({ at: 0, used: 0, n: 0 });
    expect(document.progress.at(-1)).toMatchObject({
      spentUSD: expect.closeTo(archive.spentUSD, 5),
      used: view.budget.used,
    });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  test('at every entry: nothing of a held-out task before the comparison is opened', () => {
    const marked = planted(entries);
    for (let length = 1; length <= marked.length; length++) {
      const cut = marked.slice(0, length);
      const document = build(cut);
      expect(document.seq).toBe(length);
      if (opens(cut)) continue;
      expect(JSON.stringify(document)).not.toContain(PLANTED);
      expect(JSON.stringify(runFacts(cut, now))).not.toContain(PLANTED);
      expect(document.tasks.every(({ split }) => split === 'search')).toBe(true);
      expect(document.variants.every(({ heldOut }) => heldOut.n === 0)).toBe(true);
      expect(document.comparisons).toEqual([]);
    }
    if (opens(marked)) expect(JSON.stringify(build(marked))).toContain(PLANTED);
  });

  test('a result that comes again counts once', () => {
    const events = entries.map(({ event }) => event);
    const twice = events.flatMap((event): ArchiveEvent[] =>
      event.type === 'evaluation.done' ? [event, event] : [event],
    );
    const at = now.toISOString();
    const document = build(twice.map((event, place) => ({ seq: place + 1, at, event })));
    expect(document.evaluations.task).toEqual(build(entries).evaluations.task);
  });
});

test('what a calibration measures stays sealed, whatever it finds', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }), (outcomes) => {
      const [first] = longRun({ variants: 1, evaluations: 1 });
      const heldOut = outcomes.map((_, at) => `${PLANTED}-${at}`);
      const start = { ...first!.event, heldOut, calibrate: { attempts: 2, gradings: 1 } } as ArchiveEvent;
      const results = outcomes.flatMap((resolved, at): ArchiveEvent[] => {
        const pair = { job: `h${at}`, variant: 'v0', split: 'heldout' } as const;
        const outcome = resolved ? 'resolved' : 'unresolved';
        return [
          { type: 'evaluation.ordered', decision: null, tasks: [heldOut[at]!], ...pair },
          { type: 'evaluation.done', task: heldOut[at]!, outcome, costUSD: 0, seconds: 1, ...pair },
        ];
      });
      const task = heldOut[0]!;
      const late = { job: 'late', variant: 'v0', split: 'heldout', tasks: [task] } as const;
      results.push(
        { type: 'evaluation.ordered', decision: null, ...late, round: 1 },
        { type: 'job.retried', ...late, round: 1, attempt: 1, reason: `no image for ${task}` },
      );
      const document = build([start, ...results].map((event, at) => ({ seq: at + 1, at: now.toISOString(), event })));
      expect(JSON.stringify(document)).not.toContain(PLANTED);
      expect(document.variants[0]!.heldOut).toEqual({ resolved: 0, n: 0 });
      expect(document.evaluations.task).toEqual([]);
      expect(document.view.inFlight).toMatchObject([{ again: { attempt: 1 } }]);
    }),
  );
});

test('the last look says the p-value that the verdict has recorded', () => {
  const [first] = longRun({ variants: 1, evaluations: 1 });
  const gate = { test: 'sequential', promise: 'share', evaluations: 36 } as const;
  const sha = '1'.repeat(40);
  const grant = { after: 0, evaluations: 36, level: 0.04, openings: 0, passes: 0, spent: 0, worn: 0 };
  const heldOut = ['a', 'b', 'c'];
  const counts = { n: 3, root: 0, variant: 3, fixed: 3, broken: 0 };
  const events: ArchiveEvent[] = [
    { ...first!.event, heldOut, gate } as ArchiveEvent,
    { type: 'expansion.ordered', job: 'e', decision: null, variant: 'v1', parent: 'v0', operator: 'mutation' },
    { type: 'expansion.made', job: 'e', variant: 'v1', sha, tree: sha, summary: 's', costUSD: 0, seconds: 1 },
    { type: 'heldout.opened', variant: 'v1', grant },
    ...(['v0', 'v1'] as const).flatMap((variant): ArchiveEvent[] => {
      const about = { job: variant, variant, split: 'heldout' } as const;
      const outcome = variant === 'v1' ? 'resolved' : 'unresolved';
      return [
        { type: 'evaluation.ordered', decision: null, tasks: heldOut, ...about },
        ...heldOut.map(
          (task) => ({ type: 'evaluation.done', task, outcome, costUSD: 0, seconds: 1, ...about }) as const,
        ),
      ];
    }),
    { type: 'heldout.looked', variant: 'v1', round: 0, allowed: 0.01 },
    { type: 'heldout.done', variant: 'v1', gate: { passed: false, ...counts, p: 0.5, alpha: 0.04 } },
  ];
  const looksAfter = (count: number) =>
    build(events.slice(0, count).map((event, at) => ({ seq: at + 1, at: now.toISOString(), event }))).comparisons[0]!
      .looks;
  expect(looksAfter(events.length - 1)).toEqual([{ round: 0, n: 3, fixed: 3, broken: 0, p: 0.125, threshold: 0.01 }]);
  expect(looksAfter(events.length)).toEqual([{ round: 0, n: 3, fixed: 3, broken: 0, p: 0.5, threshold: 0.01 }]);
});

test('what was measured before a comparison began again, and what had no result, is shown and counts no more', () => {
  const [first] = longRun({ variants: 1, evaluations: 1 });
  const [sha, base, merged] = ['1', '2', '3'].map((digit) => digit.repeat(40)) as [string, string, string];
  const grant = { after: 0, evaluations: 4, level: 0.04, openings: 0, passes: 0, spent: 0, worn: 0 };
  const gate = { test: 'sequential', promise: 'share', evaluations: 4 } as const;
  const heldOut = ['a', 'b'];
  const measured = (job: string, variant: 'v0' | 'v1', done: object): ArchiveEvent[] => {
    const about = { job, variant, split: 'heldout' } as const;
    return [
      { type: 'evaluation.ordered', decision: null, tasks: heldOut, ...about },
      ...heldOut.map(
        (task) =>
          ({
            type: 'evaluation.done',
            task,
            outcome: 'unresolved',
            costUSD: 0.4,
            seconds: 1,
            ...about,
            ...done,
          }) as const,
      ),
    ];
  };
  const events = [
    { ...first!.event, heldOut, gate },
    { type: 'expansion.ordered', job: 'e', decision: null, variant: 'v1', parent: 'v0', operator: 'mutation' },
    { type: 'expansion.made', job: 'e', variant: 'v1', sha, tree: sha, summary: 's', costUSD: 0, seconds: 1 },
    { type: 'heldout.opened', variant: 'v1', grant },
    ...measured('a0', 'v0', {}),
    ...measured('a1', 'v1', { outcome: 'resolved' }),
    { type: 'heldout.repeated', variant: 'v1', base: { sha: base, tree: base }, merged: { sha: merged, tree: merged } },
    ...measured('b0', 'v0', {}),
    ...measured('b1', 'v1', { voided: true, costUSD: 0, seconds: 0 }),
  ] as ArchiveEvent[];
  const document = build(events.map((event, at) => ({ seq: at + 1, at: now.toISOString(), event })));
  expect(document.evaluations.aside).toEqual({
    ...{ 0: 'begun again', 1: 'begun again', 2: 'begun again', 3: 'begun again' },
    ...{ 6: 'no result', 7: 'no result' },
  });
  const run = runOf(document);
  expect(pairUp(run, 0, 1)).toMatchObject(
    [4, 5].map((at) => ({ pairs: [[at, at + 2]], fixed: 0, broken: 0, bothResolved: 0 })),
  );
  expect(document.tasks.filter(({ split }) => split === 'heldout')).toMatchObject([
    { n: 2, resolved: 0, wavered: 0 },
    { n: 2, resolved: 0, wavered: 0 },
  ]);
  expect(run.attemptUSD.get(1)).toBeCloseTo(0.4);
});

test('a long run is thinned out, and says so', () => {
  const document = build(longRun({ variants: 400, evaluations: 4_000 }));
  expect(document.variants).toHaveLength(400);
  expect(document.evaluations.task).toHaveLength(4_000);
  expect(document.progress.length).toBeLessThanOrEqual(400);
  expect(document.decisions.filter(({ beliefs }) => beliefs).length).toBeGreaterThanOrEqual(40);
  expect(document.decisions.filter(({ beliefs }) => beliefs).length).toBeLessThanOrEqual(200);
  expect(document.cut).toMatch(/^In a run as long as this one, /);
  expect(document.tasks.some(({ telling }) => telling !== null && telling > 0)).toBe(true);
});

test('a short run says at each decision what was believed and what other policies would have done', () => {
  const { decisions, cut } = build(recorded.get('merged.jsonl')!);
  expect(cut).toBeNull();
  for (const { beliefs, others } of decisions) {
    expect(beliefs?.[0] ?? 0).toBeLessThanOrEqual(1);
    expect(Object.keys(others!)).toEqual(['huxley', 'best-of-n']);
  }
});

test('who would be chosen, and what is believed, is what the final choice goes by: attempts without a result have failed', () => {
  const [start] = longRun({ variants: 1, evaluations: 1, tasks: 12 });
  const { tasks } = start!.event as ArchiveEventOf<'run.started'>;
  const outcome = (variant: VariantId, at: number, resolved: boolean | null): ArchiveEvent[] => {
    const pair = { job: `${variant}-${at}`, variant, split: 'search', task: tasks[at]! } as const;
    return [
      { type: 'evaluation.ordered', decision: null, tasks: [pair.task], ...pair } as ArchiveEvent,
      resolved === null
        ? { type: 'evaluation.noResult', ...pair, reason: 'r', began: true }
        : { type: 'evaluation.done', ...pair, outcome: resolved ? 'resolved' : 'unresolved', costUSD: 0, seconds: 1 },
    ];
  };
  const made = (variant: VariantId): ArchiveEvent[] => {
    const about = { job: `x${variant}`, variant, parent: 'v0' } as const;
    return [
      { type: 'expansion.ordered', ...about, decision: null, operator: 'mutation', tasks: [] },
      { type: 'expansion.made', ...about, sha: variant, tree: variant, files: [], summary: variant, costUSD: 0 },
    ] as never;
  };
  const document = build(
    [
      start!.event,
      ...tasks.flatMap((_, at) => outcome('v0', at, at < 3)),
      ...made('v1'),
      ...made('v2'),
      ...tasks.flatMap((_, at) => outcome('v1', at, at < 10)),
      // Eight of twelve, and none that failed.
      ...tasks.flatMap((_, at) => outcome('v2', at, at < 8 ? true : null)),
    ].map((event, at) => ({ seq: at + 1, at: now.toISOString(), event })),
  );
  expect(document.view.best).toBe('v1');
  expect(document.progress.at(-1)!.best).toBe(1);
  expect(document.variants[2]!.own).toEqual({ resolved: 8, n: 8 });
  expect(document.variants[2]!.belief!.mean).toBeLessThan(document.variants[1]!.belief!.mean);
});

test('runs come newest first, with how each used held-out tasks', () => {
  const facts = [...recorded.values()].map((entries) => runFacts(entries, now));
  const { runs } = runsDocument('ada/agent', null, facts);
  expect(runs).toHaveLength(4);
  expect(runs.map(({ startedAt }) => startedAt)).toEqual(
    runs
      .map(({ startedAt }) => startedAt)
      .toSorted()
      .reverse(),
  );
  for (const { progress } of runs) expect(progress.length).toBeLessThanOrEqual(60);
});

test('there is no document of nothing', () => {
  expect(() => build([])).toThrow('There is no journal entry');
});
