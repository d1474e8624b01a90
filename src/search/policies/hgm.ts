import { openCount, openTasks, type Variant } from '../../archive/archive.ts';
import { type Rng, sample } from '../../model/rng.ts';
import { exhausted, expansionsOf, parents } from './actions.ts';
import { rankByBeta } from './belief-beta.ts';
import { type Param, type PolicyKind, type Proposal, policyKind, selectionParams, type View } from './policy.ts';
import { count, ranked, reasonOf } from './reason.ts';

export const ALPHA: Param<'alpha'> = {
  name: 'alpha',
  meaning: 'exponent of the UCB-Air gate: the tree may grow while it has at most N^alpha variants after N evaluations',
  min: 0,
  max: 1,
  default: 0.6,
  source: 'HGM, arXiv 2510.21614',
};

export const OPENING: Param<'opening'> = {
  name: 'opening',
  meaning: 'expansions of the root that open the run',
  min: 0,
  max: 100,
  default: 5,
  integer: true,
  source: 'HGM, arXiv 2510.21614',
};

/** The Huxley-Gödel Machine as published: arXiv 2510.21614, Algorithm 1. */
export const hgm: PolicyKind = policyKind({
  name: 'hgm',
  summary: 'the Huxley-Gödel Machine as published: Thompson sampling on clades to expand and on variants to evaluate',
  params: [
    ALPHA,
    OPENING,
    {
      name: 'failureWeight',
      meaning: 'unresolved evaluations a failed expansion counts for in its clade',
      min: 0,
      max: 100,
      default: 1,
      source: 'ours; the paper is silent (0 is its letter)',
    },
    ...selectionParams(0, 0),
  ],
  create(params) {
    return {
      spec: { name: hgm.name, params },
      propose: (view, rng) => propose(params, view, rng),
      rank: (view) => rankByBeta(view, params.epsilon),
    };
  },
});

type HgmParams = Readonly<Record<'alpha' | 'opening' | 'failureWeight', number>>;

function propose(params: HgmParams, view: View, rng: Rng): Proposal {
  const { search } = view;
  const root = search.variants[0]!;
  const { all: opened } = expansionsOf(view, root);
  if (view.canExpand && opened < params.opening && view.expandable(0)) {
    const nth = opened + 1;
    return {
      type: 'expand',
      parent: 0,
      reason: () => reasonOf(`opening expansion ${nth} of ${params.opening} of the root`),
    };
  }
  const size = search.live + search.expanding;
  const room = (search.evaluations + search.evaluating) ** params.alpha;
  const gate = { variants: size, room, tau: tau(view) };
  const byGate = size <= room;
  const grown = byGate ? expand(params, view, rng, gate) : null;
  return grown ?? evaluateBest(view, rng, gate) ?? (byGate ? null : expand(params, view, rng, gate)) ?? exhausted(view);
}

/** `B / b`: total over remaining budget; what is left is never counted below one evaluation. */
function tau({ budget, left }: View): number {
  return budget / Math.max(1, left);
}

function expand(params: HgmParams, view: View, rng: Rng, gate: { readonly tau: number }): Proposal | null {
  const candidates = view.canExpand ? parents(view) : [];
  if (candidates.length === 0) return null;
  const sharpness = gate.tau;
  const weight = params.failureWeight;
  const draws: number[] = [];
  let best = 0;
  for (const variant of candidates) {
    const failures = weight * variant.cladeFailures;
    const draw = rng.beta(
      sharpness * (1 + variant.clade.resolved),
      sharpness * (1 + variant.clade.unresolved + failures),
    );
    if (draw > (draws[best] ?? -1)) best = draws.length;
    draws.push(draw);
  }
  const chosen = candidates[best]!;
  return {
    type: 'expand',
    parent: chosen.number,
    reason: () => ({
      text: `${chosen.id}'s clade drew the highest promise (${draws[best]!.toFixed(2)}) of ${count(draws.length, 'candidate')}`,
      candidates: ranked(candidates, draws, (variant) => variant.clade),
      numbers: gate,
    }),
  };
}

function evaluateBest(view: View, rng: Rng, gate: { readonly tau: number }): Proposal | null {
  if (view.batch < 1) return null;
  const sharpness = gate.tau;
  const candidates: Variant[] = [];
  const draws: number[] = [];
  let best = 0;
  for (const variant of view.search.variants) {
    if (!variant?.active || openCount(variant) === 0) continue;
    const draw = rng.beta(sharpness * (1 + variant.own.resolved), sharpness * (1 + variant.own.unresolved));
    if (draw > (draws[best] ?? -1)) best = draws.length;
    candidates.push(variant);
    draws.push(draw);
  }
  const chosen = candidates[best];
  if (!chosen) return null;
  return {
    type: 'evaluate',
    variant: chosen.number,
    tasks: sample(openTasks(chosen), rng, view.batch),
    reason: () => ({
      text: `${chosen.id} drew the highest success (${draws[best]!.toFixed(2)}) of ${count(draws.length, 'candidate')} with tasks left`,
      candidates: ranked(candidates, draws, (variant) => variant.own),
      numbers: gate,
    }),
  };
}
