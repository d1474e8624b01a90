import type { Archive } from '../src/archive/archive.ts';
import { reduce } from '../src/archive/reduce.ts';
import type { Decision } from '../src/model/decision.ts';
import type { ArchiveEvent } from '../src/model/event.ts';
import { variantId } from '../src/model/ids.ts';
import { createRng } from '../src/model/rng.ts';
import { decide } from '../src/search/decide.ts';
import type { Policy } from '../src/search/policies/policy.ts';
import { createPolicy, POLICIES } from '../src/search/policies.ts';

/**
 * Decisions per second of each policy in archives of several sizes; each decision is taken on an archive that has one
 * result more than the one before, as in a run. The slowest twentieth is left out: there the machine did other things.
 * Arguments: sizes (default 60,1000,10000) and policies (default all).
 */
const TASKS = 120;
const SECONDS = 1;
const PAID = { costUSD: 0, seconds: 0 };
const [sizes = '60,1000,10000', names = POLICIES.map(({ name }) => name).join(',')] = process.argv.slice(2);

interface Row {
  readonly policy: string;
  readonly variants: number;
  /** Decisions per second: alone, with their reasons read, and with the reduction of what follows from them. */
  readonly decide: number;
  readonly withReason: number;
  readonly withReduce: number;
}

console.log('decisions per second: alone, with reason, with reduce');
const rows = sizes.split(',').flatMap((size) => {
  const before = memory();
  const archive = grow(Number(size), 5);
  const after = memory();
  console.log(`\n${size} variants, 5 evaluations each: archive ${((after - before) / 1e6).toFixed(1)} MB`);
  return names.split(',').map((name) => measure(name, archive));
});

console.log('\n1000 variants, 50 evaluations each');
const dense = grow(1000, 50);
for (const name of names.split(',')) measure(name, dense);

console.log('\n60 and 1000 variants, 5 evaluations each, 32 jobs in flight and a slot free');
for (const size of [60, 1000]) for (const name of names.split(',')) measure(name, grow(size, 5, 32));

console.log('\ngrowth of the time for a decision with the number of variants, as an exponent (1 is linear)');
for (const name of names.split(',')) {
  const own = rows.filter(({ policy }) => policy === name);
  const exponents = own.slice(1).map((row, index) => {
    const smaller = own[index]!;
    return Math.log(smaller.decide / row.decide) / Math.log(row.variants / smaller.variants);
  });
  console.log(`  ${name.padEnd(13)} ${exponents.map((exponent) => exponent.toFixed(2)).join('  ')}`);
}

function measure(name: string, archive: Archive): Row {
  const before = memory();
  const policy = createPolicy(name);
  decide(archive, policy);
  const held = memory() - before;
  rate(archive, policy, 'reduce');
  const row: Row = {
    policy: name,
    variants: archive.search.live,
    decide: rate(archive, policy, 'decide'),
    withReason: rate(archive, policy, 'reason'),
    withReduce: rate(archive, policy, 'reduce'),
  };
  const figures = [row.decide, row.withReason, row.withReduce].map((value) => value.toFixed(0).padStart(8));
  console.log(`  ${name.padEnd(13)} ${figures.join(' ')}${held > 5e5 ? `   holds ${(held / 1e6).toFixed(1)} MB` : ''}`);
  return row;
}

function rate(start: Archive, policy: Policy, what: 'decide' | 'reason' | 'reduce'): number {
  let archive = start;
  const times: number[] = [];
  const world = createRng(9);
  decide(archive, policy);
  const until = performance.now() + 1000 * SECONDS;
  while (performance.now() < until && archive.search.live <= 1.3 * start.search.live) {
    const begun = performance.now();
    const decision = decide(archive, policy);
    if (what === 'reason') void decision.reason.text;
    const decided = performance.now();
    archive = consequences(archive, decision, world.next() < 0.4).reduce<Archive>(reduce, archive);
    times.push((what === 'reduce' ? performance.now() : decided) - begun);
  }
  const kept = times.sort((x, y) => x - y).slice(0, Math.ceil(0.95 * times.length));
  return (1000 * kept.length) / kept.reduce((sum, time) => sum + time, 0);
}

function consequences(archive: Archive, decision: Decision, resolved: boolean): ArchiveEvent[] {
  const n = archive.decisions;
  const job = `b${n}`;
  if (decision.type === 'wait' || decision.type === 'stop')
    throw new Error(`${decision.type}: the bench has no such case`);
  const made: ArchiveEvent = { type: 'decision.made', n, decision };
  if (decision.type === 'expand') {
    const { variant, parent, operator } = decision;
    return [
      made,
      { type: 'expansion.ordered', job, decision: n, variant, parent, operator },
      { type: 'expansion.made', job, variant, sha: '', tree: '', summary: '', ...PAID },
    ];
  }
  const { variant, tasks } = decision;
  const outcome = resolved ? 'resolved' : 'unresolved';
  return [
    made,
    { type: 'evaluation.ordered', job, decision: n, variant, tasks, split: 'search' },
    ...tasks.map(
      (task): ArchiveEvent => ({ type: 'evaluation.done', job, variant, task, split: 'search', outcome, ...PAID }),
    ),
  ];
}

/** An archive with a random tree of so many variants, the root measured on every task, and so many jobs in flight, every other an expansion. */
function grow(size: number, evaluationsEach: number, inFlight = 0): Archive {
  const rng = createRng(4);
  const tasks = Array.from({ length: TASKS }, (_, task) => `t${task}`);
  let archive = reduce(null, {
    type: 'run.started',
    run: 'bench',
    seed: 1,
    policy: { name: 'hgm', params: {} },
    budget: 1e9,
    expansionCost: 2,
    concurrency: inFlight + 1,
    prefer: 'time',
    batch: 1,
    costUSD: null,
    suite: { name: 'bench', digest: '' },
    tasks,
    heldOut: [],
    root: { sha: '', tree: '' },
    confidence: 0.95,
  });
  for (let number = 0; number < size; number++) {
    const variant = variantId(number);
    const job = `g${number}`;
    if (number > 0) {
      const parent = variantId(rng.below(number));
      archive = reduce(archive, {
        type: 'expansion.ordered',
        job,
        decision: null,
        variant,
        parent,
        operator: 'mutation',
      });
      archive = reduce(archive, { type: 'expansion.made', job, variant, sha: '', tree: '', summary: '', ...PAID });
    }
    const offset = rng.below(TASKS);
    for (let i = 0; i < (number === 0 ? TASKS : evaluationsEach); i++) {
      const outcome = rng.next() < 0.4 ? 'resolved' : 'unresolved';
      const task = tasks[(offset + 7 * i) % TASKS]!;
      archive = reduce(archive, { type: 'evaluation.done', job, variant, task, split: 'search', outcome, ...PAID });
    }
  }
  for (let n = 0; n < inFlight; n++) {
    const of = variantId(rng.below(size));
    const job = `f${n}`;
    archive = reduce(
      archive,
      n % 2 === 0
        ? {
            type: 'expansion.ordered',
            job,
            decision: null,
            variant: variantId(size + n / 2),
            parent: of,
            operator: 'mutation',
          }
        : {
            type: 'evaluation.ordered',
            job,
            decision: null,
            variant: of,
            tasks: [tasks[rng.below(TASKS)]!],
            split: 'search',
          },
    );
  }
  return archive;
}

function memory(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
