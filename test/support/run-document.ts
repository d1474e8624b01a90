import type { Decision } from '../../src/model/decision.ts';
import { OPERATORS } from '../../src/model/operator.ts';
import { createRng } from '../../src/model/rng.ts';
import { emptyColumns } from '../../src/web/document/columns.ts';
import {
  type DecisionFacts,
  DOCUMENT_VERSION,
  type RunDocument,
  type VariantFacts,
} from '../../src/web/document/document.ts';

interface Size {
  readonly variants: number;
  readonly tasks: number;
  readonly evaluations: number;
  /** Every text that a model or a person writes. */
  readonly text?: (what: string) => string;
  readonly rehearsal?: boolean;
}

/** A run's document that nothing made, of any size: quick, and the same for the same size. For what a run really comes to there is the builder. */
export function runDocument({
  variants,
  tasks,
  evaluations,
  text = (what) => what,
  rehearsal = false,
}: Size): RunDocument {
  const rng = createRng(variants);
  const draw = () => rng.next();
  const whole = (below: number) => Math.floor(draw() * below);
  const started = Date.parse('2026-11-30T08:00:00Z');
  const iso = (seconds: number) => new Date(started + 1_000 * seconds).toISOString();
  const span = evaluations * 20;
  const names = Array.from({ length: tasks }, (_, place) => text(`T-${String(place + 1).padStart(3, '0')}`));
  const made = Array.from({ length: variants }, (_, number) => {
    const from = number === 0 ? null : Math.max(0, Math.floor(number * draw() ** 0.6) - whole(3));
    const fails = number > 3 && draw() < 0.15;
    return { number, from, fails, skill: 0.3 + 0.4 * draw(), at: (span * number) / variants };
  });
  const able = made.filter(({ fails }) => !fails);
  const columns = emptyColumns();
  const rounds = new Map<string, number>();
  for (let place = 0; place < evaluations; place++) {
    const there = Math.max(1, Math.ceil((able.length * (place + 1)) / evaluations));
    const { number, skill } = able[place < tasks ? 0 : whole(there)]!;
    const task = place < tasks ? place : whole(tasks);
    const round = rounds.get(`${number} ${task}`) ?? 0;
    rounds.set(`${number} ${task}`, round + 1);
    const good = draw() < skill + 0.5 - task / tasks;
    columns.variant.push(number);
    columns.task.push(task);
    columns.round.push(round);
    columns.outcome.push(good ? 0 : draw() < 0.93 ? 1 : 2 + whole(3));
    columns.score.push(place % 7 === 0 ? (good ? 1 : 0.4) : null);
    columns.costUSD.push(0.01 + draw() * 0.1);
    columns.tokens.push(1_000 + whole(90_000));
    columns.seconds.push(20 + whole(300));
    columns.at.push(20 * place);
    columns.job.push(`e${Math.floor(place / 4)}`);
  }
  const outcomesOf = (number: number) => columns.outcome.filter((_, place) => columns.variant[place] === number);
  const tallyOf = (outcomes: readonly unknown[]) => ({
    resolved: outcomes.filter((each) => each === 0).length,
    n: outcomes.length,
  });
  const best = able.length > 2 ? able.toSorted((a, b) => b.skill - a.skill)[0]!.number : 0;
  const judged = [
    { task: names[0]!, change: 'fix' as const, chance: 0.7, came: 'true' as const },
    { task: names[1 % tasks]!, change: 'break' as const, chance: 0.1, came: 'open' as const },
  ];
  const score = {
    fix: { came: 1, n: 1, expected: 0.7 },
    break: { came: 0, n: 0, expected: 0 },
    open: 1,
    brier: { own: 0.09, base: 0.25 },
  };
  const facts = made.map(({ number, from, fails, skill, at }): VariantFacts => {
    const own = tallyOf(variants > 400 ? [] : outcomesOf(number));
    return {
      number,
      from,
      variant: `v${number}`,
      parent: from === null ? null : `v${from}`,
      operator: from === null ? null : OPERATORS[whole(6)]!,
      state: fails
        ? number % 2
          ? 'could not be made'
          : 'did not pass its own check'
        : number === 0
          ? 'root'
          : number === best
            ? 'offered'
            : 'measured',
      pull: from === null ? null : 100 + number,
      own,
      same: { root: own, parent: own },
      clade: own,
      heldOut: { resolved: 0, n: 0 },
      promise: draw(),
      lower: skill - 0.1,
      place: Math.round(1_000 * (1 - skill)),
      tampered: 0,
      voids: 0,
      costUSD: 0.4 + draw(),
      tokensPerSolved: 41_000,
      summary: text(`Retries a failed edit with a wider context window, attempt ${number}`),
      failure: fails ? text('SyntaxError: Unexpected end of input at agent.mjs:41') : null,
      ...(number % 3 === 1 && { predictions: { judged, score } }),
      ...(number % 5 === 4 && { idea: { by: text('maintainer'), text: text('Read the error before trying again') } }),
      spent: false,
      sha: fails ? null : (number.toString(16).padStart(4, '0').repeat(10) as string),
      ...(from !== null && {
        title: text(`Retry a failed edit (${number})`),
        proposed: text('It repeats an edit that cannot apply.'),
      }),
      belief: fails ? null : { mean: skill, lower: skill - 0.1, upper: skill + 0.1 },
      makingUSD: 0.21,
      decision: number === 0 ? null : number - 1,
      evidence: from === null ? [] : [whole(tasks)],
      donor: number > 4 && number % 6 === 0 ? 'v1' : null,
      orderedAt: iso(at),
      madeAt: iso(at + 60),
      out: number > 5 && number % 17 === 0,
    };
  });
  const decisions = Array.from({ length: variants }, (_, n): DecisionFacts => {
    const child = facts[n + 1];
    const reason = {
      text: text(`v${child?.from ?? 0}'s clade drew the highest promise (0.61) of 7 candidates`),
      candidates: facts.slice(0, Math.min(n + 1, 7)).map(({ variant, own }) => ({
        variant,
        resolved: own.resolved,
        unresolved: own.n - own.resolved,
        mean: 0.5,
        draw: draw(),
      })),
      numbers: { tau: 1.5, allowed: n },
    };
    const decision: Decision = child
      ? {
          type: 'expand',
          variant: child.variant,
          parent: child.parent!,
          operator: child.operator!,
          tasks: [names[0]!],
          reason,
        }
      : { type: 'stop', shipped: `v${best}`, reason };
    return {
      n,
      at: (span * (n + 1)) / variants - 1,
      evaluations: Math.floor((evaluations * (n + 1)) / variants),
      decision,
      what: text(child ? `expand v${child.from}` : `stop with v${best}`),
      ...(n % Math.ceil(variants / 100) === 0 && {
        beliefs: made.map(({ skill, number }) => (number <= n ? skill : null)),
      }),
      ...(n % 2 === 0 && { others: { [text('hgm')]: text('expand v0'), greedy: text('evaluate v1 on 2 tasks') } }),
    };
  });
  const progress = Array.from(
    { length: Math.min(400, Math.max(2, variants * 2)) },
    (_, place, last = Math.min(400, Math.max(2, variants * 2)) - 1) => {
      const share = place / last;
      const mean = 0.4 + 0.25 * share;
      return {
        at: span * share,
        used: Math.round(evaluations * share),
        spentUSD: evaluations * 0.06 * share,
        best: Math.floor(best * share),
        mean,
        lower: mean - 0.1,
        upper: mean + 0.08,
        resolved: Math.round(40 * mean),
        n: 40,
        root: 0.4,
      };
    },
  );
  const placesOf = columns.task.map((_, place) => place);
  const byTask = Map.groupBy(placesOf, (place) => columns.task[place]!);
  return {
    version: DOCUMENT_VERSION,
    repository: 'octo/agent',
    url: 'https://github.example/octo/agent',
    run: 'r41',
    seq: evaluations,
    startedAt: iso(0),
    updatedAt: iso(span),
    view: {
      run: 'r41',
      status: 'ended',
      outcome: { kind: 'offered', reason: text(`v${best} beats the root on the held-out tasks`) },
      policy: 'huxley',
      seed: 7,
      suite: 'kata',
      budget: { used: evaluations, total: evaluations },
      costUSD: { spent: evaluations * 0.06, limit: 2_000 },
      rootMeasured: null,
      best: `v${best}`,
      inFlight: [
        {
          what: text('expand v3'),
          since: iso(span - 60),
          seconds: 60,
          url: null,
          again: { attempt: 1, reason: text('the runner was lost'), log: null },
        },
      ],
      gate: null,
      heldOutTasks: 20,
      heldOutDone: 0,
      heldOutPlanned: 40,
      level: null,
      calibration: null,
      measure: null,
      guidance: [{ n: 1, by: text('maintainer'), text: text('Keep it short') }],
      plateau: null,
      yields: [
        {
          of: 'operator',
          rows: [{ way: text('mutation'), expansions: 9, made: 7, gain: 0.031, first: 0.1, now: 0.2 }],
        },
      ],
      ticks: null,
      attention: variants > 100 ? [] : [text('3 of the last 5 expansions failed their check')],
      rehearsal,
    },
    concurrency: 4,
    confidence: 0.95,
    has: { transcripts: true, diffs: true },
    tasks: names.map((task, place) => {
      const outcomes = (byTask.get(place) ?? []).map((each) => columns.outcome[each]);
      return {
        task,
        split: 'search',
        ...tallyOf(outcomes),
        ease: 1 - place / tasks,
        telling: variants < 5 ? null : draw(),
        repeated: 9,
        wavered: whole(9),
      };
    }),
    variants: facts,
    evaluations: { ...columns, signs: { 3: ['empty-patch'] } },
    decisions,
    progress,
    comparisons: [
      {
        variant: `v${best}`,
        grants: [{ after: 0, evaluations: 40, level: 0.05, openings: 0, passes: 0, spent: 0, worn: 0 }],
        looks: [1, 2, 3].map((round) => ({
          round,
          n: 20 * round,
          fixed: 5 * round,
          broken: round,
          p: 0.2 ** round,
          threshold: 0.02,
        })),
        verdict: { passed: true, n: 60, root: 30, variant: 42, fixed: 15, broken: 3, p: 0.008, alpha: 0.02 },
      },
    ],
    cut: null,
  };
}
