/** The same items, those of one image next to each other, so that each image is pulled once however little room there is. Else as they were. */
export function byImage<T>(items: readonly T[], imageOf: (item: T) => string | null): readonly T[] {
  return [...Map.groupBy(items, imageOf).values()].flat();
}
