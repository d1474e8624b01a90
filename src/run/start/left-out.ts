import { suiteFolder } from '../../benchmark/tree-digest.ts';
import type { Configuration } from '../../config/schema.ts';
import type { Forge } from '../../github/forge.ts';
import { HuxleyError } from '../../model/error.ts';
import type { Sha } from '../../model/ids.ts';
import { inline } from '../../report/text/escape.ts';
import { few } from '../../report/text/figures.ts';

const POINTER = 'version https://git-lfs.github.com/spec/';

/**
 * What of an agent's repository a sandbox has not as git's tools would have it, in a sentence; null for nothing. Links and
 * submodules are not carried along, and files in Git LFS come as their pointers.
 * @throws HuxleyError `run.left-out` when a command of the agent's own names such a file
 */
export async function leftOut(
  forge: Forge,
  { sha, tree }: { readonly sha: Sha; readonly tree: Sha },
  { agent, benchmark }: Configuration,
): Promise<string | null> {
  const suite = suiteFolder(benchmark.suite);
  const files = (await forge.listFiles(tree)).filter(({ path }) => !path.startsWith(suite));
  const paths = new Set(files.map(({ path }) => path));
  const links = files.filter(({ mode }) => mode === '120000').map(({ path }) => path);
  const read = async (path: string) => (paths.has(path) ? ((await forge.readFile(path, sha)) ?? '') : '');
  const modules = [...(await read('.gitmodules')).matchAll(/^\s*path\s*=\s*(.+?)\s*$/gm)].map((found) => found[1]!);
  const lfs = [...(await read('.gitattributes')).matchAll(/^\s*(\S+)\s.*\bfilter=lfs\b/gm)].map((found) => found[1]!);
  for (const word of wordsOf(agent)) {
    const under = (path: string) => word === path || word.startsWith(`${path}/`);
    const link = links.find(under);
    if (link !== undefined) throw unusable(link, 'is a link', 'Commit the file itself in its place.');
    const module = modules.find(under);
    if (module !== undefined) throw unusable(module, 'is a submodule', 'Commit its files themselves.');
    if (lfs.length > 0 && paths.has(word) && (await forge.readFile(word, sha))?.startsWith(POINTER))
      throw unusable(word, 'is in Git LFS', 'Take it out of Git LFS (`git lfs migrate export`).');
  }
  const parts = [listed('links', links), listed('submodules', modules), listed('contents of files in Git LFS', lfs)];
  const some = parts.filter((part) => part !== null);
  return some.length === 0 ? null : `**Not copied into the sandbox:** ${some.join('; ')}.`;
}

/** Words of the agent's commands, as paths from the repository's root. */
function wordsOf({ solve, modify, check }: Configuration['agent']): readonly string[] {
  return [solve, modify, check].flatMap((command) =>
    (command ?? '').split(/\s+/).map((word) => word.replace(/^["']|["']$/g, '').replace(/^(\.\/)+/, '')),
  );
}

function listed(what: string, names: readonly string[]): string | null {
  if (names.length === 0) return null;
  return `${what} (${few(names.map((name) => inline(name, 80)))})`;
}

function unusable(path: string, what: string, remedy: string): HuxleyError {
  return new HuxleyError(
    'run.left-out',
    `A command of the agent uses ${inline(path, 80)}, which ${what}: the sandbox would not have it.`,
    remedy,
  );
}
