export type Span = readonly [start: number, end: number];

export function free(busy: readonly Span[], from: number, to: number): Span[] {
  return [];
}
