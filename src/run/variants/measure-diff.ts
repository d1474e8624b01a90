import type { Forge } from '../../github/forge.ts';
import type { Sha } from '../../model/ids.ts';

/** How large a change is: files, and lines added and removed, lines that only moved aside. */
export async function measureDiff(
  forge: Pick<Forge, 'readFile'>,
  before: Sha,
  after: Sha,
  paths: readonly string[],
): Promise<{ readonly files: number; readonly added: number; readonly removed: number }> {
  let added = 0;
  let removed = 0;
  for (const path of paths) {
    const old = linesOf((await forge.readFile(path, before)) ?? '');
    const now = linesOf((await forge.readFile(path, after)) ?? '');
    added += surplus(now, old);
    removed += surplus(old, now);
  }
  return { files: paths.length, added, removed };
}

/** How often each line occurs. */
function linesOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of text.split('\n')) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

function surplus(these: ReadonlyMap<string, number>, those: ReadonlyMap<string, number>): number {
  return [...these].reduce((sum, [line, count]) => sum + Math.max(0, count - (those.get(line) ?? 0)), 0);
}
