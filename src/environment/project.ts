import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HuxleyError } from '../model/error.ts';

/** Where this project is on GitHub; workflows use its action as `<this>/action`. */
export const PROJECT = 'huxley-evolve/huxley';

/** The package on npm; `huxley` there is another project's. */
export const PACKAGE = 'huxley-evolve';

let root: string | undefined;

/**
 * A path of Huxley's own installation, e.g. `projectPath('docker')`. Works from the sources, from the package and from
 * the action's bundle, which all lie somewhere below the folder whose package.json is named `huxley` or {@link PACKAGE}.
 */
export function projectPath(...segments: string[]): string {
  root ??= findRoot(dirname(fileURLToPath(import.meta.url)));
  return join(root, ...segments);
}

function findRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && ['huxley', PACKAGE].includes(JSON.parse(readFileSync(manifest, 'utf8')).name))
      return folder;
    if (folder === dirname(folder))
      throw new HuxleyError(
        'project.root',
        `No Huxley installation around ${from}`,
        'Run Huxley from a checkout of its repository; the bundle needs the files next to it.',
      );
  }
}
