/** A variant of the agent inside one run: `v0` is the root, numbers are given when an expansion is decided. */
export type VariantId = `v${number}`;
/** One search, e.g. `r41`: the number of the issue that started it, with a suffix when an issue starts several. */
export type RunId = string;
/** A benchmark problem, unique within its suite. */
export type TaskId = string;
/** One unit of work handed to a worker; names the order, its result artifact and every event that came of it. */
export type JobId = string;
/** A full hexadecimal git object name. */
export type Sha = string;

/** The account whose repository it is, from `owner/name`, in one spelling. */
export function accountOf(repository: string): string {
  return repository.slice(0, repository.indexOf('/')).toLowerCase();
}

export const ROOT: VariantId = 'v0';

export function variantId(number: number): VariantId {
  return `v${number}`;
}

export function variantNumber(variant: VariantId): number {
  return Number(variant.slice(1));
}

/** The text as a variant, or `undefined` where it is none (`v`, `v01`, `12`, `#12`). */
export function parseVariantId(text: string): VariantId | undefined {
  return /^v(0|[1-9]\d{0,6})$/.test(text) ? (text as VariantId) : undefined;
}
