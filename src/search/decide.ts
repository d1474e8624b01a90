import { type Archive, budgetLeft, openTasks, rootOf, type Variant } from '../archive/archive.ts';
import { isOpenIn, rootRounds } from '../archive/tries.ts';
import type { Decision, Phase, Reason } from '../model/decision.ts';
import { ROOT, type VariantId, variantId } from '../model/ids.ts';
import type { PredictionRecord } from '../model/memory/prediction.ts';
import { decisionRng, type Rng } from '../model/rng.ts';
import { cheaperOnes } from './cheapest.ts';
import { assumeFailed } from './gate/assume-failed.ts';
import { chooseOperator, isExpandable } from './operator.ts';
import { unmeasured } from './policies/actions.ts';
import type { Belief, Policy, Proposal, View } from './policies/policy.ts';
import { count, reasonOf } from './policies/reason.ts';
import { chooseModels } from './shares/models.ts';
import { learningOf } from './shares/shares.ts';

/** The random numbers of the archive's next decision. */
function nextRng(archive: Archive): Rng {
  return decisionRng(archive.settings.seed, archive.decisions);
}

/**
 * What to do next. Pure: the same archive, policy and rng give the same decision, to the letter.
 *
 * First the root on every search task, outside the budget; then what the policy wishes; then the finals; then `stop`
 * with the best-belief variant. A calibration has the root alone, and stops with it. `wait` whenever nothing may start but work
 * in flight will change that; it is not to be recorded. Reasons are built when they are read.
 */
export function decide(archive: Archive, policy: Policy, rng: Rng = nextRng(archive)): Decision {
  const { settings, status, search, jobs } = archive;
  if (archive.outcome) return stop(archive.outcome.shipped, () => reasonOf('the run has ended'));
  if (status === 'judging')
    return stop(archive.opened!, () => reasonOf('the held-out tasks are open: the search is over'));
  if (status === 'paused') return wait(archive.note);
  const view = viewOf(archive);
  const halt = status === 'stopping' ? archive.note : overspent(archive);
  if (halt !== null && jobs.size > 0) return wait(`${halt}; ${inFlight(archive)}`);
  if (halt !== null) return settings.calibrate ? stop(ROOT, () => reasonOf(halt)) : ship(archive, policy, halt);
  if (jobs.size >= settings.concurrency) return wait(inFlight(archive));

  const root = rootOf(search);
  for (let round = 0; round < rootRounds(settings); round++) {
    const due = search.tasks.flatMap((_, task) => (isOpenIn(root, task, round) ? [task] : []));
    if (due.length > 0)
      return evaluate(archive, root, { tasks: due.slice(0, settings.batch), round }, 'root', () =>
        reasonOf(`the root is measured on every search task ${round === 0 ? '' : 'again '}first, outside the budget`),
      );
  }
  if (root.inFlight > 0) return wait('the root is measured first');
  if (settings.calibrate)
    return stop(ROOT, () => reasonOf('the root is measured on every search task: a calibration makes no variant'));

  const kept = finalsReserve(view, policy);
  const proposal: Proposal =
    kept > 0 && view.left <= kept ? rest('the rest of the budget is for the finals') : policy.propose(view, rng);
  switch (proposal.type) {
    case 'expand':
      return expand(archive, policy, proposal, rng);
    case 'evaluate':
      return evaluate(archive, search.variants[proposal.variant]!, proposal, 'search', proposal.reason);
    case 'wait':
      return wait(proposal.reason().text);
    case 'rest': {
      if (search.expanding > 0) return wait(inFlight(archive));
      const final = finals(archive, view, policy);
      if (final) return final;
      return jobs.size > 0 ? wait(inFlight(archive)) : ship(archive, policy, proposal.reason().text);
    }
  }
}

/** What the archive lets a policy see. */
export function viewOf(archive: Archive): View {
  const { settings, search } = archive;
  const left = budgetLeft(archive);
  return {
    search,
    seed: settings.seed,
    rules: settings.rules ?? 0,
    budget: settings.budget,
    left,
    expansionCost: settings.expansionCost,
    canExpand: left >= settings.expansionCost && left > 0,
    expandable: (variant) => isExpandable(search, variant, settings.rules ?? 0),
    batch: Math.max(0, Math.min(settings.batch, Math.floor(left))),
    concurrency: settings.concurrency,
    inFlight: archive.jobs.size,
    prefer: settings.prefer ?? 'time',
  };
}

/** What the final choice ranks: see `assumeFailed`. */
export function rankForChoice(view: View, policy: Policy): readonly Belief[] {
  return policy.rank({ ...view, search: assumeFailed(view.search) });
}

/** The variant that is to be shipped, of those ranked: the best, or for goal `cost` the cheapest of those not worse, else the root. */
export function choose(
  { search, settings: { gate } }: Archive,
  ranking: readonly Belief[],
): { readonly best: Belief; readonly because: string } {
  const [first] = ranking;
  if (gate?.goal !== 'cost')
    return { best: first!, because: `v${first!.variant} is best-belief of ${count(ranking.length, 'variant')}` };
  const cheaper = cheaperOnes(search, ranking, gate);
  const { variant, ratio } = cheaper[0] ?? { variant: 0, ratio: 1 };
  const alike = `believed to score within ${Number((100 * gate.margin).toPrecision(3))} points of the root`;
  return {
    best: ranking.find((belief) => belief.variant === variant)!,
    because:
      variant === 0
        ? `no variant ${alike} is clearly cheaper`
        : `v${variant} costs ${Math.round(100 * (1 - ratio))} % less than the root on the same tasks, the cheapest of ${count(cheaper.length, 'variant')} ${alike} and clearly cheaper`,
  };
}

