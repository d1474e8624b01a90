/** Something that costs and scores. */
export interface Weighed {
  readonly cost: number;
  readonly score: number;
}

/** Those that nothing beats: no other is as cheap and better, or as good and cheaper. Cheapest first. */
export function pareto<T extends Weighed>(all: readonly T[]): readonly T[] {
  const front: T[] = [];
  for (const each of all.toSorted((a, b) => a.cost - b.cost || b.score - a.score))
    if (front.length === 0 || each.score > front.at(-1)!.score) front.push(each);
  return front;
}
