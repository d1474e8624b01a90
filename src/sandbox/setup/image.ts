import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { z } from 'zod';
import { huxleyHome } from '../../environment/home.ts';
import { projectPath } from '../../environment/project.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import { connect, type EngineAddress, hasImage } from '../engine.ts';
import type { PullOptions } from '../images/pull.ts';
import { Records } from '../images/records.ts';
import { hashFiles, packFiles } from '../tar.ts';
import { debootstrapImage, debootstrapReference, pullImage } from './base.ts';
import { followed } from './follow.ts';
import { withLock } from './lock.ts';
import { lockedNode, nodeBinary, usableNode } from './node-binary.ts';
import { npmPackages } from './npm-packages.ts';
import { IDENTITY_LABEL, type Published, publishedImage, pullPublished } from './published.ts';

const context = {
  /** Whether the build context gets the Node binary as `node`. */
  node: z.boolean().default(false),
  /** Whether the build context gets `node_modules` as the folder's package-lock.json says, fetched by this machine's npm. */
  npm: z.boolean().default(false),
};

/** `docker/<name>/image.json`: what an image is built on. */
const recipeSchema = z.union([
  z.strictObject({
    /** A Debian image, where a registry can be reached. */
    pull: z.string(),
    /** How to make the same base without one. */
    debootstrap: z.strictObject({ suite: z.string(), packages: z.array(z.string()) }),
    ...context,
  }),
  z.strictObject({
    /** Another image of ours. */
    from: z.string(),
    ...context,
  }),
]);
type Recipe = z.infer<typeof recipeSchema>;

export interface ImageOptions {
  readonly report: (line: string) => void;
  /** Whether base images may be fetched and images built; otherwise HuxleyError `setup.image` when one is missing. */
  readonly mayInstall?: boolean;
  /** The folder with the images' sources; the project's `docker` by default. */
  readonly root?: string;
  /** Images of a release, pulled instead of built; by default those of the release that this is, for the images of the project. */
  readonly published?: Published;
  /** Opens one registry to pulls. */
  readonly token?: PullOptions['token'];
  readonly home?: string;
  /** Ends what is being made and rejects. */
  readonly signal?: AbortSignal;
}

/**
 * The reference of one of our images, pulled as the release published it or built unless the engine has it:
 * `huxley/<name>:<hash of everything it is made from>`.
 *
 * @param name a folder of `docker/`, e.g. `sandbox` or `polyglot`
 */
export async function ensureImage(engine: EngineAddress, name: string, options: ImageOptions): Promise<string> {
  const root = options.root ?? projectPath('docker');
  const plans = await plansOf(root, name);
  const { recipe, files } = plans[0];
  const docker = connect(engine);
  const home = options.home ?? huxleyHome();
  const records = new Records(docker, home);
  const there = await firstThere(docker, plans);
  if (there !== undefined) {
    await records.touch(there);
    return there;
  }
  if (options.mayInstall === false)
    throw new HuxleyError(
      'setup.image',
      `The image ${plans[0].reference} is not built yet`,
      'Run the command once without --no-install.',
    );
  const lock = join(home, 'images', `${name}.lock`);
  const published = publishedImage(name, options.root === undefined ? options.published : (options.published ?? {}));
  if (published !== null) {
    const { reference } = plans.at(-1)!;
    const pulled = await withLock(lock, async () => {
      if (await hasImage(docker, reference)) return true;
      if (!(await pullPublished(docker, published, reference, options))) return false;
      await records.keep(reference, 'own');
      return true;
    });
    if (pulled) return reference;
  }
  const base =
    'from' in recipe
      ? await ensureImage(engine, recipe.from, options)
      : await ensureBase(docker, recipe, home, records, options);
  const { reference } = plans.find((plan) => plan.base === base) ?? plans[0];
  await withLock(lock, async () => {
    if (await hasImage(docker, reference)) return;
    options.report(`Building the image ${reference}.`);
    const sources = [...files];
    if (recipe.node) sources.push({ path: 'node', content: await readFile(nodeBinary().path), executable: true });
    if (recipe.npm) sources.push(...(await npmPackages(join(root, name), home)));
    const tar = await packFiles([{ folder: '', files: sources, folderMode: 0o755 }]);
    const stream = await docker.buildImage(Readable.from(tar, { objectMode: false }), {
      t: reference,
      buildargs: { BASE: base },
      labels: { [IDENTITY_LABEL]: reference },
      rm: true,
      forcerm: true,
    });
    await followed(docker, stream, options.signal).catch((error) => {
      options.signal?.throwIfAborted();
      throw new HuxleyError(
        'setup.image',
        `The image '${name}' cannot be built: ${messageOf(error)}`,
        /no space left on device/i.test(messageOf(error))
          ? 'The disk is full: free some space where the Docker engine keeps its data (`docker system df` shows what it holds).'
          : `Fix ${join(root, name, 'Dockerfile')}, or the network it needs.`,
      );
    });
    await records.keep(reference, 'own');
  });
  return reference;
}

