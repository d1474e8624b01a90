import { openCount, openTasks, type SearchState, type Variant } from '../../archive/archive.ts';
import { type Prior, TreeBelief } from '../belief.ts';
import type { Belief, Param, Params, PolicyKind, Proposal, View } from '../policy.ts';
import { selectionParams } from '../policy.ts';
import { plain } from '../reason.ts';
import type { Rng } from '../rng.ts';

const P = (name: string, d: number, min: number, max: number, meaning = name): Param => ({
  name,
  meaning,
  min,
  max,
  default: d,
  source: 'docs/search-experiments.md',
});

export const huxley: PolicyKind = {
  name: 'huxley',
  summary: 'a Rasch model along the tree, and near-greedy search with optimism about children',
  params: [
    P('slip', 0.005, 0, 0.3),
    P('difficultySd', 1.5, 0, 5),
    P('rootSd', 1.5, 0, 5),
    P('driftSd', 0.03, 0, 5),
    P('gain', 0.118, -2, 2),
    P('gainSd', 0.536, 0, 5),
    P('broken', 0.09, 0, 1),
    P('brokenGain', -1.299, -9, 1),
    P('brokenSd', 0.6, 0, 5),
    P('weight', 33.131, 0, 1000),
    P('temperature', 0, 0, 5),
    P('horizon', 5.554, 0, 100),
    P('optimism', 1.068, 0, 10),
    P('enough', 3, 0, 100),
    P('sure', 0.984, 0, 1),
    P('faith', 0.096, 0, 1),
    P('fade', 1.008, 0, 3),
    P('least', 2, 0, 100),
    P('lateWidth', 0.163, -3, 5),
    P('late', 0.035, 0, 1),
    P('pick', 0.157, 0, 10),
    ...selectionParams(0, 0),
  ],
  create(params) {
    let belief: TreeBelief | undefined;
    const believe = (search: SearchState) => {
      if (!belief?.follow(search)) {
        belief = new TreeBelief(params as unknown as Prior, search.tasks.length);
        belief.follow(search);
      }
      return belief;
    };
    return {
      spec: { name: huxley.name, params },
      propose: (view, rng) => propose(params, view, rng, believe(view.search)),
      rank: (view) => rank(params, view, believe(view.search)),
    };
  },
};

function propose(params: Params, view: View, rng: Rng, belief: TreeBelief): Proposal {
  const { search } = view;
  const late = view.left <= Math.max(params.late! * view.budget, view.expansionCost + 1);
  const horizon = params.horizon! * (view.left / view.budget) ** params.fade!;
  const evaluable = view.batch > 0;
  let best = -1;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let node = 0; node < belief.size; node++) {
    const variant = search.variants[belief.numberOf[node]!]!;
    if (!variant.active) continue;
    const sd = Math.sqrt(belief.abilityVar(node));
    const dsd = Math.sqrt(belief.driftVar(node));
    const t = params.temperature!;
    let score: number;
    if (late) {
      if (openCount(variant) === 0) continue;
      score = belief.ability(node) + sd * (params.lateWidth! + t * rng.normal());
    } else {
      score =
        belief.ability(node) +
        params.faith! * (belief.hope(node) - belief.ability(node)) +
        t * sd * rng.normal() +
        horizon * (belief.drift(node) + t * dsd * rng.normal()) +
        params.optimism! * sd;
    }
    if (score > bestScore) {
      bestScore = score;
      best = node;
    }
  }
  if (best < 0) return { type: 'rest', reason: () => plain('nothing left') };
  const variant = search.variants[belief.numberOf[best]!]!;
  const tried = variant.own.resolved + variant.own.unresolved + variant.inFlight;
  const known =
    tried >= params.enough! ||
    (tried >= params.least! && belief.works(best) >= params.sure!) ||
    openCount(variant) === 0;
  if (!late && view.canExpand && known)
    return { type: 'expand', parent: variant.number, reason: () => plain('promise') };
  if (!evaluable || openCount(variant) === 0) return { type: 'rest', reason: () => plain('nothing left') };
  return {
    type: 'evaluate',
    variant: variant.number,
    tasks: informative(belief, best, variant, view.batch, rng),
    reason: () => plain('promise'),
  };
}

function informative(belief: TreeBelief, node: number, variant: Variant, batch: number, rng: Rng): number[] {
  const open = openTasks(variant);
  const info = open.map((task) => ({ task, value: belief.information(node, task) * (1 + 0.1 * rng.next()) }));
  info.sort((a, b) => b.value - a.value);
  return info.slice(0, batch).map(({ task }) => task);
}

function rank(params: Params, view: View, belief: TreeBelief): Belief[] {
  const found: Belief[] = [];
  for (let node = 0; node < belief.size; node++) {
    const number = belief.numberOf[node]!;
    const variant = view.search.variants[number]!;
    if (!variant.active) continue;
    if (number > 0 && variant.own.resolved + variant.own.unresolved === 0) continue;
    const ability = belief.ability(node);
    const sd = Math.sqrt(belief.abilityVar(node));
    found.push({
      variant: number,
      mean: belief.success(ability, sd * sd),
      lower: belief.success(ability - 1.645 * sd),
      upper: belief.success(ability + 1.645 * sd),
      score: ability - params.pick! * sd,
    });
  }
  return found.sort((a, b) => b.score - a.score || a.variant - b.variant);
}
