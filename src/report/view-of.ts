import { type Archive, barredBy, budgetUsed, cellOutcome, findVariant, type Variant } from '../archive/archive.ts';
import type { ArchiveEventOf, ExpansionStage, JournalEntry } from '../model/event.ts';
import { ROOT, type VariantId, variantId } from '../model/ids.ts';
import { rankForChoice, viewOf } from '../search/decide.ts';
import type { Belief, Policy } from '../search/policies/policy.ts';
import { decisionText } from './reason.ts';
import type { Tally } from './text/figures.ts';
import type { RunView, VariantState, VariantView, WorkView } from './view.ts';

/** What a view needs besides the archive. */
export interface ViewSource {
  readonly archive: Archive;
  readonly policy: Policy;
  readonly entries: readonly JournalEntry[];
  readonly attention: readonly string[];
  /** Numbers of the variants' pull requests, where they are known. */
  readonly pulls?: ReadonlyMap<VariantId, number>;
  /** The time it is, to say for how long work has been in flight. */
  readonly now: Date;
}

/** The run as people see it, from its archive and journal. */
export function runView({ archive, policy, entries, attention, pulls, now }: ViewSource): RunView {
  const { settings, search } = archive;
  const status = statusOf(archive);
  const beliefs = new Map(rankForChoice(viewOf(archive), policy).map((belief) => [belief.variant, belief]));
  const best = archive.outcome?.shipped ?? archive.opened ?? variantId(beliefs.keys().next().value ?? 0);
  const failures = failedStages(entries);
  const promises = lastPromises(entries);
  const variants = search.variants.flatMap((variant) =>
    variant === undefined
      ? []
      : [
          variantView(
            archive,
            variant,
            beliefs.get(variant.number),
            best,
            failures.get(variant.id),
            promises.get(variant.id),
            pulls?.get(variant.id) ?? null,
          ),
        ],
  );
  return {
    run: settings.run,
    status,
    outcome: archive.outcome && { kind: archive.outcome.outcome, reason: archive.outcome.reason },
    policy: settings.policy.name,
    seed: settings.seed,
    suite: entries.flatMap(({ event }) => (event.type === 'run.started' ? [event.suite.name] : []))[0] ?? '',
    budget: { used: budgetUsed(archive), total: settings.budget },
    costUSD: { spent: archive.spentUSD, limit: settings.costUSD },
    rootMeasured: status === 'measuring the root' ? rootMeasured(archive, entries, now) : null,
    best,
    variants,
    inFlight: workInFlight(archive, entries, now),
    gate: archive.gate,
    heldOutTasks: settings.heldOut.length,
    heldOutDone: variants.reduce((sum, { heldOut }) => sum + heldOut.n, 0),
    attention,
    decisions: entries.flatMap(({ event }) =>
      event.type === 'decision.made'
        ? [{ n: event.n, what: decisionText(event.decision), why: event.decision.reason.text }]
        : [],
    ),
    rehearsal: entries.some(({ event }) => 'rehearsal' in event),
  };
}

function statusOf(archive: Archive): RunView['status'] {
  const { status, search, settings } = archive;
  switch (status) {
    case 'running': {
      const root = search.variants[0]!;
      if (root.own.resolved + root.own.unresolved < search.tasks.length && search.live === 1 && search.expanding === 0)
        return 'measuring the root';
      return budgetUsed(archive) >= settings.budget ? 'waiting for the last results' : 'searching';
    }
    case 'judging':
      return 'held-out';
    default:
      return status;
  }
}

/** Jobs end one by one, so the time that is left follows from what the results so far took. */
function rootMeasured({ search }: Archive, entries: readonly JournalEntry[], now: Date): RunView['rootMeasured'] {
  const { resolved, unresolved } = search.variants[0]!.own;
  const [done, of] = [resolved + unresolved, search.tasks.length];
  const seconds = (now.getTime() - Date.parse(entries[0]!.at)) / 1_000;
  const lastResult = entries.findLast(({ event }) => event.type === 'evaluation.done')?.at;
  if (lastResult === undefined || done === 0) return { done, of, secondsLeft: null };
  const each = (Date.parse(lastResult) - Date.parse(entries[0]!.at)) / 1_000 / done;
  return { done, of, secondsLeft: Math.max(0, of * each - seconds) };
}

