import type { SearchState, Tally, Variant } from './archive.ts';

type Slots = (Variant | undefined)[];

/** Replaces one variant. */
export function put(slots: Slots, number: number, change: (variant: Variant) => Variant): void {
  const variant = slots[number];
  if (variant) slots[number] = change(variant);
}

/** Adds to the clade sums of a variant and all its ancestors. */
export function addToClades(slots: Slots, from: number, resolved: number, unresolved: number, failures: number): void {
  for (let at = from; at >= 0; ) {
    const variant = slots[at];
    if (!variant) return;
    const { clade } = variant;
    slots[at] = {
      ...variant,
      clade: { resolved: clade.resolved + resolved, unresolved: clade.unresolved + unresolved },
      cladeFailures: variant.cladeFailures + failures,
    };
    at = variant.parent;
  }
}

/** Settles `active` for every variant again. A parent's number is always below its child's. */
export function settleActive(slots: Slots, rules: number): void {
  const barred = slots.map(() => false);
  slots.forEach((variant, number) => {
    if (!variant) return;
    barred[number] = takenOut(variant, rules) || barred[variant.parent] === true;
    const active = variant.state === 'live' && !barred[number];
    if (active !== variant.active) slots[number] = { ...variant, active };
  });
}

/** Whether a variant lies in a clade that is pruned or barred. */
export function inPrunedClade(slots: readonly (Variant | undefined)[], number: number, rules: number): boolean {
  for (let at = slots[number]; at; at = slots[at.parent]) if (takenOut(at, rules)) return true;
  return false;
}

function takenOut({ number, pruned, tampered }: Variant, rules: number): boolean {
  return pruned || (rules >= 1 && number > 0 && tampered > 0);
}

/** Clade sums counted from scratch, for checks. */
export function recount(search: SearchState): Tally[] {
  const sums = search.variants.map((variant) => ({
    resolved: variant?.own.resolved ?? 0,
    unresolved: variant?.own.unresolved ?? 0,
  }));
  for (let number = sums.length - 1; number > 0; number--) {
    const parent = search.variants[number]?.parent;
    const up = parent === undefined ? undefined : sums[parent];
    if (!up) continue;
    up.resolved += sums[number]!.resolved;
    up.unresolved += sums[number]!.unresolved;
  }
  return sums;
}
