import type { Rng } from '../../../model/rng.ts';
import type { TreeBelief } from '../../belief/belief.ts';
import { combine } from '../../belief/gaussian.ts';

/** What is asked of the belief: nodes, and what more budget would buy. */
export interface Prospect {
  /** Today's best. */
  readonly best: number;
  /** Those that would be expanded next; at least one. */
  readonly parents: readonly number[];
  readonly expansions: number;
  /** Share of expansions that make a variant, in [0, 1]. */
  readonly made: number;
  /** By how much of the expected share of tasks a child must be truly better than the best. */
  readonly margin: number;
}

/** Logits by which a first look at a child misses its ability: about three evaluations' worth. */
const LOOK_SD = 1.2;

/**
 * In how many draws of the future from a belief a child made by these expansions is truly better than the best. Abilities of the
 * best, the parents and their ancestors are drawn together. Each expansion has a parent drawn evenly; a child takes its parent's place
 * where a noisy look says that it is better. An approximation: the policy chooses by more, and tasks that a child does well or badly
 * on its own are left out.
 */
export function timesBettered(belief: TreeBelief, prospect: Prospect, draws: number, rng: Rng): number {
  const draw = jointly(belief, [prospect.best, ...prospect.parents]);
  let times = 0;
  for (let n = 0; n < draws; n++) {
    const [best, ...parents] = draw(rng) as [Drawn, ...Drawn[]];
    const top = bestChild(belief, parents, prospect, rng);
    if (top > best.ability && belief.success(top) - belief.success(best.ability) >= prospect.margin) times++;
  }
  return times;
}

interface Drawn {
  readonly ability: number;
  readonly drift: number;
}

type Evidence = ReturnType<TreeBelief['evidence']>;

/** Draws nodes together, in their order here: each of their ancestors given its parent's draw, from the root down. */
export function jointly(belief: TreeBelief, nodes: readonly number[]): (rng: Rng) => Drawn[] {
  const needed = new Set<number>();
  for (const node of nodes) for (let at = node; at >= 0 && !needed.has(at); at = belief.parent(at)) needed.add(at);
  const order = [...needed].sort((a, b) => a - b);
  const steps = order.map((node) => ({ above: order.indexOf(belief.parent(node)), evidence: belief.evidence(node) }));
  const places = nodes.map((node) => order.indexOf(node));
  return (rng) => {
    const drawn: Drawn[] = [];
    for (const { above, evidence } of steps)
      drawn.push(above < 0 ? drawRoot(belief, evidence, rng) : drawKnown(belief, drawn[above]!, evidence, rng));
    return places.map((place) => drawn[place]!);
  };
}

/** The highest ability among the children that are made. */
function bestChild(
  belief: TreeBelief,
  parents: Drawn[],
  { expansions, made }: Pick<Prospect, 'expansions' | 'made'>,
  rng: Rng,
): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < expansions; n++) {
    const at = rng.below(parents.length);
    if (rng.next() >= made) continue;
    const parent = parents[at]!;
    const child = drawChild(belief, parent, rng);
    top = Math.max(top, child.ability);
    if (child.ability + LOOK_SD * rng.normal() > parent.ability) parents[at] = child;
  }
  return top;
}

function drawChild({ prior, gain, broken }: TreeBelief, parent: Drawn, rng: Rng): Drawn {
  const drift = parent.drift + prior.driftSd * rng.normal();
  const step =
    rng.next() < broken ? prior.brokenGain + prior.brokenSd * rng.normal() : gain + drift + prior.gainSd * rng.normal();
  return { ability: parent.ability + step, drift };
}

function drawRoot({ prior }: TreeBelief, evidence: Evidence, rng: Rng): Drawn {
  combine(WORKING, 0, 0, prior.rootSd ** 2, 0, prior.driftSd ** 2, ...evidence);
  return drawGaussian(WORKING, rng);
}

/** A child that there is, given its parent's draw and what its clade's results say. */
function drawKnown({ prior, gain, broken }: TreeBelief, parent: Drawn, evidence: Evidence, rng: Rng): Drawn {
  const { ability, drift } = parent;
  const q = prior.driftSd ** 2;
  combine(WORKING, ability + gain + drift, drift, q + prior.gainSd ** 2, q, q, ...evidence);
  combine(BROKEN, ability + prior.brokenGain, drift, prior.brokenSd ** 2, 0, q, ...evidence);
  const odds = ((1 - broken) / broken) * Math.exp(Math.min(50, Math.max(-50, WORKING[5]! - BROKEN[5]!)));
  return drawGaussian(rng.next() * (1 + odds) < odds ? WORKING : BROKEN, rng);
}

function drawGaussian([ability, drift, vaa, vad, vdd]: Float64Array, rng: Rng): Drawn {
  const sd = Math.sqrt(vaa!);
  const slope = vad! / sd;
  const z = rng.normal();
  const rest = Math.sqrt(Math.max(0, vdd! - slope ** 2));
  return { ability: ability! + sd * z, drift: drift! + slope * z + rest * rng.normal() };
}

const WORKING = new Float64Array(6);
const BROKEN = new Float64Array(6);