function variantView(
  archive: Archive,
  variant: Variant,
  belief: Belief | undefined,
  best: VariantId,
  failure: ArchiveEventOf<'expansion.failed'> | undefined,
  promise: number | undefined,
  pull: number | null,
): VariantView {
  return {
    variant: variant.id,
    parent: variant.number === 0 ? null : variantId(variant.parent),
    operator: variant.operator,
    state: stateOf(archive, variant, best, failure?.stage),
    pull,
    own: tallied(variant.own),
    same: {
      root: onTasksOf(variant, archive.search.variants[0]),
      parent: onTasksOf(variant, archive.search.variants[variant.parent]),
    },
    clade: tallied(variant.clade),
    heldOut: heldOutTally(archive, variant.id),
    promise: promise ?? null,
    lower: belief?.lower ?? 0,
    tampered: variant.tampered,
    voids: variant.voids,
    costUSD: variant.costUSD,
    summary:
      variant.number === 0 ? 'the root: the default branch as the run found it' : (failure?.reason ?? variant.summary),
  };
}

function stateOf(archive: Archive, variant: Variant, best: VariantId, stage: ExpansionStage | undefined): VariantState {
  if (archive.promoted === variant.id) return archive.outcome?.outcome === 'merged' ? 'merged' : 'offered';
  switch (variant.state) {
    case 'reserved':
    case 'expanding':
      return 'being made';
    case 'failed':
      return stage === 'check' ? 'did not pass its own check' : 'could not be made';
    case 'lost':
      return 'could not be made';
    case 'live':
      if (barredBy(archive.search, variant.number)) return 'tampered';
      if (!variant.active) return 'pruned';
      if (variant.id === ROOT) return 'root';
      if (variant.id === best) return 'best';
      if (variant.own.resolved + variant.own.unresolved > 0) return 'measured';
      return archive.outcome === null ? 'waits for evidence' : 'never measured';
  }
}

function tallied({ resolved, unresolved }: Variant['own']): Tally {
  return { resolved, n: resolved + unresolved };
}

/** What another variant came to on the search tasks this one was measured on. */
function onTasksOf({ cells }: Variant, other: Variant | undefined): Tally {
  let resolved = 0;
  let n = 0;
  cells.forEach((code, task) => {
    const outcome = cellOutcome(other?.cells[task]);
    if (cellOutcome(code) === undefined || outcome === undefined) return;
    n++;
    if (outcome === 'resolved') resolved++;
  });
  return { resolved, n };
}

function heldOutTally(archive: Archive, variant: VariantId): Tally {
  const outcomes = heldOutOutcomes(archive, variant);
  return { resolved: outcomes.filter((outcome) => outcome === 'resolved').length, n: outcomes.length };
}

function heldOutOutcomes(archive: Archive, variant: VariantId) {
  return [...(archive.heldOut.get(variant) ?? [])].flatMap((code) => cellOutcome(code) ?? []);
}

function failedStages(entries: readonly JournalEntry[]): Map<VariantId, ArchiveEventOf<'expansion.failed'>> {
  return new Map(
    entries.flatMap(({ event }) => (event.type === 'expansion.failed' ? [[event.variant, event] as const] : [])),
  );
}

/** Each variant's posterior mean as the last expansion decision that weighed it had it. */
function lastPromises(entries: readonly JournalEntry[]): Map<VariantId, number> {
  return new Map(
    entries.flatMap(({ event }) =>
      event.type === 'decision.made' && event.decision.type === 'expand'
        ? event.decision.reason.candidates.map(({ variant, mean }) => [variant, mean] as const)
        : [],
    ),
  );
}

function workInFlight(archive: Archive, entries: readonly JournalEntry[], now: Date): WorkView[] {
  const since = new Map(
    entries.flatMap(({ at, event }) =>
      event.type === 'expansion.ordered' || event.type === 'evaluation.ordered' ? [[event.job, at] as const] : [],
    ),
  );
  const again = new Map(
    entries.flatMap(({ event }) =>
      event.type === 'job.retried'
        ? [[event.job, { attempt: event.attempt, reason: event.reason, log: event.log ?? null }] as const]
        : [],
    ),
  );
  return [...archive.jobs.values()].map(({ job, kind, variant, split, tasks }) => {
    const parent = findVariant(archive, variant)?.parent ?? 0;
    const what =
      kind === 'expand'
        ? `expand ${variantId(parent)} into ${variant}`
        : `evaluate ${variant} on ${tasks.length} ${split === 'heldout' ? 'held-out ' : ''}${tasks.length === 1 ? 'task' : 'tasks'}`;
    const started = since.get(job) ?? null;
    const seconds = started === null ? null : Math.max(0, (now.getTime() - Date.parse(started)) / 1_000);
    return { what, since: started, seconds, again: again.get(job) ?? null };
  });
}
