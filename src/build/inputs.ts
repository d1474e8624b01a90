import { createHash } from 'node:crypto';
import type { BuildConfig } from '../contract/build.ts';
import type { FileEntry } from '../model/file.ts';
import { matchesGlob } from '../operator/patch/glob.ts';
import { hashFiles } from '../sandbox/tar.ts';

/** What package managers read to know what to install, in whatever folder it lies. */
const MANIFESTS =
  `package.json package-lock.json npm-shrinkwrap.json yarn.lock .yarnrc.yml pnpm-lock.yaml pnpm-workspace.yaml bun.lock
bunfig.toml deno.json deno.lock .npmrc requirements*.txt constraints*.txt pyproject.toml uv.lock poetry.lock pdm.lock Pipfile
Pipfile.lock setup.cfg Cargo.toml Cargo.lock go.mod go.sum Gemfile Gemfile.lock composer.json composer.lock`
    .split(/\s+/)
    .map((name) => `**/${name}`);

/** The files of a tree that a build sees. @param tree without what no build may see: workflows and tasks */
export function buildInputs(tree: readonly FileEntry[], { inputs }: BuildConfig): readonly FileEntry[] {
  const globs = inputs ?? MANIFESTS;
  return tree.filter(
    ({ path, link }) =>
      link === undefined && !/(^|\/)node_modules\//.test(path) && globs.some((glob) => matchesGlob(path, glob)),
  );
}

/** The same key for the same command on the same files in the same image with the same registries, however often and wherever it is built. */
export function layerKey(
  { command, registries = [] }: BuildConfig,
  image: string,
  inputs: readonly FileEntry[],
): string {
  const hash = createHash('sha256').update(JSON.stringify([2, process.arch, image, command, registries]));
  hashFiles(
    hash,
    [...inputs].sort((a, b) => (a.path < b.path ? -1 : 1)),
  );
  return hash.digest('hex').slice(0, 32);
}
