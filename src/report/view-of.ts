import { type Archive, barredBy, budgetUsed, cellOutcome, findVariant, type Variant } from '../archive/archive.ts';
import { resolvedOf, rootRounds } from '../archive/tries.ts';
import { type JobId, ROOT, type VariantId, variantId, variantNumber } from '../model/ids.ts';
import type { Birth, Decided } from '../model/memory/birth.ts';
import { droppedOf } from '../model/memory/slim.ts';
import { choose, rankForChoice, viewOf } from '../search/decide.ts';
import { plateauOf } from '../search/plateau/plateau.ts';
import type { Belief, Policy } from '../search/policies/policy.ts';
import { baseRates, calibration, judge, scoreOf } from '../search/predictions/score.ts';
import { decisionText } from './reason.ts';
import type { Tally } from './text/figures.ts';
import { levelText } from './verdict/level-text.ts';
import { type RunView, SEALED_REASON, type VariantState, type VariantView, type WorkView } from './view.ts';
import { yieldTables } from './yields/yields.ts';

/** What a view needs besides the archive. */
export interface ViewSource {
  readonly archive: Archive;
  readonly policy: Policy;
  readonly attention: readonly string[];
  /** Absent where a server does the controller's work. */
  readonly ticks?: RunView['ticks'];
  /** Numbers of the variants' pull requests, where they are known. */
  readonly pulls?: ReadonlyMap<VariantId, number>;
  /** Where the workflow runs of jobs in flight are, as far as they are known. */
  readonly workflowRuns?: ReadonlyMap<JobId, string>;
  /** The time it is, to say for how long work has been in flight. */
  readonly now: Date;
}

/** The run as people see it, from its archive. */
export function runView({ archive, policy, attention, ticks = null, pulls, workflowRuns, now }: ViewSource): RunView {
  const { settings, search } = archive;
  const status = statusOf(archive);
  const ranking = rankForChoice(viewOf(archive), policy);
  const beliefs = new Map(ranking.map((belief, place) => [belief.variant, { ...belief, place }]));
  const best = archive.outcome?.shipped ?? archive.opened ?? variantId(choose(archive, ranking).best.variant);
  const decisions = decisionsOf(archive);
  const promises = lastPromises(decisions);
  const predictions = predictionsOf(archive, policy);
  const variants = search.variants.flatMap((variant) =>
    variant === undefined
      ? []
      : [
          {
            ...variantView(
              archive,
              variant,
              beliefs.get(variant.number),
              best,
              promises.get(variant.id),
              pulls?.get(variant.id) ?? null,
            ),
            ...predictions.of(variant),
          },
        ],
  );
  return {
    run: settings.run,
    status,
    outcome: archive.outcome && { kind: archive.outcome.outcome, reason: archive.outcome.reason },
    policy: settings.policy.name,
    seed: settings.seed,
    suite: settings.suite.name,
    budget: { used: budgetUsed(archive), total: settings.budget },
    costUSD: { spent: archive.spentUSD, limit: settings.costUSD },
    rootMeasured: status === 'measuring the root' ? rootMeasured(archive, now) : null,
    best,
    variants,
    inFlight: workInFlight(archive, workflowRuns, now),
    gate: archive.gate,
    heldOutTasks: settings.heldOut.length,
    heldOutDone: variants.reduce((sum, { heldOut }) => sum + heldOut.n, 0),
    heldOutPlanned: heldOutPlanned(archive),
    level: levelOf(archive),
    calibration: settings.calibrate
      ? { ...settings.calibrate, done: tallied(search.variants[0]!.own).n, of: rootAttempts(archive) }
      : null,
    measure: settings.measure ? { ...settings.measure, base: settings.root.sha, ...measured(archive, variants) } : null,
    plateau: status === 'searching' ? plateauView(archive, policy, best) : null,
    ...predictions.all,
    yields: yieldTables(archive, policy, beliefs),
    ticks,
    attention,
    guidance: archive.guidance.flatMap(({ by, text, dropped }, at) => (dropped ? [] : [{ n: at + 1, by, text }])),
    decisions: decisions.map(({ n, decision }) => ({ n, what: decisionText(decision), why: decision.reason.text })),
    rehearsal: archive.rehearsal,
  };
}

function plateauView(archive: Archive, policy: Policy, best: VariantId): RunView['plateau'] {
  const plateau = plateauOf(archive, policy, variantNumber(best));
  return plateau && { ...plateau, canExpand: viewOf(archive).canExpand };
}