/** The reference an image has, or would have if it were built, and whether the engine has it; builds nothing. */
export async function imageState(engine: EngineAddress, name: string, root = projectPath('docker')) {
  const plans = await plansOf(root, name);
  const there = await firstThere(connect(engine), plans);
  return { reference: there ?? plans[0].reference, built: there !== undefined };
}

interface Plan {
  readonly reference: string;
  readonly recipe: Recipe;
  readonly files: readonly FileEntry[];
  /** Reference of the image of ours that it is built on; null where it is built on none. */
  readonly base: string | null;
}

/** What is built here, and what a release has built, with the Node that it locks, which may be another than this machine's. */
async function plansOf(root: string, name: string): Promise<readonly [Plan, ...Plan[]]> {
  const locked = lockedNode();
  const built = await plan(root, name, usableNode()?.version ?? locked ?? nodeBinary().version);
  const released = locked === null ? built : await plan(root, name, locked);
  return released.reference === built.reference ? [built] : [built, released];
}

async function firstThere(docker: Docker, plans: readonly Plan[]): Promise<string | undefined> {
  for (const { reference } of plans) if (await hasImage(docker, reference)) return reference;
  return undefined;
}

async function plan(root: string, name: string, node: string): Promise<Plan> {
  const folder = join(root, name);
  if (!/^[a-z][a-z0-9-]*$/.test(name) || !existsSync(join(folder, 'image.json')))
    throw new HuxleyError('setup.image', `There is no image '${name}' in ${root}`, 'Name one of the folders there.');
  const recipe = recipeSchema.parse(JSON.parse(await readFile(join(folder, 'image.json'), 'utf8')));
  const files = await readContext(folder);
  const hash = createHash('sha256').update(process.arch);
  hashFiles(hash, files);
  if (recipe.node) hash.update(`\0node ${node}`);
  const base = 'from' in recipe ? (await plan(root, recipe.from, node)).reference : null;
  if (base !== null) hash.update(`\0${base}`);
  return { reference: `huxley/${name}:${hash.digest('hex').slice(0, 16)}`, recipe, files, base };
}

async function ensureBase(
  docker: Docker,
  recipe: Extract<Recipe, { pull: string }>,
  home: string,
  records: Records,
  { report, signal }: ImageOptions,
) {
  return await withLock(join(home, 'images', 'base.lock'), async () => {
    for (const made of [recipe.pull, debootstrapReference(recipe.debootstrap)])
      if (await hasImage(docker, made)) return made;
    const base =
      (await pullImage(docker, recipe.pull, report, signal)) ??
      (await debootstrapImage(docker, recipe.debootstrap, join(home, 'images'), report, signal));
    await records.keep(base, 'own');
    return base;
  });
}

async function readContext(folder: string): Promise<FileEntry[]> {
  const names = (await readdir(folder, { recursive: true })).sort();
  const files: FileEntry[] = [];
  for (const name of names) {
    const { mode, isFile } = await stat(join(folder, name)).then((s) => ({ mode: s.mode, isFile: s.isFile() }));
    if (isFile)
      files.push({ path: name, content: await readFile(join(folder, name)), executable: (mode & 0o100) !== 0 });
  }
  return files;
}
