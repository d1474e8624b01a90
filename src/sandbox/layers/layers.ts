import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import type Docker from 'dockerode';
import { z } from 'zod';
import { huxleyHome } from '../../environment/home.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import { hasImage, hasVolume, statusOf } from '../engine.ts';
import { OWNER_LABEL } from '../hardening.ts';
import { ownerToString, thisProcess } from '../owner.ts';
import { LAYER_PATH, type Layer, type MadeLayer } from '../port.ts';
import { followed } from '../setup/follow.ts';
import { withLock } from '../setup/lock.ts';

export interface LayerOptions {
  /** Folder that layers are also kept in as files, for runners that share one; undefined for none. */
  readonly shared?: string | undefined;
  readonly home?: string;
  readonly report: (line: string) => void;
}

/** Layers that are kept, by last use. */
const MOST_LAYERS = 20;
/** Seconds to wait for another process that builds the same. */
const PATIENCE_SECONDS = 3_600;
/** Seconds the copying of a layer may take. */
const HOLD_SECONDS = 600;
const LABEL = 'huxley.layer';
/** Ending of the tag of a layer whose volumes are filled. */
const FULL = '-full';
const pathsSchema = z.array(z.string().regex(LAYER_PATH)).max(64);

/** A layer is kept as an image of that one layer, and filled into volumes that any container can mount. */
export async function ensureLayer(
  docker: Docker,
  key: string,
  make: () => Promise<MadeLayer>,
  { shared, home = huxleyHome(), report }: LayerOptions,
): Promise<Layer> {
  const folder = join(home, 'layers');
  const work = async () => {
    const image = `huxley/layer:${key}`;
    if (!(await hasImage(docker, image)) && !(await fromShared(docker, shared, key, report))) {
      await using made = await make();
      await keep(docker, image, made, shared, key);
    }
    const paths = await pathsOf(docker, image);
    await fill(docker, image, key, paths);
    const suffix = `-${await engineName(docker)}`;
    await writeFile(join(folder, key + suffix), '');
    await forgetOld(docker, folder, suffix).catch((error) => report(`Old layers stay for now: ${messageOf(error)}`));
    return { folders: paths.map((path, n) => ({ path, volume: volumeName(key, n) })) };
  };
  try {
    return await withLock(join(folder, `${key}.lock`), work, { seconds: PATIENCE_SECONDS });
  } catch (error) {
    throw error instanceof HuxleyError ? error : notKept(error);
  }
}

function notKept(error: unknown): HuxleyError {
  return new HuxleyError(
    'layer.keep',
    `What the build made cannot be kept: ${messageOf(error)}`,
    'See whether the engine has room left on its disk (`docker system df`).',
    { cause: error },
  );
}

/** What the names of a layer's volumes begin with. */
export function volumesOf(key: string): string {
  return `huxley-layer-${key}-`;
}

function volumeName(key: string, n: number): string {
  return `${volumesOf(key)}${n}`;
}

async function pathsOf(docker: Docker, image: string): Promise<readonly string[]> {
  const { Config } = await docker.getImage(image).inspect();
  return pathsSchema.parse(JSON.parse(Buffer.from(Config.Labels?.[LABEL] ?? '', 'base64url').toString()));
}

async function importLayer(docker: Docker, key: string, paths: readonly string[], tar: NodeJS.ReadableStream) {
  const label = Buffer.from(JSON.stringify(paths)).toString('base64url');
  const options = { repo: 'huxley/layer', tag: key, changes: `LABEL ${LABEL}=${label}` };
  await followed(docker, await docker.importImage(tar, options));
}

/** Takes the folders over as they are: nothing of them is read here. */
async function keep(docker: Docker, image: string, made: MadeLayer, shared: string | undefined, key: string) {
  const tar = new PassThrough();
  const taking = made.container.archive(made.folder, made.paths, tar).catch((error: Error) => {
    tar.destroy(error);
    throw error;
  });
  taking.catch(() => undefined);
  try {
    if (shared === undefined) await importLayer(docker, key, made.paths, tar);
    else {
      await mkdir(shared, { recursive: true });
      const file = join(shared, `${key}.tar.gz`);
      const part = `${file}.${randomUUID()}.part`;
      await pipeline(tar, createGzip({ level: 1 }), createWriteStream(part));
      await taking;
      await writeFile(join(shared, `${key}.json`), JSON.stringify(made.paths));
      await rename(part, file);
      await importLayer(docker, key, made.paths, createReadStream(file));
    }
    await taking;
  } catch (error) {
    // Of a tar that broke off, the engine may have kept what came.
    await docker
      .getImage(image)
      .remove({ force: true })
      .catch(() => undefined);
    // What the build left may be unreadable: that is not the engine's doing.
    await taking;
    throw notKept(error);
  }
}

