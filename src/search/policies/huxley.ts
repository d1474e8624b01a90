import { openCount, openTasks, type SearchState, type Variant } from '../../archive/archive.ts';
import { type Prior, TreeBelief } from '../belief.ts';
import { Jury } from '../jury.ts';
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
    P('late', 0.06, 0, 1),
    P('pick', 1, 0, 10),
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
    let jury: Jury | undefined;
    const consult = (search: SearchState) => {
      if (!jury?.follow(search)) {
        jury = new Jury(search.tasks.length);
        jury.follow(search);
      }
      return jury;
    };
    return {
      spec: { name: huxley.name, params },
      propose: (view, rng) =>
        isLate(params, view)
          ? verify(params, view, rng, believe(view.search), consult(view.search))
          : propose(params, view, rng, believe(view.search)),
      rank: (view) => rank(params, view, consult(view.search)),
    };
  },
};

function propose(params: Params, view: View, rng: Rng, belief: TreeBelief): Proposal {
  const { search } = view;
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
    const score =
      belief.ability(node) +
      params.faith! * (belief.hope(node) - belief.ability(node)) +
      t * sd * rng.normal() +
      horizon * (belief.drift(node) + t * dsd * rng.normal()) +
      params.optimism! * sd;
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
  if (view.canExpand && known) return { type: 'expand', parent: variant.number, reason: () => plain('promise') };
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

function isLate(params: Params, view: View): boolean {
  return view.left <= Math.max(params.late! * view.budget, view.expansionCost + 1);
}

function verify(params: Params, view: View, rng: Rng, belief: TreeBelief, jury: Jury): Proposal {
  if (view.batch < 1) return { type: 'rest', reason: () => plain('nothing left') };
  let best: Variant | undefined;
  let top = Number.NEGATIVE_INFINITY;
  for (const { variant: number, mean, sd } of jury.verdicts(view.search)) {
    const variant = view.search.variants[number]!;
    const score = mean + params.lateWidth! * sd;
    if (score <= top || openCount(variant) === 0) continue;
    top = score;
    best = variant;
  }
  if (!best) return { type: 'rest', reason: () => plain('nothing left') };
  return {
    type: 'evaluate',
    variant: best.number,
    tasks: informative(belief, belief.node(best.number), best, view.batch, rng),
    reason: () => plain('promise'),
  };
}

function rank(params: Params, view: View, jury: Jury): Belief[] {
  return jury
    .verdicts(view.search)
    .map((belief) => ({ ...belief, score: belief.mean - params.pick! * belief.sd }))
    .sort((a, b) => b.score - a.score || a.variant - b.variant);
}
