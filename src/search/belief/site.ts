import { LINK } from './difficulties.ts';
import { normalCdf } from './special.ts';

/** One evaluation as Gaussian evidence: precision, and precision times mean, on the ability (`a`) and on the difficulty (`b`). */
export interface Site {
  readonly task: number;
  readonly resolved: boolean;
  ap: number;
  as: number;
  bp: number;
  bs: number;
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
