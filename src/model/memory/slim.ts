import type { VariantId } from '../ids.ts';

/** A child that is to be its parent without the edits of some of its ancestors, or its own. */
export interface Slim {
  /** Login of who asked for it. */
  readonly by: string;
  /** Whose edits are taken back, the newest first. */
  readonly drop: readonly VariantId[];
}

/** The edits that it does go without. @param unreverted those that could not be taken back */
export function droppedOf({
  drop,
  unreverted = [],
}: Pick<Slim, 'drop'> & { readonly unreverted?: readonly VariantId[] }): VariantId[] {
  return drop.filter((variant) => !unreverted.includes(variant));
}

/** Edits that are dropped at once, at most. */
export const MAX_DROPPED = 50;

/** Names of them in a title. */
const NAMED = 5;

/** What a slim variant is, in one line. */
export function slimTitle(parent: VariantId, dropped: readonly VariantId[]): string {
  const named = dropped.toReversed().slice(0, NAMED);
  const more = dropped.length - named.length;
  return `${parent} without the edits of ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
