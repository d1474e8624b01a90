import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import { isSameEntry, type SystemChange, type SystemChanges, type SystemEntry } from '../../model/system/change.ts';
import { answered } from '../docker-container.ts';
import { isEnded, statusOf } from '../engine.ts';
import { runExec } from '../exec.ts';
import { type CopyLimits, type ExecResult, type ExecSpec, RUNTIME, type SystemContainer } from '../port.ts';
import { Removal, removeContainer } from '../removal.ts';
import { unpackFiles } from '../tar.ts';
import { imageIndex } from './image-index.ts';
import { packSystem } from './pack-system.ts';
import { readChanged, readImage } from './read-parts.ts';
import { readSystem, refuse, type SystemLimits } from './read-system.ts';

const MEGABYTE = 1024 * 1024;
/** How often to look how much was written. What is written in between is bounded by the limit on each file. */
const WATCH_MILLISECONDS = 2_000;
/** What the engine and the harness put into a container: no part of what its file system became. */
const OURS =
  /^(\.dockerenv|(dev|proc|sys|huxley)(\/.*)?|etc\/(hosts|hostname|resolv\.conf|mtab)|(usr\/)?sbin\/docker-init)$/;
const DELETED = 2;
/** Of an image: which of its files are read is bounded already. */
const UNBOUND = { maxBytes: Number.MAX_SAFE_INTEGER, maxEntries: Number.MAX_SAFE_INTEGER };

/** A container whose root may change its whole file system. It stays when it has ended, until it is removed. */
export class DockerSystemContainer implements SystemContainer {
  readonly id: string;
  readonly #container: Docker.Container;
  readonly #pristine: () => Promise<Docker.Container>;
  readonly #diskMB: number;
  readonly #removal: Removal;
  readonly #watch: NodeJS.Timeout;
  #overflow = false;

  /**
   * @param pristine makes a container of the same image that is never started
   * @param report told of a container that its disposal could not remove
   */
  constructor(
    container: Docker.Container,
    pristine: () => Promise<Docker.Container>,
    diskMB: number,
    report: (line: string) => void,
  ) {
    this.id = container.id;
    this.#container = container;
    this.#pristine = pristine;
    this.#diskMB = diskMB;
    this.#removal = new Removal(container, report);
    // Trouble with the engine shows in what is asked of it next.
    this.#watch = setInterval(() => this.#look().catch(() => undefined), WATCH_MILLISECONDS);
    this.#watch.unref();
  }

