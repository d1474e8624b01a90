import { openCount, type SearchState, type Variant } from '../../../archive/archive.ts';
import type { Candidate } from '../../../model/decision.ts';
import { type VariantId, variantId } from '../../../model/ids.ts';
import type { PredictionRecord } from '../../../model/memory/prediction.ts';
import type { Rng } from '../../../model/rng.ts';
import { TreeBelief } from '../../belief/belief.ts';
import { LINK } from '../../belief/difficulties.ts';
import { normalCdf } from '../../belief/special.ts';
import { argmax, evaluations, exhausted, expansionsOf, measurable, unmeasured } from '../actions.ts';
import { type Belief, type Policy, type PolicyKind, type Proposal, policyKind, type View } from '../policy.ts';
import { count, reasonOf } from '../reason.ts';
import { BeliefEnsemble, type Estimate } from './belief-ensemble.ts';
import { HASTE, unseenChildren } from './in-flight.ts';
import { HUXLEY_PARAMS, type HuxleyParams, priorOf } from './params.ts';

/**
 * Huxley's own policy. It believes in a Rasch model along the tree (`TreeBelief`) and always works on the variant with the
 * highest promise: ability, what its clade's drift adds over a horizon that shrinks with the budget, optimism about what is
 * uncertain, and how often its expansions succeed, less what it has in flight. That variant is expanded once it is known not to be broken, else it is run
 * on tasks that tell much. The last part of the budget verifies the best few; an ensemble of beliefs chooses what is shipped.
 */
export const huxley: PolicyKind = policyKind({
  name: 'huxley',
  summary:
    'believes in task difficulties and heredity, works on the most promising variant, lets an ensemble of beliefs choose',
  params: HUXLEY_PARAMS,
  create: (params) => new Huxley(params),
});

class Huxley implements Policy {
  readonly spec;
  readonly #params: HuxleyParams;
  #belief: TreeBelief | undefined;
  #ensemble: BeliefEnsemble | undefined;

  constructor(params: HuxleyParams) {
    this.#params = params;
    this.spec = { name: huxley.name, params };
  }

