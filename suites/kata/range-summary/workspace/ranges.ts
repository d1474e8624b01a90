export function summarise(pages: readonly number[]): string {
  const parts: string[] = [];
  let start = pages[0]!;
  for (let i = 1; i < pages.length; i += 1) {
    if (pages[i] === pages[i - 1]! + 1) continue;
    parts.push(`${start}-${pages[i - 1]}`);
    start = pages[i]!;
  }
  return parts.join(', ');
}

export function parseRanges(text: string): number[] {
  return text.split(',').map(Number);
}
