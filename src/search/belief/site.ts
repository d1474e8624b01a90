import { LINK } from './difficulties.ts';
import { normalCdf } from './special.ts';

/** One evaluation as Gaussian evidence: precision, and precision times mean, on the ability (`a`) and on the difficulty (`b`). */
export interface Site {
  readonly task: number;
  readonly resolved: boolean;
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

/** Adds an evaluation and gives what it is worth; every attempt at its pair now weighs the same, and all of them `worth(n)`. */
export function addSite(sites: Site[], task: number, resolved: boolean): number {
  const before = sites.filter((site) => site.task === task);
  const weight = worth(before.length + 1) / (before.length + 1);
  for (const site of before) site.weight = weight;
  sites.push({ task, resolved, weight, ap: 0, as: 0, bp: 0, bs: 0 });
  return worthOfNext(before.length);
}

/**
 * The Gaussian evidence with the moments of an evaluation's true likelihood, given what everything else says of the ability
 * (`ma`, `va`) and the difficulty (`mb`, `vb`): `ap, as, bp, bs` into `to`. False where it tells nothing. The step of
 * expectation propagation for a probit with slip (Minka 2001; Rasmussen and Williams 2006, section 3.6).
 */
export function matchSite(
  to: Float64Array,
  slip: number,
  resolved: boolean,
  ma: number,
  va: number,
  mb: number,
  vb: number,
): boolean {
  const root = Math.sqrt(LINK + va + vb);
  const sign = resolved ? 1 : -1;
  const z = (sign * (ma - mb)) / root;
  const density = Math.exp(-0.5 * z * z) * 0.3989422804014327;
  const first = ((1 - 2 * slip) * density) / ((slip + (1 - 2 * slip) * normalCdf(z)) * root);
  const second = first * (first + z / root);
  if (second <= 1e-9) return false;
  const ap = second / (1 - va * second);
  const bp = second / (1 - vb * second);
  if (!(ap > 0) || !(bp > 0)) return false;
  to[0] = ap;
  to[1] = (ma + va * sign * first) / (va - va * va * second) - ma / va;
  to[2] = bp;
  to[3] = (mb - vb * sign * first) / (vb - vb * vb * second) - mb / vb;
  return true;
}