  propose(view: View, rng: Rng): Proposal {
    const kept = Math.max(this.#params.verifyShare * view.budget, view.expansionCost + 1);
    const belief = this.#believe(view.search);
    return view.left <= kept ? this.#verify(view, rng, belief) : this.#search(view, rng, belief);
  }

  /** By caution; those that do not clear the hurdle above the root come after it. */
  rank(view: View): Belief[] {
    const { caution, hurdle } = this.#params;
    const verdicts = this.#consult(view.search).estimates(view.search);
    const root = verdicts.find(({ variant }) => variant === 0)!;
    const clears = ({ variant, mean, sd }: Estimate) => variant === 0 || mean - root.mean >= hurdle * sd;
    return verdicts
      .map((verdict) => ({ ...verdict, score: verdict.mean - caution * verdict.sd, clears: clears(verdict) }))
      .sort((a, b) => Number(b.clears) - Number(a.clears) || b.score - a.score || a.variant - b.variant)
      .map(({ clears: _, ...belief }) => belief);
  }

  chanceOfBetter(view: View, best: number, expansions: number, margin: number, rng: Rng): number {
    const { search } = view;
    const ensemble = this.#consult(search);
    const likely = ensemble
      .estimates(search)
      .filter(({ variant }) => view.expandable(variant))
      .sort((a, b) => b.mean + b.sd - (a.mean + a.sd) || a.variant - b.variant)
      .slice(0, NEXT_PARENTS);
    if (likely.length === 0) return 0;
    const parents = likely.map(({ variant }) => ensemble.node(variant));
    // As if two had been seen, one of them made.
    const made = (search.expansionsMade + 1) / (search.expansionsMade + search.expansionsFailed + 2);
    return ensemble.chanceOfBetter({ best: ensemble.node(best), parents, expansions, made, margin }, rng);
  }

  worthOf(search: SearchState): (variant: number) => number {
    const belief = this.#believe(search);
    return (variant) => {
      const node = belief.node(variant);
      const gain = belief.abilityIfWorking(node) - belief.ability(belief.parent(node));
      return belief.works(node) / (1 + Math.exp(-gain / this.#params.gainSd));
    };
  }

  draws(search: SearchState, variants: readonly number[], about: number, rng: Rng): number[][] {
    return this.#consult(search).draws(variants, about, rng);
  }

  #search(view: View, rng: Rng, belief: TreeBelief): Proposal {
    const { search } = view;
    const { expandAfter, minEvaluations, workingProbability, looks } = this.#params;
    const { ahead, promises, abilities, leader, lead, ...top } = this.#promises(view, rng, belief);
    if (view.inFlight > 0 && lead > HASTE[view.prefer].patience)
      return {
        type: 'wait',
        reason: () =>
          reasonOf(
            `${variantId(belief.numberOf[leader]!)} leads, and what it has in flight tells more than another job`,
          ),
      };
    const spent: VariantId[] = [];
    let { best } = top;
    while (isSpent(view, search.variants[belief.numberOf[best]!]!)) {
      spent.push(variantId(belief.numberOf[best]!));
      promises[best] = Number.NEGATIVE_INFINITY;
      best = argmax(promises);
      if (promises[best] === Number.NEGATIVE_INFINITY) return this.#verify(view, rng, belief);
    }
    const variant = search.variants[belief.numberOf[best]!]!;
    const tried = evaluations(variant) + variant.inFlight;
    const works = belief.works(best);
    const open = measurable(view, variant).length > 0;
    const known = tried >= expandAfter || (tried >= minEvaluations && works >= workingProbability) || !open;
    const numbers = { horizon: ahead, works, ability: belief.ability(best), drift: belief.drift(best) };
    // Whoever reads the reason reads it later, when the belief has moved on.
    const successOf = belief.successNow();
    const numberOf = belief.numberOf.slice();
    const reason = (text: string) => () => {
      // As shares of tasks: logits tell people nothing.
      const share = (value: number) => (value === Number.NEGATIVE_INFINITY ? value : successOf(value));
      const leave = spent.length === 1 ? 'leaves' : 'leave';
      const but = spent.length === 0 ? '' : `, but for ${spent.join(', ')}, which ${leave} nothing new to learn from`;
      const leads = `${variant.id} has the highest promise (${share(promises[best]!).toFixed(2)}) of ${count(search.live, 'variant')}${but}`;
      const candidates = shown(search, numberOf, promises.map(share), abilities.map(share));
      return { text: `${leads}; ${text}`, candidates, numbers };
    };
    const expandable = view.expandable(variant.number);
    if (known && view.canExpand && this.#canMeasure(view) && expandable)
      return {
        type: 'expand',
        parent: variant.number,
        reason: reason(`it most likely works (${works.toFixed(2)})`),
      };
    if (known && view.canExpand && expandable) return this.#verify(view, rng, belief);
    if (!open || view.batch < 1) return exhausted(view);
    return {
      type: 'evaluate',
      variant: variant.number,
      // More at once than make it known would be bought blindly.
      ...this.#telling(
        view,
        belief,
        variant,
        Math.min(view.batch, this.#sideBySide(view) ? looks : Math.max(1, expandAfter - tried)),
        rng,
      ),
      reason: reason(
        known && view.canExpand
          ? 'every operator has been given all it has failed, so it must fail something new first'
          : `whether it works must be seen first (${works.toFixed(2)} after ${count(tried, 'evaluation')})`,
      ),
    };
  }

  /** Every variant's promise by node, the best, and the one that would be best if what is in flight did not count. */
  #promises(view: View, rng: Rng, belief: TreeBelief) {
    const { search } = view;
    const { temperature, horizon, fade, faith, optimism, driftOptimism, expansionYield } = this.#params;
    const { crowding, crowdingAbove, expandAfter, minEvaluations } = this.#params;
    const unseen = this.#sideBySide(view) ? unseenChildren(search, crowdingAbove, expandAfter) : null;
    const ahead = horizon * (view.left / view.budget) ** fade;
    const far = driftOptimism * ahead;
    const promises = new Float64Array(belief.size).fill(Number.NEGATIVE_INFINITY);
    const abilities = new Float64Array(belief.size);
    let best = 0;
    let leader = 0;
    let highest = Number.NEGATIVE_INFINITY;
    for (let node = 0; node < belief.size; node++) {
      const variant = search.variants[belief.numberOf[node]!]!;
      if (!variant.active) continue;
      const ability = belief.ability(node);
      abilities[node] = ability;
      const sd = Math.sqrt(belief.abilityVar(node));
      const spread = belief.abilityVar(node) + 2 * far * belief.covariance(node) + far * far * belief.driftVar(node);
      let promise =
        ability +
        faith * (belief.abilityIfWorking(node) - ability) +
        ahead * belief.drift(node) +
        optimism * Math.sqrt(Math.max(0, spread)) +
        expansionYield * Math.log(yieldOf(view, variant));
      if (temperature > 0) {
        const driftSd = Math.sqrt(belief.driftVar(node));
        promise += temperature * (sd * rng.normal() + ahead * driftSd * rng.normal());
      }
      if (promise > highest) {
        leader = node;
        highest = promise;
      }
      if (unseen) {
        promise -= crowding * unseen[variant.number]!;
        if (variant.inFlight > 0 && evaluations(variant) < minEvaluations) promise -= HASTE[view.prefer].unseen;
      }
      promises[node] = promise;
      if (promise > promises[best]!) best = node;
    }
    return { ahead, promises, abilities, best, leader, lead: highest - promises[best]! };
  }

  /** Whether what is in flight counts. Runs from before that went without. */
  #sideBySide({ concurrency }: View): boolean {
    return concurrency > 1 && this.#params.crowding > 0;
  }

  /** Whether what is left after an expansion pays a first look at the child, and at every other of which nothing is known. */
  #canMeasure({ left, expansionCost, search }: View): boolean {
    const waiting = unmeasured(search).length + search.expanding + 1;
    return this.#params.first === 0 || left - expansionCost >= this.#params.first * waiting;
  }

