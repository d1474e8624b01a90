/**
 * The line, from 1, on which a TOML document gives a key, or the nearest table around it; `null` where it does not speak of it. It reads
 * headers and keys alone, since no parser keeps positions: what looks like one inside of a text of several lines is skipped.
 *
 * @param path keys, and positions in arrays of tables
 */
export function lineOf(text: string, path: readonly PropertyKey[]): number | null {
  const wanted = path.map(String);
  const counts = new Map<string, number>();
  let table: string[] = [];
  let inText: string | null = null;
  let best: { line: number; depth: number } | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    const marks = line.match(/"""|'''/g) ?? [];
    const wasInText = inText !== null;
    for (const mark of marks) inText = inText === null ? mark : inText === mark ? null : inText;
    if (wasInText) continue;
    const [, open, header] = /^\s*(\[\[?)\s*([^\]]+?)\s*\]/.exec(line) ?? [];
    const key = /^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=/.exec(line)?.[1];
    if (header !== undefined) {
      const names = partsOf(header);
      if (open === '[[') counts.set(names.join('.'), (counts.get(names.join('.')) ?? -1) + 1);
      table = names.flatMap((name, at) => {
        const count = counts.get(names.slice(0, at + 1).join('.'));
        return count === undefined ? [name] : [name, String(count)];
      });
    } else if (key === undefined) continue;
    const here = key === undefined ? table : [...table, ...partsOf(key)];
    const depth = here.every((part, at) => part === wanted[at]) ? here.length : 0;
    if (depth > (best?.depth ?? 0)) best = { line: index + 1, depth };
  }
  return best?.line ?? null;
}

function partsOf(dotted: string): string[] {
  return (dotted.match(/"[^"]*"|'[^']*'|[\w-]+/g) ?? []).map((part) => part.replace(/^["']|["']$/g, ''));
}
