/** How many pages of `size` items the list makes. */
export function pageCount(total: number, size: number): number {
  return Math.floor(total / size);
}

/** The items of one page, counted from 1. */
export function page<T>(items: readonly T[], number: number, size: number): T[] {
  const start = (number - 1) * size;
  return items.slice(start, start + size);
}
