import { z } from 'zod';
import { commandLine } from '../model/command-line.ts';
import type { Decision } from '../model/decision.ts';
import { HuxleyError } from '../model/error.ts';
import { type ArchiveEvent, MAX_ROUND, OCCASIONS, PREFERENCES, RUN_OUTCOMES } from '../model/event.ts';
import { FINDINGS } from '../model/finding.ts';
import { COST_REASONS } from '../model/gate/cost.ts';
import { GATE_STOPS, GATE_TESTS, PROMISES } from '../model/gate/verdict.ts';
import { MAX_PREDICTIONS, PREDICTABLE } from '../model/memory/prediction.ts';
import { MAX_DROPPED } from '../model/memory/slim.ts';
import { OPERATORS } from '../model/operator.ts';
import { SIGNS } from '../model/sign.ts';
import { VERDICTS } from '../model/verdict.ts';

const variant = z.templateLiteral(['v', z.int().min(0)]);
const text = z.string();
const task = z.string().min(1);
const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const count = z.int().min(0);
const amount = z.number().min(0);
const split = z.enum(['search', 'heldout']);
const operator = z.enum(OPERATORS);
const outcome = z.enum(VERDICTS).exclude(['infrastructure']);
const signs = z.array(z.enum(SIGNS)).min(1);
const round = z.int().min(0).max(MAX_ROUND).exactOptional();
const yes = z.literal(true).exactOptional();
const proposed = { idea: text.exactOptional(), change: text.exactOptional() };
const measured = { costUSD: amount, seconds: amount, rehearsal: z.literal(true).exactOptional() };

const reason = z.strictObject({
  text,
  candidates: z.array(
    z.strictObject({ variant, resolved: z.number(), unresolved: z.number(), mean: z.number(), draw: z.number() }),
  ),
  numbers: z.record(z.string(), z.number()).exactOptional(),
});

const predictionRecord = z.strictObject({ squares: amount, products: z.number() }).exactOptional();
const models = z.strictObject({ diagnose: text.exactOptional(), modify: text.exactOptional() }).exactOptional();
const several = z.array(text).min(2).exactOptional();

const decision: z.ZodType<Decision> = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('expand'),
    variant,
    parent: variant,
    operator,
    tasks: z.array(task),
    donor: variant.exactOptional(),
    models,
    reason,
  }),
  z.strictObject({
    type: z.literal('evaluate'),
    variant,
    tasks: z.array(task),
    round,
    phase: z.enum(['root', 'search', 'finals']),
    reason,
  }),
  z.strictObject({ type: z.literal('wait'), reason }),
  z.strictObject({ type: z.literal('stop'), shipped: variant, predictions: predictionRecord, reason }),
]);

const share = z.number().min(0).max(1);
const bounds = z.strictObject({ lower: z.number(), upper: z.number() });

const estimate = z.strictObject({ value: z.number(), lower: z.number(), upper: z.number() });

const cost = z.strictObject({
  passed: z.boolean(),
  n: count,
  missing: count,
  dropped: count,
  margin: share,
  saving: share,
  level: share,
  scoreDifference: estimate,
  ratio: estimate.nullable(),
  unit: z.enum(['USD', 'tokens']).nullable(),
  p: z.strictObject({ score: share, cost: share }),
  why: z.enum(COST_REASONS),
});

const gate = z.strictObject({
  passed: z.boolean(),
  n: count,
  root: count,
  variant: count,
  fixed: count,
  broken: count,
  means: z.strictObject({ root: share, variant: share }).exactOptional(),
  p: z.number(),
  alpha: z.number(),
  missing: z.int().min(1).exactOptional(),
  dropped: z.int().min(1).exactOptional(),
  refused: z.enum(['tampered', 'missing']).exactOptional(),
  evidence: z
    .strictObject({
      stopped: z.enum(GATE_STOPS),
      rounds: count,
      evaluations: count,
      tasks: count,
      spent: share,
      gain: z.number(),
      here: bounds,
      alike: bounds,
      more: z.strictObject({ evaluations: count, chance: share }).exactOptional(),
      cost: cost.exactOptional(),
    })
    .exactOptional(),
});