/** What was predicted, by variant and all together; nothing where nothing was. */
function predictionsOf(
  archive: Archive,
  policy: Policy,
): {
  readonly of: (variant: Variant) => Pick<VariantView, 'predictions'>;
  readonly all: Pick<RunView, 'predictions'>;
} {
  const { search } = archive;
  const judged = new Map(
    search.variants.flatMap((variant) =>
      variant?.predicted ? [[variant.number, judge(search, variant)] as const] : [],
    ),
  );
  if (judged.size === 0) return { of: () => ({}), all: {} };
  const rates = baseRates(search);
  const together = [...judged.values()].flat();
  return {
    of: ({ number }) => {
      const own = judged.get(number);
      return own === undefined ? {} : { predictions: { judged: own, score: scoreOf(own, rates) } };
    },
    all: {
      predictions: {
        variants: judged.size,
        score: scoreOf(together, rates),
        calibration: calibration(together),
        ...(policy.predictions && { trusted: policy.predictions(viewOf(archive)).trust > 0 }),
      },
    },
  };
}

function statusOf(archive: Archive): RunView['status'] {
  const { status, search, settings } = archive;
  switch (status) {
    case 'running': {
      const root = search.variants[0]!;
      if (settings.measure) return 'measuring';
      if (settings.calibrate) return archive.heldOutOrders.jobs > 0 ? 'held-out' : 'measuring the root';
      if (
        root.own.resolved + root.own.unresolved < rootAttempts(archive) &&
        search.live === 1 &&
        search.expanding === 0
      )
        return 'measuring the root';
      return budgetUsed(archive) >= settings.budget ? 'waiting for the last results' : 'searching';
    }
    case 'judging':
      return 'held-out';
    default:
      return status;
  }
}

/** What is measured of a pull request: the held-out tasks once they are open, though it began with search tasks. */
function measured(
  archive: Archive,
  variants: readonly VariantView[],
): Pick<NonNullable<RunView['measure']>, 'sealed' | 'done' | 'evaluations'> {
  const { sealed, evaluations } = archive.settings.measure!;
  const of = (split: 'own' | 'heldOut') => variants.reduce((sum, variant) => sum + variant[split].n, 0);
  if (archive.opened === null) return { sealed, evaluations, done: of('own') };
  return { sealed: true, evaluations: heldOutPlanned(archive), done: of('heldOut') };
}

function rootAttempts({ search, settings }: Archive): number {
  return search.tasks.length * rootRounds(settings);
}

/** Jobs end one by one, so the time that is left follows from what the results so far took. */
function rootMeasured(archive: Archive, now: Date): RunView['rootMeasured'] {
  const { search, startedAt, lastOutcomeAt } = archive;
  const { resolved, unresolved } = search.variants[0]!.own;
  const [done, of] = [resolved + unresolved, rootAttempts(archive)];
  if (startedAt === null || lastOutcomeAt === null || done === 0) return { done, of, secondsLeft: null };
  const started = Date.parse(startedAt);
  const each = (Date.parse(lastOutcomeAt) - started) / 1_000 / done;
  return { done, of, secondsLeft: Math.max(0, of * each - (now.getTime() - started) / 1_000) };
}

function variantView(
  archive: Archive,
  variant: Variant,
  belief: (Belief & { readonly place: number }) | undefined,
  best: VariantId,
  promise: number | undefined,
  pull: number | null,
): VariantView {
  return {
    variant: variant.id,
    parent: variant.number === 0 ? null : variantId(variant.parent),
    operator: variant.operator,
    ...(variant.birth?.adopted ? { adopted: variant.birth.adopted } : {}),
    ...(variant.birth?.idea ? { idea: variant.birth.idea } : {}),
    ...(variant.birth?.models ? { models: variant.birth.models } : {}),
    ...(variant.birth?.slim ? { slim: slimView(variant.birth.slim) } : {}),
    state: stateOf(archive, variant, best),
    pull,
    own: tallied(variant.own),
    same: {
      root: onTasksOf(variant, archive.search.variants[0]),
      parent: onTasksOf(variant, archive.search.variants[variant.parent]),
    },
    clade: tallied(variant.clade),
    heldOut: heldOutTally(archive, variant.id),
    promise: promise ?? null,
    lower: belief?.lower ?? null,
    place: belief?.place ?? null,
    tampered: variant.tampered,
    voids: variant.voids,
    costUSD: variant.costUSD,
    tokensPerSolved:
      variant.tokens === null || variant.own.resolved === 0 ? null : variant.tokens / variant.own.resolved,
    summary: variant.number === 0 ? 'the root: the default branch as the run found it' : variant.summary,
    failure: variant.proposed === null ? null : (variant.failure?.reason ?? null),
    spent: archive.outcome === null && variant.active && !viewOf(archive).expandable(variant.number),
  };
}