  /** The last part of the budget: a first look at what was made, then evaluations of what the ensemble might ship. */
  #verify(view: View, rng: Rng, belief: TreeBelief): Proposal {
    if (view.batch < 1) return exhausted(view);
    const { search } = view;
    const unknown = this.#params.first > 0 ? unmeasured(search) : [];
    if (unknown.length > 0) {
      const each = Math.max(1, Math.floor(view.left / unknown.length));
      return {
        type: 'evaluate',
        variant: unknown[0]!.number,
        ...this.#telling(view, belief, unknown[0]!, Math.min(view.batch, each, this.#params.expandAfter), rng),
        reason: () =>
          reasonOf(`${unknown[0]!.id} was made and nothing is known of it: the rest of the budget looks at it first`),
      };
    }
    const open = this.#consult(search)
      .estimates(search)
      .filter(({ variant }) => measurable(view, search.variants[variant]!).length > 0)
      .map((verdict) => ({ ...verdict, score: verdict.mean + this.#params.verifyOptimism * verdict.sd }))
      .sort((a, b) => b.score - a.score || a.variant - b.variant);
    const [first] = open;
    if (!first) return exhausted(view);
    const variant = search.variants[first.variant]!;
    return {
      type: 'evaluate',
      variant: variant.number,
      ...this.#telling(view, belief, variant, view.batch, rng),
      reason: () => ({
        text: `${variant.id} may be the one to ship: the rest of the budget verifies the best`,
        candidates: open.slice(0, 10).map((verdict) => candidate(search, verdict)),
      }),
    };
  }

  /** Tasks by how much they tell about the variant's ability, with chance, so that not only one kind of task is asked; all of one round. */
  #telling(view: View, belief: TreeBelief, variant: Variant, batch: number, rng: Rng) {
    const node = belief.node(variant.number);
    const names = new Set(this.#params.named > 0 ? variant.predicted?.map(({ task }) => task) : []);
    const ranked = measurable(view, variant)
      .map(({ task, round, tried }) => {
        const told = belief.information(node, task, tried, view.rules >= 4) * (1 + this.#params.variety * rng.next());
        return { task, round, value: told * (names.has(view.search.tasks[task]!) ? 1 + this.#params.named : 1) };
      })
      .sort((a, b) => b.value - a.value);
    const { round } = ranked[0]!;
    const tasks = ranked.filter((one) => one.round === round).slice(0, batch);
    return { tasks: tasks.map(({ task }) => task), round };
  }

  predictions({ search }: View): { readonly record: PredictionRecord; readonly trust: number } {
    const { record, value } = this.#believe(search).trust;
    return { record, trust: value };
  }

  easeOf(search: SearchState): (task: number) => number {
    const belief = this.#believe(search);
    const { slip } = this.#params;
    return (task) => {
      const spread = LINK + belief.abilityVar(0) + belief.difficultyVariance(task);
      return slip + (1 - 2 * slip) * normalCdf((belief.ability(0) - belief.difficulty(task)) / Math.sqrt(spread));
    };
  }

  follow(search: SearchState): void {
    this.#believe(search);
    this.#consult(search);
  }

  #believe(search: SearchState): TreeBelief {
    if (!this.#belief?.follow(search)) {
      this.#belief = new TreeBelief(priorOf(this.#params), search.tasks.length, true, search.predictions);
      this.#belief.follow(search);
    }
    return this.#belief;
  }

  #consult(search: SearchState): BeliefEnsemble {
    if (!this.#ensemble?.follow(search)) {
      this.#ensemble = new BeliefEnsemble(search.tasks.length, this.#params.named > 0);
      this.#ensemble.follow(search);
    }
    return this.#ensemble;
  }
}

/** Variants that more budget is taken to be spent on, to begin with. */
const NEXT_PARENTS = 3;

/** Whether nothing new is left to be learnt from a variant, nor by running it on a task it has not had. */
function isSpent({ canExpand, expandable }: View, variant: Variant): boolean {
  return canExpand && !expandable(variant.number) && openCount(variant) === 0;
}

/** How often a variant's expansions succeed, over how often all do. A variant's share starts there, as if two had been seen. */
function yieldOf(view: View, variant: Variant): number {
  const { expansionsMade, expansionsFailed } = view.search;
  const usual = (expansionsMade + 1) / (expansionsMade + expansionsFailed + 1);
  const { made, failed } = expansionsOf(view, variant);
  return (made + 2 * usual) / (made + failed + 2) / usual;
}

function shown(
  search: SearchState,
  numberOf: readonly number[],
  promises: Float64Array,
  means: Float64Array,
): Candidate[] {
  return numberOf
    .map((variant, node) => ({ variant, score: promises[node]!, mean: means[node]! }))
    .filter(({ score }) => score > Number.NEGATIVE_INFINITY)
    .sort((a, b) => b.score - a.score || a.variant - b.variant)
    .slice(0, 10)
    .map((entry) => candidate(search, entry));
}

function candidate(
  search: SearchState,
  { variant, mean, score }: Pick<Estimate, 'variant' | 'mean' | 'score'>,
): Candidate {
  const { resolved, unresolved } = search.variants[variant]!.own;
  return { variant: variantId(variant), resolved, unresolved, mean, draw: score };
}
