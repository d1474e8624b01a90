/** How many pages of `size` items the list makes: at least one. */
export function pageCount(total: number, size: number): number {
  return Math.ceil(total / size);
}

/** The items of one page, counted from 1; a number out of range gives the nearest page. */
export function page<T>(items: readonly T[], number: number, size: number): T[] {
  const nearest = Math.max(number, 1);
  const start = (nearest - 1) * size;
  return items.slice(start, start + size);
}
