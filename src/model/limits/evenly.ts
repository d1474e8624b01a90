/** At most so many of them, evenly spaced, the first and the last among them where there is room for two. */
export function evenly<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  if (most < 1) return [];
  const step = (all.length - 1) / Math.max(1, most - 1);
  return Array.from({ length: most }, (_, at) => all[Math.round(at * step)]!);
}