function finalsReserve(view: View, { spec: { params } }: Policy): number {
  return (params.finalists ?? 0) > 0 ? Math.floor((params.finalsShare ?? 0) * view.budget) : 0;
}

/** Runs the best few on what search tasks they lack, best first. */
function finals(archive: Archive, view: View, policy: Policy): Decision | null {
  if (view.batch < 1) return null;
  const [unknown] = view.rules < 1 ? [] : unmeasured(view.search);
  if (unknown)
    return evaluate(archive, unknown, { tasks: openTasks(unknown).slice(0, view.batch) }, 'finals', () =>
      reasonOf(`${unknown.id} was made and nothing is known of it: what is left of the budget looks at it`),
    );
  if (!(policy.spec.params.finalists! > 0)) return null;
  const ranking = rankForChoice(view, policy);
  for (const { variant: number } of ranking.slice(0, policy.spec.params.finalists)) {
    const variant = archive.search.variants[number]!;
    const tasks = openTasks(variant);
    if (tasks.length === 0) continue;
    return evaluate(archive, variant, { tasks: tasks.slice(0, view.batch) }, 'finals', () =>
      reasonOf(`${variant.id} is a finalist with ${count(tasks.length, 'search task')} not yet run`),
    );
  }
  return null;
}

/**
 * Why money forbids new search work, or `null`. Kept back for the held-out comparison: the root and one variant on every
 * held-out task, in every round there must be, at what an evaluation has cost on average. Its last task is ordered only where
 * the most it may cost can be paid, and what is in flight and the next job will have been paid by then; older runs kept nothing for these.
 */
function overspent({ settings, search, spentUSD, measured, jobs }: Archive): string | null {
  if (settings.costUSD === null || settings.calibrate) return null;
  const each = measured.evaluations > 0 ? measured.costUSD / measured.evaluations : 0;
  let kept = 2 * settings.heldOut.length * (settings.repeats ?? 1) * each;
  if (settings.taskCostUSD !== undefined) {
    const expansions = search.expansionsMade + search.expansionsFailed;
    const expansion = expansions > 0 ? Math.max(0, spentUSD - measured.costUSD) / expansions : 4 * each;
    const flying = [...jobs.values()].map(({ kind, tasks }) => (kind === 'expand' ? expansion : tasks.length * each));
    const next = Math.max(settings.batch * each, expansion);
    kept += flying.reduce((sum, cost) => sum + cost, next) + Math.max(0, settings.taskCostUSD - each);
  }
  if (spentUSD + kept < settings.costUSD) return null;
  return `$${spentUSD.toFixed(2)} of $${settings.costUSD.toFixed(2)} is spent and $${kept.toFixed(2)} is kept for the held-out comparison`;
}

function inFlight({ jobs }: Archive): string {
  return `${count(jobs.size, 'job')} in flight`;
}

function ship(archive: Archive, policy: Policy, why: string): Decision {
  const { search } = archive;
  const view = viewOf(archive);
  const ranking = rankForChoice(view, policy);
  const { best, because } = choose(archive, ranking);
  const record = policy.predictions?.(view).record;
  const others = ranking.filter((belief) => belief !== best);
  const reason = () => ({
    text: `${why}; ${because}`,
    candidates: [best, ...others].slice(0, 10).map(({ variant, mean, score }) => {
      const { resolved, unresolved } = search.variants[variant]!.own;
      return { variant: variantId(variant), resolved, unresolved, mean, draw: score };
    }),
  });
  return stop(variantId(best.variant), reason, record && record.squares > 0 ? { predictions: record } : {});
}

function expand(
  { search, settings: { rules = 0, models: lists } }: Archive,
  policy: Policy,
  { parent, reason }: Extract<Proposal, { type: 'expand' }>,
  rng: Rng,
): Decision {
  const learning = learningOf(policy, search);
  const { operator, tasks, donor, why } = chooseOperator(search, parent, rng, rules, learning)!;
  const drawn = chooseModels(lists, search, learning, rng);
  return {
    type: 'expand',
    variant: variantId(search.variants.length),
    parent: variantId(parent),
    operator,
    tasks: tasks.map((task) => search.tasks[task]!),
    ...(donor === undefined ? {} : { donor: variantId(donor) }),
    ...(drawn === null ? {} : { models: drawn.models }),
    get reason() {
      const given = reason();
      return { ...given, text: `${given.text}; ${operator}: ${why}${drawn === null ? '' : `; ${drawn.why}`}` };
    },
  };
}

function evaluate(
  archive: Archive,
  variant: Variant,
  { tasks, round = 0 }: { readonly tasks: readonly number[]; readonly round?: number },
  phase: Phase,
  reason: () => Reason,
): Decision {
  return {
    type: 'evaluate',
    variant: variant.id,
    tasks: tasks.map((task) => archive.search.tasks[task]!),
    ...(round === 0 ? {} : { round }),
    phase,
    get reason() {
      return reason();
    },
  };
}

function rest(why: string): Proposal {
  return { type: 'rest', reason: () => reasonOf(why) };
}

function wait(why: string): Decision {
  return { type: 'wait', reason: reasonOf(why) };
}

function stop(
  shipped: VariantId,
  reason: () => Reason,
  learned: { readonly predictions?: PredictionRecord } = {},
): Decision {
  return {
    type: 'stop',
    shipped,
    ...learned,
    get reason() {
      return reason();
    },
  };
}
