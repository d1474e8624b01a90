export type Span = readonly [start: number, end: number];

export function free(busy: readonly Span[], from: number, to: number): Span[] {
  if (to < from || busy.some(([start, end]) => end < start)) throw new RangeError('a time that ends before it starts');
  const spans: Span[] = [];
  let at = from;
  for (const [start, end] of [...busy].sort((a, b) => a[0] - b[0])) {
    if (start > at && at < to) spans.push([at, Math.min(start, to)]);
    at = end;
  }
  if (at < to) spans.push([at, to]);
  return spans;
}
