import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Archive } from '../archive/archive.ts';
import { reduce, replay } from '../archive/reduce.ts';
import type { ArchiveEvent, ArchiveEventOf } from '../model/event.ts';
import type { VariantId } from '../model/ids.ts';
import type { Proposal } from '../model/memory/proposal.ts';
import { quoteProposals } from '../operator/proposed.ts';
import { MEMORY_BYTES, proposalsOf, recall } from './memory.ts';

const paid = { costUSD: 0, seconds: 0 };
/** What no diagnosis may ever hear of. */
const PLANTED = 'planted-zebra';

const started: ArchiveEventOf<'run.started'> = {
  type: 'run.started',
  run: 'r',
  seed: 1,
  policy: { name: 'huxley', params: {} },
  budget: 1_000,
  expansionCost: 2,
  concurrency: 1,
  batch: 4,
  costUSD: null,
  suite: { name: 's', digest: '' },
  tasks: ['a', 'b', 'c'],
  heldOut: [PLANTED],
  root: { sha: '', tree: '' },
  confidence: 0.95,
  rules: 3,
};

interface Tried {
  readonly parent?: VariantId;
  readonly title: string;
  readonly idea?: string;
  /** How it ended: what it did on tasks a, b and c, or the stage where it failed. */
  readonly marks?: string;
  readonly failed?: 'modify' | 'validate' | 'check';
  readonly twin?: VariantId;
  readonly tasks?: readonly string[];
  readonly change?: string;
}

function results(variant: VariantId, marks: string): ArchiveEvent[] {
  return Array.from(marks).flatMap((mark, task) =>
    mark === '.'
      ? []
      : ([
          {
            ...{ type: 'evaluation.done', job: 'e', variant, task: 'abc'[task]!, split: 'search', ...paid },
            outcome: mark === '+' ? 'resolved' : 'unresolved',
          },
        ] as const),
  );
}

function archiveOf(root: string, tried: readonly Tried[], over: Partial<typeof started> = {}): Archive {
  return replay([
    { ...started, ...over },
    ...results('v0', root),
    ...tried.flatMap(({ parent = 'v0', title, idea, marks = '', failed, twin, tasks = ['a'], change }, i) => {
      const variant = `v${i + 1}` as const;
      const told = { ...(idea && { idea }), ...(change && { change }) };
      const ended: ArchiveEvent = failed
        ? {
            ...{ type: 'expansion.failed', job: variant, variant, stage: failed, reason: 'Error: x', title },
            ...told,
            ...paid,
            ...(twin && { twin }),
          }
        : {
            ...{ type: 'expansion.made', job: variant, variant, sha: '', tree: variant, summary: title },
            ...told,
            ...paid,
          };
      const ordered = { type: 'expansion.ordered', job: variant, decision: null, variant, parent, tasks } as const;
      return [{ ...ordered, operator: 'mutation' } as const, ended, ...results(variant, marks)];
    }),
  ]);
}

const five: readonly Tried[] = [
  { title: 'Give the model more turns', idea: 'Eight turns end before the tests have run.', marks: '++-' },
  { title: 'Count turns down', failed: 'check' },
  { title: 'Look before writing', parent: 'v1', marks: '+--', idea: 'look before writing!' },
  { title: 'Retry a failed edit', parent: 'v1', failed: 'modify', idea: 'Read the file again before the second try.' },
  { title: 'Show the whole task', parent: 'v3' },
];

test('a history of none', () => {
  expect(recall(archiveOf('+--', []), 0, [])).toEqual([]);
});

test('a history of five, as a diagnosis of v3 is told of it', () => {
  const earlier: Proposal[] = [{ from: 'earlier', ended: 'merged', title: 'Show what a command prints' }];
  expect(quoteProposals(recall(archiveOf('+--', five), 3, earlier))).toMatchInlineSnapshot(`
    "<data id="64babba91c9b3fa2" what="what was proposed before">
    1. Show the whole task
       (proposed for this agent; made, not measured)
    2. Look before writing
       (this agent has it; made; it resolved 1 of 3 tasks, and what it was made from 2 of the same)
    3. Give the model more turns
       Eight turns end before the tests have run.
       (this agent has it; made; it resolved 2 of 3 tasks, and what it was made from 1 of the same)
    4. Retry a failed edit
       Read the file again before the second try.
       (proposed for an earlier version of this agent; no change came of it)
    5. Count turns down
       (proposed for an earlier version of this agent; the changed agent failed its own check)
    6. Show what a command prints
       (proposed in an earlier run; merged)
    </data 64babba91c9b3fa2>"
  `);
});

test('a history of five hundred is bounded: the newest of this variant, all that it holds, the best of others', () => {
  const many = Array.from({ length: 500 }, (_, i): Tried => {
    const kind = i % 5;
    const title = `Idea ${i} ${'of many words '.repeat(20)}`;
    if (kind === 0 && i > 0)
      return {
        title,
        parent: i > 20 ? 'v1' : 'v0',
        failed: 'check',
        idea: 'Because "quoted" \\ text grows. '.repeat(9),
      };
    return { title, parent: kind === 1 && i > 5 ? 'v1' : 'v0', marks: ['+--', '++-', '+++', '---'][i % 4]! };
  });
  const archive = archiveOf('+--', many);
  const told = recall(archive, 1, []);
  expect(JSON.stringify(JSON.stringify(told)).length).toBeLessThan(MEMORY_BYTES + 200);
  const counts = Object.fromEntries(
    Map.groupBy(told, ({ from }) => from)
      .entries()
      .map(([from, all]) => [from, all.length]),
  );
  expect(counts).toMatchInlineSnapshot(`
    {
      "held": 1,
      "here": 24,
      "kin": 12,
    }
  `);
  expect(told.filter(({ from }) => from === 'here').map(({ title }) => title.slice(0, 8))).toEqual(
    archive.search.variants[1]!.children.slice(-counts.here!)
      .toReversed()
      .map((child) => archive.search.variants[child]!.summary.slice(0, 8)),
  );
  expect(quoteProposals(told).length).toBeLessThan(MEMORY_BYTES);
});

