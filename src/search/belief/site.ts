import type { Fact } from '../../archive/archive.ts';
import { LINK } from './difficulties.ts';
import { normalCdf } from './special.ts';

/**
 * An evaluation's outcome, or part of its score, as Gaussian evidence: precision, and precision times mean, on the ability (`a`)
 * and on the difficulty (`b`).
 */
export interface Site {
  readonly task: number;
  readonly resolved: boolean;
  /** How much easier than the task it is what was resolved or not, in logits: 0 for the task itself, `TEST` for one of its tests. */
  readonly easier: number;
  /** Share of the attempt's tests that it stands for; 1 for the outcome. */
  readonly share: number;
  /** Of one attempt at its pair; 1 for the only one. */
  weight: number;
  ap: number;
  as: number;
  bp: number;
  bs: number;
}

/** Share of the link's variance that belongs to the pair: what attempts at one pair have in common besides ability and difficulty. */
const SHARED = 0.3;

/**
 * How many attempts at different pairs `n` attempts at one pair are worth. Their mean, on the scale of the link, has the
 * variance `LINK (SHARED + (1 - SHARED) / n)` in place of `LINK / n`: `n / (1 + (n - 1) SHARED)`, the design effect of a
 * cluster (Kish 1965, section 5.4). One attempt is as if there were no such share.
 */
function worth(n: number): number {
  return n / (1 + (n - 1) * SHARED);
}

/** What one more attempt adds to `n` at the same pair, in attempts at a new one. */
export function worthOfNext(n: number): number {
  return worth(n + 1) - worth(n);
}

/** How much easier one of a task's tests is than the task, in logits: 2 to 4 were as good in simulation. */
const TEST = 3;

/**
 * Adds an evaluation and gives what it is worth; every attempt at its pair now weighs the same, and all of them `worth(n)`. A score
 * `s` says besides that one of the tests was passed, to the share `s`, and was not, to the share `1 - s`.
 */
export function addSite(sites: Site[], { task, resolved, score }: Pick<Fact, 'task' | 'resolved' | 'score'>): number {
  const before = sites.filter((site) => site.task === task);
  const n = before.filter(({ easier }) => easier === 0).length;
  const each = worth(n + 1) / (n + 1);
  for (const site of before) site.weight = each * site.share;
  const add = (resolved: boolean, easier: number, share: number) =>
    sites.push({ task, resolved, easier, share, weight: each * share, ap: 0, as: 0, bp: 0, bs: 0 });
  add(resolved, 0, 1);
  if (score !== undefined) {
    add(true, TEST, score);
    add(false, TEST, 1 - score);
  }
  return worthOfNext(n);
}

/**
 * The Gaussian evidence with the moments of an evaluation's true likelihood, given what everything else says of the ability
 * (`ma`, `va`) and the difficulty (`mb`, `vb`): `ap, as, bp, bs` into `to`, weighted. False where it tells nothing. The step of
 * expectation propagation for a probit with slip (Minka 2001; Rasmussen and Williams 2006, section 3.6).
 */
export function matchSite(
  to: Float64Array,
  resolved: boolean,
  easier: number,
  slip: number,
  weight: number,
  ma: number,
  va: number,
  mb: number,
  vb: number,
): boolean {
  if (weight === 0) {
    to.fill(0);
    return true;
  }
  const root = Math.sqrt(LINK + va + vb);
  const sign = resolved ? 1 : -1;
  const z = (sign * (ma - (mb - easier))) / root;
  const density = Math.exp(-0.5 * z * z) * 0.3989422804014327;
  const first = ((1 - 2 * slip) * density) / ((slip + (1 - 2 * slip) * normalCdf(z)) * root);
  const second = first * (first + z / root);
  if (second <= 1e-9) return false;
  const ap = second / (1 - va * second);
  const bp = second / (1 - vb * second);
  if (!(ap > 0) || !(bp > 0)) return false;
  to[0] = ap * weight;
  to[1] = ((ma + va * sign * first) / (va - va * va * second) - ma / va) * weight;
  to[2] = bp * weight;
  to[3] = ((mb - vb * sign * first) / (vb - vb * vb * second) - mb / vb) * weight;
  return true;
}
