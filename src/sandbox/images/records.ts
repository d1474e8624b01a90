import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { z } from 'zod';
import { statusOf } from '../engine.ts';
import { isGone, ownerToString, parseOwner, thisProcess } from '../owner.ts';
import { type HistoryEntry, type Kept, layerSizes } from './usage.ts';

const recordSchema = z.object({
  v: z.literal(1),
  reference: z.string(),
  kind: z.enum(['pulled', 'built', 'own', 'layer']),
  /** Empty while the image is on its way. */
  id: z.string(),
  layers: z.array(z.string()),
  sizes: z.array(z.number().nonnegative()),
  /** The process that gets it. */
  owner: z.string(),
});
type Record = z.infer<typeof recordSchema>;

/** Longest that a build goes on after its process was killed. */
const ADOPTED_MS = 3_600_000;

/**
 * What Huxley pulled or made on an engine: a file each below `home`, written whole, whose time is that of the last use. Nothing that an
 * image says of itself plays a part.
 */
export class Records {
  readonly #docker: Docker;
  readonly #home: string;
  #folder: Promise<string> | undefined;

  constructor(docker: Docker, home: string) {
    this.#docker = docker;
    this.#home = home;
  }

  /**
   * Notes that an image that the engine does not have is being fetched or made, so that it is known even if this process dies first. What
   * is returned drops the note.
   */
  async begin(reference: string, kind: Kept['kind']): Promise<() => Promise<void>> {
    await this.#write({ v: 1, reference, kind, id: '', layers: [], sizes: [], owner: ownerToString(thisProcess()) });
    return () => this.drop(reference);
  }

  /** Keeps what the engine has by this reference as Huxley's. */
  async keep(reference: string, kind: Kept['kind']): Promise<Kept> {
    const image = this.#docker.getImage(reference);
    const [{ Id, RootFS }, history] = await Promise.all([image.inspect(), image.history()]);
    const layers = RootFS?.Layers ?? [];
    const sizes = layerSizes((history as HistoryEntry[]).toReversed(), layers.length);
    const made = { reference, kind, id: Id, layers, sizes };
    await this.#write({ v: 1, ...made, sizes: [...sizes], owner: ownerToString(thisProcess()) });
    return { ...made, at: Date.now() };
  }

  /** Notes a use; whether the image is one of Huxley's. */
  async touch(reference: string): Promise<boolean> {
    const now = new Date();
    return await utimes(await this.#path(reference), now, now).then(
      () => true,
      (error) => unlessAbsent(error) ?? false,
    );
  }

  async drop(reference: string): Promise<void> {
    await rm(await this.#path(reference), { force: true });
  }

  /** All that is still there as it was kept. What is gone, or was replaced by somebody, is forgotten. */
  async list(): Promise<readonly Kept[]> {
    const folder = await this.#open();
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
    const found = await Promise.all(names.map((name) => this.#look(join(folder, name))));
    return found.filter((each) => each !== null);
  }

  async #look(path: string): Promise<Kept | null> {
    const record = await this.#read(path);
    if (record === null) return null;
    const id = await this.#idOf(record.reference);
    const owner = parseOwner(record.owner);
    if (record.id === '' && owner !== undefined && !isGone(owner)) return null;
    if (record.id === '' && id !== null && (await this.#madeSoonAfter(record.reference, path)))
      return await this.keep(record.reference, record.kind);
    if (record.id === id) return { ...record, at: (await stat(path).catch(() => null))?.mtimeMs ?? 0 };
    await this.drop(record.reference);
    return null;
  }

  /**
   * Whether what a process died over is what it made: the engine did not have it when the process began, and it got its name here soon
   * after that. Of one that the engine was told nothing of, somebody else may have pulled it since.
   */
  async #madeSoonAfter(reference: string, note: string): Promise<boolean> {
    const found = await this.#docker.getImage(reference).inspect();
    const { LastTagTime = '' } = (found as { Metadata?: { LastTagTime?: string } }).Metadata ?? {};
    const since = Date.parse(LastTagTime) - (await stat(note)).mtimeMs;
    return since > 0 && since < ADOPTED_MS;
  }

  async #idOf(reference: string): Promise<string | null> {
    try {
      return (await this.#docker.getImage(reference).inspect()).Id;
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  }

  async #read(path: string): Promise<Record | null> {
    const text = await readFile(path, 'utf8').catch(unlessAbsent);
    if (text === undefined) return null;
    // Of a file that another version wrote, or a disk lost, nothing is known, so nothing of it is removed.
    try {
      return recordSchema.parse(JSON.parse(text));
    } catch {
      return null;
    }
  }

  async #write(record: Record): Promise<void> {
    const path = await this.#path(record.reference);
    const part = `${path}.${randomUUID()}.part`;
    await writeFile(part, JSON.stringify(record));
    await rename(part, path);
  }

  async #path(reference: string): Promise<string> {
    return join(await this.#open(), `${createHash('sha256').update(reference).digest('hex').slice(0, 32)}.json`);
  }

  /** A folder for each engine: what one has, another may lack. */
  #open(): Promise<string> {
    this.#folder ??= (async () => {
      const { ID } = (await this.#docker.info()) as { ID: string };
      const folder = join(this.#home, 'kept', createHash('sha256').update(ID).digest('hex').slice(0, 8));
      await mkdir(folder, { recursive: true });
      return folder;
    })();
    this.#folder.catch(() => {
      this.#folder = undefined;
    });
    return this.#folder;
  }
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