test('a title comes once, however often it was proposed', () => {
  const again = ['Retry edits', 'retry  edits!', 'RETRY-EDITS'].map((title): Tried => ({ title, failed: 'modify' }));
  expect(recall(archiveOf('---', again), 0, []).map(({ title }) => title)).toEqual(['RETRY-EDITS']);
});

test('nothing of a held-out task is told: not its name, not how anybody did on it, nor what was learnt from it in another run', () => {
  const archive = archiveOf('+--', five);
  const sealed = {
    type: 'evaluation.done',
    job: 'h',
    task: PLANTED,
    split: 'heldout',
    outcome: 'resolved',
    ...paid,
  } as const;
  const opened = [
    { type: 'heldout.opened', variant: 'v1' } as const,
    ...(['v0', 'v1'] as const).flatMap((variant): ArchiveEvent[] => [
      { type: 'evaluation.ordered', job: `h${variant}`, decision: null, variant, tasks: [PLANTED], split: 'heldout' },
      { ...sealed, job: `h${variant}`, variant },
    ]),
  ].reduce(reduce, archive);
  expect(opened.heldOut.size).toBe(2);
  for (const number of [0, 1, 3]) expect(recall(opened, number, [])).toEqual(recall(archive, number, []));
  // What was a search task then is held out now.
  const learnt: readonly Tried[] = [
    { title: 'Learnt from it', tasks: ['a', 'c'], marks: '++-' },
    { title: 'Learnt from others', tasks: ['b'], marks: '++-' },
  ];
  const now = { tasks: ['a', 'b'], heldOut: ['c'] };
  expect(proposalsOf(archiveOf('--+', learnt), now)).toEqual([
    { from: 'earlier', ended: 'measured', title: 'Learnt from others', score: { n: 2, own: 2, parent: 0 } },
  ]);
  expect(JSON.stringify([recall(opened, 3, proposalsOf(opened, started))])).not.toContain('zebra');
});

test('of an earlier run, what was merged comes first, with all that the merged variant holds', () => {
  const merged = reduce(archiveOf('+--', five), { type: 'run.ended', outcome: 'merged', shipped: 'v3', reason: '' });
  expect(proposalsOf(merged, started).map(({ title, ended }) => `${title}: ${ended}`)).toMatchInlineSnapshot(`
    [
      "Look before writing: merged",
      "Give the model more turns: merged",
      "Show the whole task: made",
      "Retry a failed edit: nothing",
      "Count turns down: check",
    ]
  `);
});

test("a model's words are inert: one line each, cut, without what acts or hides", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.string({ unit: 'binary', maxLength: 400 }),
      (title, idea) => {
        const told = recall(archiveOf('---', [{ title: `x${title}`, idea }]), 0, []);
        for (const text of told.flatMap((proposal) => [proposal.title, proposal.idea ?? ''])) {
          expect(text).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
          expect([...text].length).toBeLessThanOrEqual(160);
        }
        const [first, ...lines] = quoteProposals(told).split('\n');
        expect(lines.at(-1)).toBe(`</data ${/id="(\w+)"/.exec(first!)![1]}>`);
        expect(lines.length).toBeLessThanOrEqual(4);
      },
    ),
  );
});

test('digests are told of what came of this very variant, and of no other', () => {
  const archive = archiveOf('---', [
    { title: 'one', failed: 'check', change: 'a'.repeat(64) },
    { title: 'two', change: 'b'.repeat(64) },
    { title: 'three', parent: 'v2', change: 'c'.repeat(64) },
    { title: 'four', failed: 'modify', twin: 'v2', change: 'd'.repeat(64) },
  ]);
  const changes = (number: number) => recall(archive, number, []).flatMap(({ change }) => change?.[0] ?? []);
  expect(changes(0)).toEqual(['d', 'b', 'a']);
  expect(changes(2)).toEqual(['c']);
  expect(recall(archive, 0, [])[0]!.ended).toBe('same');
});

test('what a slim variant goes without, a diagnosis of it may propose again, and no later run hears that it was merged', () => {
  const made = archiveOf('---', [
    { title: 'Add a retry loop', marks: '---' },
    { parent: 'v1', title: 'Read the file first', marks: '++-' },
  ]);
  const archive = (
    [
      { type: 'slim.ordered', job: 's', variant: 'v3', parent: 'v2', by: 'ada', drop: ['v1'] },
      { type: 'expansion.made', job: 's', variant: 'v3', sha: 's', tree: 's', summary: 'slim', ...paid },
    ] satisfies ArchiveEvent[]
  ).reduce(reduce, made);
  const from = (number: number) =>
    Object.fromEntries(recall(archive, number, []).map(({ title, from: origin }) => [title, origin]));
  expect(from(2)).toEqual({ 'Read the file first': 'held', 'Add a retry loop': 'held' });
  expect(from(3)).toEqual({ 'Read the file first': 'held', 'Add a retry loop': 'kin' });
  const shipped = { ...archive, outcome: { outcome: 'merged', shipped: 'v3', reason: '' } } as Archive;
  const told = proposalsOf(shipped, { tasks: ['a', 'b', 'c'], heldOut: [] });
  expect(told.filter(({ ended }) => ended === 'merged').map(({ title }) => title)).toEqual(['Read the file first']);
});
