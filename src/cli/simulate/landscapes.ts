import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HuxleyError } from '../../model/error.ts';
import { type Landscape, parseLandscape } from '../../simulation/landscape.ts';

const FOLDER = join(import.meta.dirname, '../../simulation/landscapes');

/** A landscape by path, or by the name of one that comes with Huxley. */
export function loadLandscape(nameOrPath: string): Landscape {
  const builtIn = join(FOLDER, `${nameOrPath}.json`);
  const path = existsSync(nameOrPath) ? nameOrPath : /^[\w-]+$/.test(nameOrPath) ? builtIn : nameOrPath;
  if (!existsSync(path))
    throw new HuxleyError(
      'landscape.missing',
      `There is no landscape '${nameOrPath}', neither as a file nor by name.`,
      `Give the path of a landscape file, or one of: ${landscapeNames().join(', ')}.`,
    );
  return parseLandscape(readFileSync(path, 'utf8'), path);
}

export function landscapeNames(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}
