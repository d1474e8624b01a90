// Two-dimensional Gaussians (ability, drift), written out: this is where a decision's time goes.

/** Gaussian prior times Gaussian evidence: mean and covariance into `to`, and the log of the evidence's weight. */
export function combine(
  to: Float64Array,
  ma: number,
  md: number,
  vaa: number,
  vad: number,
  vdd: number,
  l00: number,
  l01: number,
  l11: number,
  h0: number,
  h1: number,
): void {
  const det = vaa * vdd - vad * vad;
  const i00 = vdd / det;
  const i01 = -vad / det;
  const i11 = vaa / det;
  const q0 = i00 * ma + i01 * md;
  const q1 = i01 * ma + i11 * md;
  const p00 = i00 + l00;
  const p01 = i01 + l01;
  const p11 = i11 + l11;
  const pdet = p00 * p11 - p01 * p01;
  const v00 = p11 / pdet;
  const v01 = -p01 / pdet;
  const v11 = p00 / pdet;
  const g0 = q0 + h0;
  const g1 = q1 + h1;
  const m0 = v00 * g0 + v01 * g1;
  const m1 = v01 * g0 + v11 * g1;
  to[0] = m0;
  to[1] = m1;
  to[2] = v00;
  to[3] = v01;
  to[4] = v11;
  to[5] = -0.5 * Math.log(det * pdet) + 0.5 * (g0 * m0 + g1 * m1) - 0.5 * (q0 * ma + q1 * md);
}

/** Adds `weight` times the message that evidence on a child makes for its parent; F = [[1, k], [0, 1]], noise Q. */
export function addMessage(
  sum: Float64Array,
  weight: number,
  k: number,
  gain: number,
  q00: number,
  q01: number,
  q11: number,
  l00: number,
  l01: number,
  l11: number,
  h0: number,
  h1: number,
): void {
  // G = (I + L Q)^-1
  const a = 1 + l00 * q00 + l01 * q01;
  const b = l00 * q01 + l01 * q11;
  const c = l01 * q00 + l11 * q01;
  const d = 1 + l01 * q01 + l11 * q11;
  const det = a * d - b * c;
  const e0 = h0 - l00 * gain;
  const e1 = h1 - l01 * gain;
  const m00 = (d * l00 - b * l01) / det;
  const m01 = (d * l01 - b * l11) / det;
  const m11 = (a * l11 - c * l01) / det;
  const n0 = (d * e0 - b * e1) / det;
  const n1 = (a * e1 - c * e0) / det;
  sum[0]! += weight * m00;
  sum[1]! += weight * (k * m00 + m01);
  sum[2]! += weight * (k * k * m00 + 2 * k * m01 + m11);
  sum[3]! += weight * n0;
  sum[4]! += weight * (k * n0 + n1);
}

/** A copy with as many zeros after it. */
export function doubled(from: Float64Array): Float64Array<ArrayBuffer> {
  const to = new Float64Array(2 * from.length);
  to.set(from);
  return to;
}

/** A Gaussian state `a, d, Vaa, Vad, Vdd` at `p` without the message `L00 L01 L11 h0 h1` at `u`, into `to`; the state itself where nothing sound is left. */
export function without(to: Float64Array, state: Float64Array, p: number, up: Float64Array, u: number): void {
  const vaa = state[p + 2]!;
  const vad = state[p + 3]!;
  const vdd = state[p + 4]!;
  const det = vaa * vdd - vad * vad;
  const c00 = vdd / det - up[u]!;
  const c01 = -vad / det - up[u + 1]!;
  const c11 = vaa / det - up[u + 2]!;
  const g0 = (vdd * state[p]! - vad * state[p + 1]!) / det - up[u + 3]!;
  const g1 = (vaa * state[p + 1]! - vad * state[p]!) / det - up[u + 4]!;
  const cdet = c00 * c11 - c01 * c01;
  const sound = cdet > 1e-9 && c00 > 0;
  const waa = sound ? c11 / cdet : vaa;
  const wad = sound ? -c01 / cdet : vad;
  const wdd = sound ? c00 / cdet : vdd;
  to[0] = sound ? waa * g0 + wad * g1 : state[p]!;
  to[1] = sound ? wad * g0 + wdd * g1 : state[p + 1]!;
  to[2] = waa;
  to[3] = wad;
  to[4] = wdd;
}
