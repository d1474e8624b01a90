import { type Archive, RESOLVED } from '../../src/archive/archive.ts';
import { reduce } from '../../src/archive/reduce.ts';
import type { ArchiveEvent } from '../../src/model/event.ts';
import type { GateRules, Grant } from '../../src/model/gate/verdict.ts';
import { ROOT, type VariantId } from '../../src/model/ids.ts';
import { createRng, type Rng } from '../../src/model/rng.ts';
import type { Outcome } from '../../src/model/verdict.ts';
import { afterVoid } from '../../src/search/gate/after-void.ts';
import { judgeGate } from '../../src/search/gate/gate.ts';
import { judgedOf } from '../../src/search/gate/judged.ts';
import { NO_HISTORY } from '../../src/search/gate/ledger.ts';
import { judgeRounds, lookAfter, stopsFor } from '../../src/search/gate/rounds.ts';

const HELD_OUT = Array.from({ length: 20 }, (_, i) => `h${i}`);
const SHA = 'a'.repeat(40);
const CONFIDENCE = 0.95;
const FREE = { costUSD: 0, seconds: 0 } as const;

/** Rules of a comparison of three rounds; its level is all that may be spent, so that 5 % are as many as may pass. */
const ROUNDS: GateRules = { test: 'sequential', evaluations: 6 * HELD_OUT.length, promise: 'any' };
const GRANT: Grant = {
  after: 0,
  evaluations: ROUNDS.evaluations,
  level: 1 - CONFIDENCE,
  ...NO_HISTORY,
};

const opened = (rounds: boolean) =>
  (
    [
      {
        type: 'run.started',
        run: 'r1',
        seed: 1,
        policy: { name: 'hgm', params: {} },
        budget: 10,
        expansionCost: 1,
        concurrency: 1,
        batch: 4,
        costUSD: null,
        suite: { name: 's', digest: 'd' },
        tasks: ['t0'],
        heldOut: HELD_OUT,
        root: { sha: SHA, tree: SHA },
        confidence: CONFIDENCE,
        rules: 1,
        ...(rounds ? { gate: ROUNDS } : {}),
      },
      { type: 'expansion.ordered', job: 'e', decision: null, variant: 'v1', parent: 'v0', operator: 'mutation' },
      { type: 'expansion.made', job: 'e', variant: 'v1', sha: SHA, tree: SHA, summary: '', ...FREE },
      { type: 'heldout.opened', variant: 'v1', ...(rounds ? { grant: GRANT } : {}) },
    ] satisfies ArchiveEvent[]
  ).reduce<Archive | null>((archive, event) => reduce(archive, event), null)!;
const OPENED = { once: opened(false), rounds: opened(true) };

/** What a worker hands back for one attempt at a task; null for no result. */
export type Attempt = (arm: VariantId, task: number, rng: Rng, rootSolved: (task: number) => boolean) => Outcome | null;

export interface Scheme {
  readonly attempt: Attempt;
  readonly tries: number;
  readonly batch: number;
  /** Ends the whole job with the first attempt without a result. */
  readonly crash?: boolean;
  /** Compares in rounds, as new runs do; by default in one look. */
  readonly rounds?: true;
}

const rootSolved =
  ({ heldOut }: Archive, round: number) =>
  (task: number) =>
    heldOut.get(ROOT)?.[round]?.codes[task] === RESOLVED;

/** One held-out comparison, through the rules that real runs go by. */
function compare({ attempt, tries, batch, crash, rounds }: Scheme, rng: Rng): boolean {
  let archive = rounds ? OPENED.rounds : OPENED.once;
  const happen = (event: ArchiveEvent) => {
    archive = reduce(archive, event);
  };
  let jobs = 0;
  const measure = (round: number) => {
    for (let from = 0; from < HELD_OUT.length; from += batch)
      for (const variant of [ROOT, 'v1'] as const) {
        const job = `h${jobs++}`;
        const all = HELD_OUT.slice(from, from + batch);
        happen({ type: 'evaluation.ordered', job, decision: null, variant, tasks: all, split: 'heldout', round });
        for (let number = 1; archive.jobs.has(job); number++) {
          const due = archive.jobs.get(job)!;
          let dead = false;
          for (const task of due.tasks) {
            const outcome = dead ? null : attempt(variant, HELD_OUT.indexOf(task), rng, rootSolved(archive, round));
            if (outcome === null) dead ||= crash === true;
            else happen({ type: 'evaluation.done', job, variant, task, split: 'heldout', round, outcome, ...FREE });
          }
          const left = archive.jobs.get(job);
          if (!left) break;
          const whole = left.tasks.length === due.tasks.length;
          const next = afterVoid(archive, { job: left, began: true, whole, again: number < tries });
          const about = { job, variant, split: 'heldout', round, reason: 'void', began: true } as const;
          if (next === 'again') happen({ type: 'job.retried', ...about, tasks: left.tasks, attempt: number });
          else for (const task of left.tasks) happen({ type: 'evaluation.noResult', ...about, task });
        }
      }
  };
  for (let round = 0; rounds; round++) {
    measure(round);
    happen({ type: 'heldout.looked', variant: 'v1', ...lookAfter(judgedOf(archive, 'v1', round + 1), 1) });
    const judged = judgedOf(archive, 'v1', round + 1);
    const stopped = stopsFor(judged);
    if (stopped !== null) return judgeRounds(judged, stopped).passed;
  }
  measure(0);
  const codes = (variant: VariantId) => archive.heldOut.get(variant)?.[0]?.codes ?? new Uint8Array(HELD_OUT.length);
  return judgeGate(codes(ROOT), codes('v1'), CONFIDENCE).passed;
}

interface Plan {
  /** How often an attempt gives no result by nobody's doing, for either arm. */
  readonly trouble?: number;
  /** Whether the variant voids a failure, knowing whether the root solved the task: more than any variant can know. */
  readonly when?: (rootSolved: boolean, rng: Rng) => boolean;
  /** What it makes of a failure; without a result by default. */
  readonly into?: Outcome | null;
}

/** Two equally able agents; the variant does something about its failures, before anybody sees them. */
export const rigged =
  (skill: number, { trouble = 0, when = () => true, into = null }: Plan = {}): Attempt =>
  (arm, task, rng, rootSolved) => {
    const outcome: Outcome = rng.next() < skill ? 'resolved' : 'unresolved';
    if (rng.next() < trouble) return null;
    if (arm === ROOT || outcome === 'resolved') return outcome;
    return when(rootSolved(task), rng) ? into : outcome;
  };

/** Share of simulated held-out comparisons that end in a merge. */
export function mergedShare(scheme: Scheme, runs: number, seed = 1): number {
  const rng = createRng(seed, 7);
  let passed = 0;
  for (let run = 0; run < runs; run++) if (compare(scheme, rng)) passed++;
  return passed / runs;
}
