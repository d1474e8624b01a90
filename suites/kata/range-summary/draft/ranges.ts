export function summarise(pages: readonly number[]): string {
  const sorted = [...new Set(pages)].sort();
  const parts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    let end = i;
    while (sorted[end + 1] === sorted[end]! + 1) end += 1;
    parts.push(end === i ? `${sorted[i]}` : `${sorted[i]}-${sorted[end]}`);
    i = end + 1;
  }
  return parts.join(', ');
}

export function parseRanges(text: string): number[] {
  const pages = new Set<number>();
  if (text.trim() === '') return [];
  for (const piece of text.split(',')) {
    const match = /^\s*(\d+)\s*(?:-\s*(\d+)\s*)?$/.exec(piece);
    if (!match) throw new SyntaxError(`not a page or a range: '${piece.trim()}'`);
    const [a, b] = [Number(match[1]), Number(match[2] ?? match[1])];
    for (let page = Math.min(a, b); page <= Math.max(a, b); page += 1) pages.add(page);
  }
  return [...pages].sort((a, b) => a - b);
}