function slimView(slim: NonNullable<Birth['slim']>): NonNullable<VariantView['slim']> {
  return { by: slim.by, dropped: droppedOf(slim), unreverted: slim.unreverted ?? [] };
}

function stateOf(archive: Archive, variant: Variant, best: VariantId): VariantState {
  if (archive.promoted === variant.id) return archive.outcome?.outcome === 'merged' ? 'merged' : 'offered';
  switch (variant.state) {
    case 'reserved':
    case 'expanding':
      return 'being made';
    case 'failed':
      return variant.failure?.stage === 'check' ? 'did not pass its own check' : 'could not be made';
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

/** What another variant's attempts came to on the search tasks this one was measured on. */
function onTasksOf(variant: Variant, other: Variant | undefined): Tally {
  let resolved = 0;
  let n = 0;
  variant.cells.forEach((code, task) => {
    if (other === undefined || cellOutcome(code) === undefined) return;
    const tries = resolvedOf(other, task);
    n += tries.n;
    resolved += tries.resolved;
  });
  return { resolved, n };
}

function levelOf({ opened, comparisons, settings }: Archive): string | null {
  const grant = opened === null ? undefined : comparisons.get(opened)?.grants.at(-1);
  return grant === undefined
    ? null
    : levelText({ confidence: settings.confidence, promise: settings.gate!.promise }, grant);
}

/** Held-out evaluations until the comparison ends at the latest. */
function heldOutPlanned({ settings, opened, comparisons }: Archive): number {
  if (settings.calibrate) return settings.calibrate.attempts * settings.heldOut.length;
  const comparison = opened === null ? undefined : comparisons.get(opened);
  const round = 2 * (settings.heldOut.length - (comparison?.leftOut.length ?? 0));
  const { after = 0, evaluations = 0 } = comparison?.grants.at(-1) ?? {};
  return Math.max(1, Math.floor((after + evaluations) / round)) * round;
}

function heldOutTally(archive: Archive, variant: VariantId): Tally {
  const outcomes = heldOutOutcomes(archive, variant);
  return { resolved: outcomes.filter((outcome) => outcome === 'resolved').length, n: outcomes.length };
}

function heldOutOutcomes(archive: Archive, variant: VariantId) {
  return (archive.heldOut.get(variant) ?? []).flatMap(({ codes }) =>
    [...codes].flatMap((code) => cellOutcome(code) ?? []),
  );
}

function decisionsOf({ lastDecision }: Archive): readonly Decided[] {
  const decisions: Decided[] = [];
  for (let at = lastDecision; at !== null; at = at.before) decisions.push(at);
  return decisions.reverse();
}

/** Each variant's posterior mean as the last expansion decision that weighed it had it. */
function lastPromises(decisions: readonly Decided[]): Map<VariantId, number> {
  return new Map(
    decisions.flatMap(({ decision }) =>
      decision.type === 'expand' ? decision.reason.candidates.map(({ variant, mean }) => [variant, mean] as const) : [],
    ),
  );
}

function workInFlight(archive: Archive, urls: ViewSource['workflowRuns'], now: Date): WorkView[] {
  return [...archive.jobs.values()].map(({ job, kind, variant, split, tasks, since, retry }) => {
    const parent = findVariant(archive, variant)?.parent ?? 0;
    const what =
      kind === 'expand'
        ? `expand ${variantId(parent)} into ${variant}`
        : `evaluate ${variant} on ${tasks.length} ${split === 'heldout' ? 'held-out ' : ''}${tasks.length === 1 ? 'task' : 'tasks'}`;
    const seconds = since === null ? null : Math.max(0, (now.getTime() - Date.parse(since)) / 1_000);
    return {
      what,
      since,
      seconds,
      url: urls?.get(job) ?? null,
      again: retry && {
        ...{ attempt: retry.attempt, log: retry.log },
        reason: split === 'heldout' && archive.opened === null ? SEALED_REASON : retry.reason,
      },
    };
  });
}
