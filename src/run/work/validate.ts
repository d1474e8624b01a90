import type { Order } from '../../contract/contract.ts';
import type { Forge, TreeFile } from '../../github/forge.ts';
import type { FileChange, FileEntry } from '../../model/file.ts';
import { fromFileChange } from '../../operator/patch/change.ts';
import { describeViolations, type Unusual, unusualIn, validatePatch } from '../../operator/patch/validate.ts';

/** What the App thinks of a worker's patch. */
export interface Examined {
  /** Why it is refused, or null. */
  readonly refusal: string | null;
  /** What reviewers should look at twice; paths are untrusted text. */
  readonly unusual: readonly Unusual[];
}

/**
 * Examines a worker's patch, or one that a worker is to adopt. A worker checks as much, in a place that is trusted less than this one, and
 * whether it holds anything of the tasks besides; only the contents of the files it changes are read here.
 */
export async function examinePatch(
  forge: Forge,
  order: Pick<Order, 'sha' | 'tree' | 'agent'>,
  tasks: readonly string[],
  changes: readonly FileChange[],
): Promise<Examined> {
  const before = await forge.listFiles(order.tree);
  const touched = new Set(changes.map(({ path }) => path));
  const parent: FileEntry[] = [];
  const links: string[] = [];
  for (const file of before) {
    if (!file.mode.startsWith('100')) links.push(file.path);
    else
      parent.push({
        path: file.path,
        content: touched.has(file.path) ? await contentOf(forge, order.sha, file) : new Uint8Array(),
        executable: file.mode === '100755',
      });
  }
  const raw = changes.map(fromFileChange);
  const violations = validatePatch(raw, parent, {
    protect: order.agent.protect,
    ...(order.agent.allow && { allow: order.agent.allow }),
    allowDependencies: order.agent.allowDependencies,
    builds: Boolean(order.agent.build),
    fingerprints: { ids: tasks, ngrams: new Map() },
    links,
  });
  return violations.length === 0
    ? { refusal: null, unusual: unusualIn(raw, parent) }
    : { refusal: describeViolations(violations), unusual: [] };
}

async function contentOf(forge: Forge, sha: string, { path }: TreeFile): Promise<Uint8Array> {
  return new TextEncoder().encode((await forge.readFile(path, sha)) ?? '');
}
