import type { Forge, TreeFile } from '../github/forge.ts';
import type { Order } from '../job/contract.ts';
import type { FileChange, FileEntry } from '../model/file.ts';
import { describeViolations, validatePatch } from '../operator/patch/validate.ts';

/**
 * Why a worker's patch is refused, or null. The worker has checked it already, in a place that is trusted less than this one;
 * only the contents of the files it changes are read again.
 */
export async function refusePatch(
  forge: Forge,
  order: Order,
  tasks: readonly string[],
  changes: readonly FileChange[],
): Promise<string | null> {
  const before = await forge.listFiles(order.tree);
  const touched = new Set(changes.map(({ path }) => path));
  const parent: FileEntry[] = [];
  for (const file of before)
    parent.push({
      path: file.path,
      content: touched.has(file.path) ? await contentOf(forge, order.sha, file) : new Uint8Array(),
      executable: file.mode === '100755',
    });
  const raw = changes.map(({ path, mode, content }) => ({
    path,
    mode,
    content: content === null ? null : new TextEncoder().encode(content),
  }));
  const violations = validatePatch(raw, parent, {
    protect: order.agent.protect,
    allowDependencies: order.agent.allowDependencies,
    fingerprints: { ids: tasks, ngrams: new Map() },
  });
  return violations.length === 0 ? null : describeViolations(violations);
}

async function contentOf(forge: Forge, sha: string, { path }: TreeFile): Promise<Uint8Array> {
  return new TextEncoder().encode((await forge.readFile(path, sha)) ?? '');
}
