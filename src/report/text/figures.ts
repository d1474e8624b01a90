import { exactInterval } from '../../search/belief/interval.ts';

/** Resolved tasks of those measured. A rate is never shown without its n. */
export interface Tally {
  readonly resolved: number;
  readonly n: number;
}

/** `19/26`, or `-` where nothing was measured. */
export function tally({ resolved, n }: Tally): string {
  return n === 0 ? '-' : `${resolved}/${n}`;
}

/** `19/26 (90 %: 0.55 to 0.87)`: the exact interval, which the studies check. */
export function rated(counts: Tally): string {
  const { lower, upper } = exactInterval(counts.resolved, counts.n);
  return counts.n === 0 ? 'not measured' : `${tally(counts)} (90 %: ${lower.toFixed(2)} to ${upper.toFixed(2)})`;
}

export function dollars(amount: number): string {
  return amount > 0 && amount < 0.01 ? '<$0.01' : `$${amount.toFixed(2)}`;
}

/** `12.3K`, `1.2M`; `-` where it is not known. */
export function tokens(amount: number | null): string {
  return amount === null ? '-' : amount.toLocaleString('en', { notation: 'compact', maximumFractionDigits: 1 });
}

export function minutes(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}

/** `24/66`: held-out evaluations that are done, of those there may be, the root's and the variant's together. */
export function heldOutProgress(view: { readonly heldOutDone: number; readonly heldOutPlanned: number }): string {
  return `${view.heldOutDone}/${view.heldOutPlanned}`;
}

/** A p-value in the form people expect: `p = 0.18`, `p < 0.001`. */
export function pValue(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p < 0.1 ? p.toFixed(3) : p.toFixed(2)}`;
}

/** `▓▓▓▓▓▓▓░░░`, ten cells. */
export function bar(done: number, total: number): string {
  const full = total <= 0 ? 0 : Math.min(10, Math.floor((10 * done) / total));
  return '▓'.repeat(full) + '░'.repeat(10 - full);
}

/** The level a p-value has to reach: `p ≤ 0.05`. */
export function pAtMost(level: number): string {
  return `p ≤ ${Number(level.toPrecision(3))}`;
}

/** `1 file`, `3 files`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** Names in a line, the first few of many. */
export function few(names: readonly string[]): string {
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return `${names.slice(0, 5).join(', ')}${more}`;
}

/** A share in [0, 1] with two digits, or a dash. */
export function figure(value: number | null): string {
  return value === null ? '-' : value.toFixed(2);
}