  async exec(spec: Omit<ExecSpec, 'user'> & { readonly as?: string }): Promise<ExecResult> {
    spec.signal?.throwIfAborted();
    // By number: an image need not know root's name.
    const as = spec.as === undefined || spec.as === 'root' ? '0:0' : spec.as;
    return await answered(runExec(this.#container, { ...spec, as }, () => this.#end()));
  }

  async lay(changes: readonly SystemChange[]): Promise<void> {
    const gone = changes.flatMap(({ path, after, cleared }) => (after === null || cleared ? [`/${path}`] : []));
    if (gone.length > 0) {
      const remove =
        'for (const path of JSON.parse(require("fs").readFileSync(0, "utf8"))) require("fs").rmSync(path, { recursive: true, force: true })';
      const { exitCode, stderr } = await this.exec({
        command: [`${RUNTIME}/bin/node`, '-e', remove],
        stdin: JSON.stringify(gone),
        timeoutSeconds: 120,
        maxOutputBytes: 2_000,
      });
      if (exitCode !== 0) throw new Error(`What is gone could not be removed: ${stderr.trim()}`);
    }
    if (changes.some(({ after }) => after !== null))
      await answered(this.#container.putArchive(packSystem(changes), { path: '/' }));
  }

  async take(limits: SystemLimits): Promise<SystemChanges> {
    return await answered(this.#take(limits));
  }

  async #take(limits: SystemLimits): Promise<SystemChanges> {
    await this.#end();
    await this.#look();
    if (this.#overflow) refuse(`more than ${this.#diskMB} MB were written`);
    const listed = ((await this.#container.changes()) ?? []) as readonly { Path: string; Kind: number }[];
    const kinds = new Map(listed.map(({ Path, Kind }) => [Path.slice(1), Kind]));
    for (const path of kinds.keys()) if (OURS.test(path)) kinds.delete(path);
    if (kinds.size > limits.maxEntries) refuse(`more than ${limits.maxEntries} changes`);
    const { Image } = await this.#container.inspect();
    await using pristine = new Pristine(this.#pristine, Image);
    const index = await imageIndex(Image, async () => exported(await pristine.container()));
    const after =
      (await readChanged(this.#container, kinds, index, limits)) ??
      (await readAll(this.#container, new Set(kinds.keys()), limits));
    const before = await readImage(
      () => pristine.container(),
      kinds,
      index,
      after.entries,
      async (container, paths) => (await readAll(container, paths, UNBOUND)).entries,
    );
    const changes: SystemChange[] = [];
    for (const path of [...kinds.keys()].sort()) {
      const [was, is] = [before.get(path) ?? null, after.entries.get(path) ?? null];
      const cleared = kinds.get(path) === DELETED && is?.type === 'folder' ? ({ cleared: true } as const) : {};
      if ('cleared' in cleared || !isSameEntry(was, is)) changes.push({ path, before: was, after: is, ...cleared });
    }
    return { changes, image: index.paths, skipped: after.skipped };
  }

  async read(folder: string, limits: CopyLimits): Promise<readonly FileEntry[]> {
    await this.#end();
    try {
      const stream = (await answered(this.#container.getArchive({ path: `${folder}/.` }))) as Readable;
      return await unpackFiles(stream, folder, limits);
    } catch (error) {
      if (statusOf((error as Error).cause) === 404) return [];
      throw error;
    }
  }

  remove(): Promise<void> {
    clearInterval(this.#watch);
    return this.#removal.now();
  }

  [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#watch);
    return this.#removal.disposal();
  }

  /** Ends the container once it wrote more than it may. */
  async #look(): Promise<void> {
    try {
      const { SizeRw = 0 } = (await this.#container.inspect({ size: true } as object)) as { SizeRw?: number };
      if (SizeRw <= this.#diskMB * MEGABYTE) return;
      this.#overflow = true;
      await this.#end();
    } catch (error) {
      if (statusOf(error) === undefined) throw error;
    }
  }

  /** Nothing that ran in it outlives this. */
  async #end(): Promise<void> {
    try {
      await this.#container.kill({ signal: 'SIGKILL' });
    } catch (error) {
      if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
    }
    if (!(await isEnded(this.#container))) await this.#container.wait();
  }
}

/** A container of an image that is never started: made when it is first wanted, and gone in the end. */
class Pristine implements AsyncDisposable {
  readonly #make: () => Promise<Docker.Container>;
  readonly #image: string;
  #made: Promise<Docker.Container> | undefined;

  /** @param image the digest it must have: its name may have come to mean another */
  constructor(make: () => Promise<Docker.Container>, image: string) {
    this.#make = make;
    this.#image = image;
  }

  async container(): Promise<Docker.Container> {
    this.#made ??= this.#make();
    const made = await this.#made;
    if ((await made.inspect()).Image === this.#image) return made;
    throw new HuxleyError(
      'sandbox.image',
      `The engine has another image by that name now than ${this.#image.slice(0, 19)}, which a container was made of`,
      'Name images by digest.',
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const made = await this.#made?.catch(() => undefined);
    if (made !== undefined) await removeContainer(made);
  }
}

async function exported(container: Docker.Container): Promise<Readable> {
  return (await container.export()) as unknown as Readable;
}

/** The entries of these paths, and of what they are other names of. */
async function readAll(
  container: Docker.Container,
  paths: ReadonlySet<string>,
  limits: SystemLimits,
): Promise<{ entries: ReadonlyMap<string, SystemEntry>; skipped: readonly string[] }> {
  const wanted = new Set(paths);
  for (;;) {
    const read = await readSystem(await exported(container), (path) => wanted.has(path), limits);
    if (read.missing.length === 0) return read;
    for (const path of read.missing) wanted.add(path);
  }
}
