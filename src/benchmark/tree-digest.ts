import { createHash } from 'node:crypto';

/** A file as a git tree lists it. */
export interface ListedFile {
  readonly path: string;
  readonly mode: string;
  /** Of its blob. */
  readonly sha: string;
}

/** `git:` over a folder of a repository: what its tasks are, known without reading one. Paths are the repository's. */
export function digestTree(files: readonly ListedFile[]): string {
  const hash = createHash('sha256');
  const lines = files.map(({ mode, sha, path }) => `${mode} ${sha} ${path}\n`);
  for (const line of lines.sort()) hash.update(line);
  return `git:${hash.digest('hex')}`;
}

/** In front of a folder whose tasks are in Harbor's format. */
export const HARBOR = 'harbor:';

/** Where a suite lies in the repository, as its name says it. */
export function suitePath(suite: string): string {
  return suite.startsWith(HARBOR) ? suite.slice(HARBOR.length) : suite;
}

/** A suite's name as a folder of the repository, with a slash at its end. */
export function suiteFolder(suite: string): string {
  return `${suitePath(suite).replace(/^\.\//, '').replace(/\/+$/, '')}/`;
}
