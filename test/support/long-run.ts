import type { ArchiveEvent, JournalEntry } from '../../src/model/event.ts';
import { variantId } from '../../src/model/ids.ts';
import { createRng } from '../../src/model/rng.ts';
import { createPolicy } from '../../src/search/policies.ts';

const PAID = { costUSD: 0.01, seconds: 60, tokens: 20_000 };

/** A journal of so many variants and evaluations, with a decision for each job: made up, and quickly, unlike a simulated one. */
export function longRun({ variants, evaluations, tasks = 120, seed = 1, policy = 'hgm' }: LongRun): JournalEntry[] {
  const rng = createRng(seed, 0);
  const names = (of: string, count: number) => Array.from({ length: count }, (_, at) => `${of}-${at}`);
  const search = names('task', tasks);
  const events: ArchiveEvent[] = [
    {
      type: 'run.started',
      run: 'r7',
      seed,
      policy: createPolicy(policy).spec,
      budget: evaluations + 2 * variants,
      expansionCost: 2,
      concurrency: 8,
      batch: 1,
      costUSD: null,
      suite: { name: 'made-up', digest: 'made-up' },
      tasks: search,
      heldOut: names('sealed', 30),
      root: { sha: '0'.repeat(40), tree: '1'.repeat(40) },
      confidence: 0.95,
      rules: 2,
    },
  ];
  let n = 0;
  const reason = () => ({
    text: 'made up',
    candidates: Array.from({ length: 10 }, (_, at) => ({
      variant: variantId(at),
      resolved: 1,
      unresolved: 1,
      mean: rng.next(),
      draw: rng.next(),
    })),
  });
  const abilities = [0.3];
  const evaluate = (number: number, at: number) => {
    const task = search[at % tasks]!;
    const variant = variantId(number);
    const job = `e${n}`;
    const pair = { job, variant, split: 'search' } as const;
    const outcome = rng.next() < abilities[number]! * (1.5 - (at % tasks) / tasks) ? 'resolved' : 'unresolved';
    events.push(
      {
        type: 'decision.made',
        n,
        decision: { type: 'evaluate', variant, tasks: [task], phase: 'search', reason: reason() },
      },
      { type: 'evaluation.ordered', decision: n, tasks: [task], ...pair },
      { type: 'evaluation.done', task, outcome, ...pair, ...PAID },
    );
    n++;
  };
  const each = Math.floor(evaluations / variants);
  for (let number = 0; number < variants; number++) {
    if (number > 0) {
      const parent = Math.floor(number * rng.next());
      const [variant, of, job] = [variantId(number), variantId(parent), `x${n}`];
      const made = { variant, parent: of, operator: 'mutation', tasks: [search[0]!] } as const;
      events.push(
        { type: 'decision.made', n, decision: { type: 'expand', ...made, reason: reason() } },
        { type: 'expansion.ordered', job, decision: n, variant, parent: of, operator: 'mutation' },
        {
          type: 'expansion.made',
          job,
          variant,
          sha: String(number).padStart(40, '0'),
          tree: String(number).padStart(40, '1'),
          summary: `Change ${number}`,
          idea: `What change ${number} is for`,
          ...PAID,
        },
      );
      n++;
      abilities.push(Math.min(0.95, Math.max(0.02, abilities[parent]! + 0.1 * (rng.next() - 0.45))));
    }
    const first = Math.floor(tasks * rng.next());
    for (let at = 0; at < each; at++) evaluate(number, first + at);
  }
  return events.map((event, at) => ({
    seq: at + 1,
    at: new Date(Date.UTC(2026, 0, 1) + at * 5_000).toISOString(),
    event,
  }));
}

interface LongRun {
  readonly variants: number;
  readonly evaluations: number;
  readonly tasks?: number;
  readonly seed?: number;
  readonly policy?: string;
}