const idea = { by: text, text };

const grant = z.strictObject({
  after: count,
  evaluations: z.int().min(1),
  level: share,
  counts: z.int().min(2).exactOptional(),
  openings: count,
  passes: count,
  spent: amount,
  worn: share,
});

const rules = z.strictObject({
  test: z.enum(GATE_TESTS),
  evaluations: z.int().min(1),
  promise: z.enum(PROMISES),
  metric: z.literal('score').exactOptional(),
});
const inside = z.number().gt(0).lt(1);
const costRules = rules.extend({ goal: z.literal('cost'), margin: inside, saving: inside });

const commit = z.strictObject({ sha, tree: sha });

const known = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('run.started'),
    run: z.string().min(1),
    seed: z.int().min(0).max(0xffffffff),
    policy: z.strictObject({ name: text, params: z.record(z.string(), z.number()) }),
    budget: amount,
    expansionCost: amount,
    concurrency: z.int().min(1),
    prefer: z.enum(PREFERENCES).exactOptional(),
    batch: z.int().min(1),
    costUSD: amount.nullable(),
    taskCostUSD: amount.exactOptional(),
    suite: z.strictObject({ name: text, digest: text }),
    tasks: z.array(task),
    heldOut: z.array(task),
    root: commit,
    confidence: z.number().gt(0.5).lt(1),
    gate: z.union([rules, costRules]).exactOptional(),
    rules: z.int().min(1).exactOptional(),
    models: z.strictObject({ diagnose: several, modify: several }).exactOptional(),
    repeats: z.int().min(1).max(MAX_ROUND).exactOptional(),
    calibrate: z
      .strictObject({ attempts: z.int().min(2).max(MAX_ROUND).multipleOf(2), gradings: z.int().min(1) })
      .exactOptional(),
    measure: z
      .strictObject({
        pull: z.int().min(1),
        author: text,
        title: text,
        head: commit,
        configuration: sha,
        evaluations: z.int().min(2),
        sealed: z.boolean(),
        unasked: yes,
      })
      .exactOptional(),
    occasion: z.enum(OCCASIONS).exactOptional(),
    predictions: predictionRecord,
  }),
  z.strictObject({ type: z.literal('run.paused'), by: text }),
  z.strictObject({ type: z.literal('run.resumed'), by: text }),
  z.strictObject({ type: z.literal('run.stopping'), by: text, reason: text, promote: variant.exactOptional() }),
  z.strictObject({ type: z.literal('run.steered'), ...idea }),
  z.strictObject({ type: z.literal('run.unsteered'), by: text, n: z.int().min(1) }),
  z.strictObject({
    type: z.literal('run.ended'),
    outcome: z.enum(RUN_OUTCOMES),
    shipped: variant,
    reason: text,
  }),
  z.strictObject({ type: z.literal('decision.made'), n: count, decision }),
  z.strictObject({
    type: z.literal('expansion.ordered'),
    job: text,
    decision: count.nullable(),
    variant,
    parent: variant,
    operator,
    tasks: z.array(task).exactOptional(),
    donor: variant.exactOptional(),
    models,
    idea: z.strictObject(idea).exactOptional(),
  }),
  z.strictObject({
    type: z.literal('adoption.ordered'),
    job: text,
    variant,
    by: text,
    pull: z.int().min(1),
    author: text,
    title: text,
    base: sha,
    head: sha,
  }),
  z.strictObject({
    type: z.literal('slim.ordered'),
    job: text,
    variant,
    parent: variant,
    by: text,
    drop: z.array(variant).min(1).max(MAX_DROPPED),
  }),
  z.strictObject({
    type: z.literal('expansion.made'),
    job: text,
    variant,
    sha,
    tree: sha,
    summary: text,
    predicted: z
      .array(z.strictObject({ task, change: z.enum(PREDICTABLE), chance: share }))
      .min(1)
      .max(MAX_PREDICTIONS)
      .exactOptional(),
    unreverted: z.array(variant).min(1).max(MAX_DROPPED).exactOptional(),
    ...proposed,
    ...measured,
  }),
  z.strictObject({
    type: z.literal('expansion.failed'),
    job: text,
    variant,
    stage: z.enum(['diagnose', 'modify', 'validate', 'check']),
    reason: text,
    title: text.exactOptional(),
    twin: variant.exactOptional(),
    ...proposed,
    ...measured,
  }),
  z.strictObject({ type: z.literal('expansion.lost'), job: text, variant, reason: text }),
  z.strictObject({
    type: z.literal('evaluation.ordered'),
    job: text,
    decision: count.nullable(),
    variant,
    tasks: z.array(task),
    split,
    round,
  }),
  z.strictObject({
    type: z.literal('evaluation.done'),
    job: text,
    variant,
    task,
    split,
    round,
    outcome,
    score: z.number().min(0).max(1).exactOptional(),
    signs: signs.exactOptional(),
    tokens: count.exactOptional(),
    wavers: yes,
    voided: yes,
    ...measured,
  }),
  z.strictObject({
    type: z.literal('evaluation.noResult'),
    job: text,
    variant,
    task,
    split,
    round,
    reason: text,
    began: yes,
  }),
  z.strictObject({
    type: z.literal('job.retried'),
    job: text,
    variant,
    split,
    round,
    tasks: z.array(task),
    attempt: z.int().min(1),
    reason: text,
    log: text.exactOptional(),
    began: yes,
    whole: yes,
  }),
  z.strictObject({
    type: z.literal('preflight.done'),
    job: text,
    findings: z.array(z.strictObject({ about: z.enum(FINDINGS), fatal: z.boolean(), text })),
    ...measured,
  }),
  z.strictObject({
    type: z.literal('job.charged'),
    job: text,
    variant,
    attempt: z.int().min(1),
    costUSD: amount,
    assumed: z.literal(true).exactOptional(),
    reason: text,
  }),
  z.strictObject({ type: z.literal('variant.pruned'), variant, by: text }),
  z.strictObject({ type: z.literal('variant.restored'), variant, by: text }),
  z.strictObject({
    type: z.literal('heldout.opened'),
    variant,
    grant: grant.exactOptional(),
    leftOut: z.array(task).exactOptional(),
  }),
  z.strictObject({
    type: z.literal('heldout.extended'),
    variant,
    by: text,
    grant,
    leftOut: z.array(task).exactOptional(),
    costUSD: amount.exactOptional(),
  }),
  z.strictObject({ type: z.literal('heldout.looked'), variant, round: count, allowed: share }),
  z.strictObject({ type: z.literal('heldout.repeated'), variant, base: commit, merged: commit }),
  z.strictObject({ type: z.literal('heldout.done'), variant, gate }),
  z.strictObject({ type: z.literal('variant.promoted'), variant, sha, merge: sha.nullable() }),
]);

/** Of no type that anything has when a kind of event is missing above. */
const event: z.ZodType<ArchiveEvent['type'] extends z.output<typeof known>['type'] ? ArchiveEvent : never> = known;

/** A journal entry from outside. */
export const entrySchema = z.strictObject({ seq: z.int().min(1), at: z.iso.datetime(), event });

/** @throws HuxleyError `journal.damaged`, naming the place, when the value is no event. */
export function parseEvent(value: unknown, place: string): ArchiveEvent {
  const parsed = event.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HuxleyError(
    'journal.damaged',
    `${place} is not an event: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`,
    `Restore the journal from a backup, or rebuild it from GitHub with ${commandLine('recover')}.`,
    { cause: parsed.error },
  );
}
