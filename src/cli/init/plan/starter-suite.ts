import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { KATA_FOLDER } from '../../../benchmark/kata/folder.ts';

/** Where the starter suite is written. */
export const STARTER_SUITE = 'tasks';
/** Two tasks each in TypeScript, Python and shell. */
const STARTERS = ['clamp-range', 'slug-maker', 'luhn-check', 'word-wrap', 'count-lines', 'csv-sum'];

/** A few small tasks to see how one is made, by path; too few to prove anything. */
export function starterSuite(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    STARTERS.flatMap((task) =>
      readdirSync(join(KATA_FOLDER, task), { recursive: true, withFileTypes: true })
        // For the rehearsal model alone.
        .filter((entry) => entry.isFile() && entry.name !== 'rehearsal.yml')
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
        .map((path) => [join(STARTER_SUITE, relative(KATA_FOLDER, path)), readFileSync(path, 'utf8')]),
    ),
  );
}
