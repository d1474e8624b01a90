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
import { Records } from '../images/records.ts';
import { hashFiles, packFiles } from '../tar.ts';
import { debootstrapImage, debootstrapReference, pullImage } from './base.ts';
import { followed } from './follow.ts';
import { withLock } from './lock.ts';
import { nodeBinary } from './node-binary.ts';
import { npmPackages } from './npm-packages.ts';

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
  readonly home?: string;
  /** Ends what is being made and rejects. */
  readonly signal?: AbortSignal;
}

/**
 * The reference of one of our images, built unless the engine has it: `huxley/<name>:<hash of everything it is made from>`.
 *
 * @param name a folder of `docker/`, e.g. `sandbox` or `polyglot`
 */
export async function ensureImage(engine: EngineAddress, name: string, options: ImageOptions): Promise<string> {
  const root = options.root ?? projectPath('docker');
  const { reference, recipe, files } = await plan(root, name);
  const docker = connect(engine);
  const home = options.home ?? huxleyHome();
  const records = new Records(docker, home);
  if (await hasImage(docker, reference)) {
    await records.touch(reference);
    return reference;
  }
  if (options.mayInstall === false)
    throw new HuxleyError(
      'setup.image',
      `The image ${reference} is not built yet`,
      'Run the command once without --no-install.',
    );
  const base =
    'from' in recipe
      ? await ensureImage(engine, recipe.from, options)
      : await ensureBase(docker, recipe, home, records, options);
  await withLock(join(home, 'images', `${name}.lock`), async () => {
    if (await hasImage(docker, reference)) return;
    options.report(`Building the image ${reference}.`);
    const sources = [...files];
    if (recipe.node) sources.push({ path: 'node', content: await readFile(nodeBinary().path), executable: true });
    if (recipe.npm) sources.push(...(await npmPackages(join(root, name), home)));
    const tar = await packFiles([{ folder: '', files: sources, folderMode: 0o755 }]);
    const stream = await docker.buildImage(Readable.from(tar, { objectMode: false }), {
      t: reference,
      buildargs: { BASE: base },
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

/** The reference an image would have, and whether the engine has it; builds nothing. */
export async function imageState(engine: EngineAddress, name: string, root = projectPath('docker')) {
  const { reference } = await plan(root, name);
  return { reference, built: await hasImage(connect(engine), reference) };
}

async function plan(root: string, name: string): Promise<{ reference: string; recipe: Recipe; files: FileEntry[] }> {
  const folder = join(root, name);
  if (!/^[a-z][a-z0-9-]*$/.test(name) || !existsSync(join(folder, 'image.json')))
    throw new HuxleyError('setup.image', `There is no image '${name}' in ${root}`, 'Name one of the folders there.');
  const recipe = recipeSchema.parse(JSON.parse(await readFile(join(folder, 'image.json'), 'utf8')));
  const files = await readContext(folder);
  const hash = createHash('sha256').update(process.arch);
  hashFiles(hash, files);
  if (recipe.node) hash.update(`\0node ${nodeBinary().version}`);
  if ('from' in recipe) hash.update(`\0${(await plan(root, recipe.from)).reference}`);
  return { reference: `huxley/${name}:${hash.digest('hex').slice(0, 16)}`, recipe, files };
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
