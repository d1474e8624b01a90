import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Archive } from '../archive/archive.ts';
import { reduce, replay } from '../archive/reduce.ts';
import type { ArchiveEvent } from '../model/event.ts';
import { createRng } from '../model/rng.ts';
import { decide, viewOf } from './decide.ts';
import { chooseOperator, isExpandable } from './operator.ts';
import { createPolicy, POLICIES } from './policies.ts';

const paid = { costUSD: 0, seconds: 0 };

const started: ArchiveEvent = {
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
  tasks: ['a', 'b', 'c', 'd'],
  heldOut: [],
  root: { sha: '', tree: '' },
  confidence: 0.95,
  rules: 3,
};

/** The root after results on its tasks: `+` resolved, `-` not, `e` not and with nothing changed, `.` none. */
function rootWith(marks: string, over: Partial<typeof started> = {}): Archive {
  return replay([
    { ...started, ...over } as ArchiveEvent,
    ...Array.from(marks).flatMap((mark, task): ArchiveEvent[] =>
      mark === '.'
        ? []
        : [
            {
              ...{ type: 'evaluation.done', job: 'e', variant: 'v0', task: 'abcd'[task]!, split: 'search', ...paid },
              outcome: mark === '+' ? 'resolved' : 'unresolved',
              ...(mark === 'e' ? { signs: ['empty-patch'] } : {}),
            },
          ],
    ),
  ]);
}

const ENDS = ['made', 'failed', 'lost', 'flying'] as const;

/** The archive after an expansion of the root, and what it was ordered with; null where nothing new is left. */
function expand(
  archive: Archive,
  seed: number,
  end: (typeof ENDS)[number],
): { archive: Archive; order: string } | null {
  const { search, settings } = archive;
  const choice = chooseOperator(search, 0, createRng(seed), settings.rules!);
  if (choice === null) return null;
  const variant = `v${search.variants.length}` as const;
  const tasks = choice.tasks.map((task) => search.tasks[task]!);
  const job = variant;
  const ended: Record<(typeof ENDS)[number], readonly ArchiveEvent[]> = {
    made: [{ type: 'expansion.made', job, variant, sha: '', tree: variant, summary: '', ...paid }],
    failed: [{ type: 'expansion.failed', job, variant, stage: 'check', reason: '', ...paid }],
    lost: [{ type: 'expansion.lost', job, variant, reason: '' }],
    flying: [],
  };
  const ordered = { type: 'expansion.ordered', job, decision: null, variant, parent: 'v0', tasks } as const;
  const events: ArchiveEvent[] = [{ ...ordered, operator: choice.operator }, ...ended[end]];
  return { archive: events.reduce(reduce, archive), order: `${choice.operator} ${tasks.toSorted()}` };
}

test('no order comes twice until none is left, whatever became of the ones before; one that was lost may', () => {
  const marks = fc.string({ unit: fc.constantFrom('.', '+', '-', 'e'), minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(marks, fc.array(fc.tuple(fc.nat(), fc.constantFrom(...ENDS)), { maxLength: 40 }), (root, steps) => {
      let archive = rootWith(root);
      const orders = new Set<string>();
      for (const [seed, end] of steps) {
        const next = expand(archive, seed, end);
        expect(isExpandable(archive.search, 0, 3)).toBe(next !== null);
        if (next === null) break;
        expect(orders).not.toContain(next.order);
        if (end !== 'lost') orders.add(next.order);
        archive = next.archive;
      }
    }),
  );
});

test('every order there is comes before none is left', () => {
  let archive = rootWith('---+');
  const orders: string[] = [];
  for (let seed = 0; ; seed++) {
    const next = expand(archive, seed, 'failed');
    if (next === null) break;
    orders.push(next.order);
    archive = next.archive;
  }
  expect(orders.toSorted()).toEqual(['mutation a', 'mutation b', 'mutation c', 'reaction-norm a,b,c']);
});

test('by the rules of before, a variant may be expanded from the same tasks again', () => {
  let archive = rootWith('-+++', { rules: 2 } as Partial<typeof started>);
  for (let seed = 0; seed < 5; seed++) archive = expand(archive, seed, 'failed')!.archive;
  expect(
    new Set(archive.search.variants.slice(1).map((variant) => `${variant!.operator} ${variant!.birth!.tasks}`)).size,
  ).toBe(1);
});

test('a result on another task makes a variant expandable again', () => {
  let archive = rootWith('-+..');
  archive = expand(archive, 1, 'failed')!.archive;
  expect(viewOf(archive).expandable(0)).toBe(false);
  const failed = {
    type: 'evaluation.done',
    job: 'e',
    variant: 'v0',
    split: 'search',
    outcome: 'unresolved',
    ...paid,
  } as const;
  archive = reduce(archive, { ...failed, task: 'c' });
  expect(viewOf(archive).expandable(0)).toBe(true);
});

test.each(POLICIES.map(({ name }) => name))(
  '%s expands no variant of which nothing new is left, and says so',
  (name) => {
    let archive = rootWith('-+++', { policy: { name, params: {} } } as Partial<typeof started>);
    archive = expand(archive, 1, 'failed')!.archive;
    const decision = decide(archive, createPolicy(name));
    expect(decision.type).toBe('stop');
    expect(decision.reason.text).toContain('every operator has been given all the evidence there is');
  },
);
