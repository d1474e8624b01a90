import { cellOutcome, RESOLVED } from '../../archive/archive.ts';
import type { GateVerdict } from '../../model/gate/verdict.ts';
import { binomialPmf } from '../belief/special.ts';

/**
 * One-sided exact McNemar test: the probability of at least `fixed` of the `fixed + broken` tasks that changed going the
 * variant's way, were each way equally likely. 1 when nothing changed. (McNemar 1947, in its exact binomial form.)
 */
export function mcnemar(fixed: number, broken: number): number {
  const changed = fixed + broken;
  if (changed === 0) return 1;
  let p = 0;
  for (let k = fixed; k <= changed; k++) p += binomialPmf(k, changed, 0.5);
  return Math.min(1, p);
}

/** Held-out tasks that may lack a result, on the root or on the variant, before the gate refuses to judge. */
export function missingAllowed(heldOut: number): number {
  return Math.max(2, Math.floor(heldOut / 10));
}

/**
 * The merge gate: the variant against the root on the held-out tasks the root has a result on.
 *
 * `root` and `variant` hold one outcome code for each held-out task (as the archive keeps them); `confidence` in (0.5, 1);
 * `barred` for a variant that has tampered at any time. One look, after the search: the level needs no correction for repeated
 * looks. Absence never favours the variant: a task without a result on it counts as failed, one without a result on the root is
 * left out, and more than `missingAllowed` of both together are refused.
 */
export function judgeGate(root: Uint8Array, variant: Uint8Array, confidence: number, barred = false): GateVerdict {
  let n = 0;
  let rootResolved = 0;
  let variantResolved = 0;
  let fixed = 0;
  let broken = 0;
  let missing = 0;
  let dropped = 0;
  let tampered = barred;
  for (let task = 0; task < root.length; task++) {
    const before = root[task]!;
    const after = variant[task] ?? 0;
    if (cellOutcome(after) === 'tampered') tampered = true;
    if (before < RESOLVED) {
      dropped++;
      continue;
    }
    if (after < RESOLVED) missing++;
    n++;
    if (before === RESOLVED) rootResolved++;
    if (after === RESOLVED) variantResolved++;
    if (before !== RESOLVED && after === RESOLVED) fixed++;
    if (before === RESOLVED && after !== RESOLVED) broken++;
  }
  const alpha = 1 - confidence;
  const p = mcnemar(fixed, broken);
  const refused = tampered ? 'tampered' : missing + dropped > missingAllowed(root.length) ? 'missing' : undefined;
  return {
    passed: p <= alpha && refused === undefined,
    n,
    root: rootResolved,
    variant: variantResolved,
    fixed,
    broken,
    p,
    alpha,
    ...(missing > 0 ? { missing } : {}),
    ...(dropped > 0 ? { dropped } : {}),
    ...(refused === undefined ? {} : { refused }),
  };
}

/**
 * The fewest net gains the gate can accept: tasks fixed with none broken. `null` when even fixing all `n` is not enough.
 */
export function smallestGain(n: number, confidence: number): number | null {
  for (let fixed = 1; fixed <= n; fixed++) if (mcnemar(fixed, 0) <= 1 - confidence) return fixed;
  return null;
}

/**
 * Probability that the gate accepts a variant that fixes a held-out task with probability `fix` and breaks one with
 * probability `brk` (fix + brk <= 1), with `n` held-out tasks.
 */
export function power(n: number, fix: number, brk: number, confidence: number): number {
  let total = 0;
  for (let changed = 0; changed <= n; changed++) {
    const chance = binomialPmf(changed, n, fix + brk);
    if (chance < 1e-15) continue;
    for (let fixed = changed; fixed >= 0 && mcnemar(fixed, changed - fixed) <= 1 - confidence; fixed--)
      total += chance * binomialPmf(fixed, changed, fix / (fix + brk));
  }
  return total;
}
