import { statfs } from 'node:fs/promises';
import type Docker from 'dockerode';
import { statusOf } from '../engine.ts';
import { removeLayer, volumesOf } from '../layers/layers.ts';
import type { Records } from './records.ts';
import { bytesTogether, type Kept, leastUsed } from './usage.ts';

export const GIGABYTE = 1024 ** 3;
/** What is left free of the engine's disk, whatever the limit: containers and builds write there, too. */
const FREE_BYTES = 2 * GIGABYTE;

export interface Room {
  /** Bytes that Huxley's images may take in all; null for as many as leave the disk some room. */
  readonly limit: number | null;
  /**
   * Removes images by last use until `more` bytes fit, never one in use.
   * @param spare references that stay
   * @returns what was removed, and the bytes by which there is still no room within the limit
   */
  make(more: number, spare: ReadonlySet<string>): Promise<{ readonly gone: readonly Kept[]; readonly over: number }>;
  /** Removes one, unless it is in use; whether it is gone. */
  remove(kept: Kept): Promise<boolean>;
}

/**
 * @param inUse references that this process uses
 * @param free bytes free on the engine's disk; null where nobody here can say
 */
export function roomOn(
  docker: Docker,
  records: Records,
  limit: number | null,
  inUse: () => ReadonlySet<string>,
  free: () => Promise<number | null> = freeOn(docker),
): Room {
  const remove = async (each: Kept): Promise<boolean> => {
    // Nothing is forced: the engine refuses what a container of any process was made from.
    const refused =
      each.kind === 'layer'
        ? !(await removeLayer(docker, each.reference.split(':')[1]!))
        : await docker
            .getImage(each.reference)
            .remove()
            .then(() => false, isInUse);
    if (!refused) await records.drop(each.reference);
    return !refused;
  };
  return {
    limit,
    remove,
    async make(more, spare) {
      const gone: Kept[] = [];
      let kept = await records.list();
      const isUsed = await usedBy(docker, kept);
      const stuck = new Set<string>();
      const stays = (each: Kept) =>
        isUsed(each) || stuck.has(each.reference) || spare.has(each.reference) || inUse().has(each.reference);
      for (;;) {
        const most = limit === null ? Number.POSITIVE_INFINITY : Math.max(0, limit - more);
        const over = bytesTogether(kept) - most;
        const short = ((await free()) ?? Number.POSITIVE_INFINITY) < FREE_BYTES + more;
        const [next] =
          over > 0
            ? leastUsed(kept, most, stays)
            : short
              ? leastUsed(kept, -1, (each) => each.kind === 'own' || stays(each))
              : [];
        if (next === undefined) return { gone, over: Math.max(0, over) };
        if (await remove(next)) {
          gone.push(next);
          kept = kept.filter((each) => each !== next);
        } else stuck.add(next.reference);
      }
    },
  };
}

function isInUse(error: unknown): boolean {
  if (statusOf(error) === 404) return false;
  if (statusOf(error) === 409) return true;
  throw error;
}

/** What containers of any process were made from, or mount, whether they run or not. */
async function usedBy(docker: Docker, kept: readonly Kept[]): Promise<(kept: Kept) => boolean> {
  if (kept.length === 0) return () => false;
  const containers = await docker.listContainers({ all: true });
  const images = new Set(containers.map(({ ImageID }) => ImageID));
  const volumes = new Set(containers.flatMap(({ Mounts }) => Mounts.map(({ Name }) => Name)));
  return ({ id, kind, reference }) =>
    images.has(id) ||
    (kind === 'layer' && [...volumes].some((name) => name?.startsWith(volumesOf(reference.split(':')[1]!))));
}

/** Where the engine keeps its data on this machine; one elsewhere cannot be looked at. */
function freeOn(docker: Docker): () => Promise<number | null> {
  let folder: string | undefined;
  return async () => {
    folder ??= ((await docker.info()) as { DockerRootDir?: string }).DockerRootDir ?? '';
    return await statfs(folder).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => null,
    );
  };
}