/** Whether the shared folder had the layer. One that cannot be read is built again, and that is said. */
async function fromShared(
  docker: Docker,
  shared: string | undefined,
  key: string,
  report: (line: string) => void,
): Promise<boolean> {
  const file = join(shared ?? '', `${key}.tar.gz`);
  if (shared === undefined || !existsSync(file)) return false;
  try {
    const paths = pathsSchema.parse(JSON.parse(await readFile(join(shared, `${key}.json`), 'utf8')));
    await importLayer(docker, key, paths, createReadStream(file));
    report('The dependencies are built already: they come from the shared folder.');
    return true;
  } catch (error) {
    report(`The layer in ${file} cannot be used, so it is built again: ${messageOf(error)}`);
    return false;
  }
}

/** Which engine a file is about that says when a layer was used last. */
async function engineName(docker: Docker): Promise<string> {
  const { ID } = (await docker.info()) as { ID: string };
  return createHash('sha256').update(ID).digest('hex').slice(0, 8);
}

/**
 * Fills volumes from the image: an engine does that when a container is made that mounts an empty volume where its image has
 * something. A second tag of the image says that it was done to the end; without it, whatever there is is made again. One process of
 * all that use the engine does it, the one whose container has the name.
 */
async function fill(docker: Docker, image: string, key: string, paths: readonly string[]) {
  const names = paths.map((_, n) => volumeName(key, n));
  const isFull = async () =>
    (await hasImage(docker, `${image}${FULL}`)) &&
    (await Promise.all(names.map((name) => hasVolume(docker, name)))).every(Boolean);
  if (await isFull()) return;
  await using _ = await holdName(docker, image, `huxley-fill-${key}`);
  if (await isFull()) return;
  for (const name of names) {
    // One that is in use was full when it was mounted.
    if (await hasVolume(docker, name)) await docker.getVolume(name).remove({ force: true }).catch(ignoreInUse);
    await docker.createVolume({ Name: name, Labels: { [LABEL]: key } });
  }
  const Mounts = paths.map((path, n) => ({ Type: 'volume', Source: names[n]!, Target: `/${path}` }) as const);
  const container = await docker.createContainer(never(image, { Mounts }));
  await container.remove({ force: true });
  await docker.getImage(image).tag({ repo: 'huxley/layer', tag: `${key}${FULL}` });
}

/** A container that is made and never started. */
function never(image: string, HostConfig: Docker.HostConfig): Docker.ContainerCreateOptions {
  const Labels = { [OWNER_LABEL]: ownerToString(thisProcess()) };
  return { Image: image, Cmd: ['none'], Labels, HostConfig: { NetworkMode: 'none', ...HostConfig } };
}

/** Waits until no other process has a container of this name, and holds it. One that was left behind is taken over in time. */
async function holdName(docker: Docker, image: string, name: string): Promise<AsyncDisposable> {
  const until = Date.now() + HOLD_SECONDS * 1000;
  for (;;) {
    try {
      const container = await docker.createContainer({ ...never(image, {}), name });
      return { [Symbol.asyncDispose]: () => container.remove({ force: true }) };
    } catch (error) {
      if (statusOf(error) !== 409) throw error;
      if (Date.now() > until) await docker.getContainer(name).remove({ force: true }).catch(ignoreInUse);
      await sleep(200);
    }
  }
}

/** Lets go of what was not used for longest; what a container still uses stays. */
async function forgetOld(docker: Docker, folder: string, suffix: string): Promise<void> {
  const marks = (await readdir(folder)).filter((name) => name.endsWith(suffix));
  if (marks.length <= MOST_LAYERS) return;
  const used = await Promise.all(
    marks.map(async (name) => ({ name, at: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })),
  );
  for (const { name } of used.sort((a, b) => b.at - a.at).slice(MOST_LAYERS)) {
    const key = name.slice(0, -suffix.length);
    await rm(join(folder, name), { force: true });
    await removeLayer(docker, key);
  }
}

/** Removes a layer's volumes and image, but for what a container uses; whether all of it is gone. */
export async function removeLayer(docker: Docker, key: string): Promise<boolean> {
  const { Volumes } = await docker.listVolumes({ filters: { label: [`${LABEL}=${key}`] } });
  for (const { Name } of Volumes ?? []) await docker.getVolume(Name).remove().catch(ignoreInUse);
  const left = await docker.listVolumes({ filters: { label: [`${LABEL}=${key}`] } });
  if (left.Volumes?.length) return false;
  for (const tag of [key + FULL, key]) await docker.getImage(`huxley/layer:${tag}`).remove().catch(ignoreInUse);
  return !(await hasImage(docker, `huxley/layer:${key}`));
}

function ignoreInUse(error: unknown): void {
  if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
}
