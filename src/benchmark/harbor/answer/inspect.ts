import type { SystemChange, SystemChanges, SystemEntry } from '../../../model/system/change.ts';
import { HARNESS, isAside, isHook, isSearched, isSystem, libraryOf, moduleOf, programOf } from './places.ts';

/** An answer, looked at before anything of it is run. */
export interface Inspected {
  /** What is laid into the verifier's container. */
  readonly laid: readonly SystemChange[];
  /** What would set a user's id when it is run, each in words: refuses the whole. */
  readonly privileged: readonly string[];
  /** Differences in what a verifier runs or loads, each in words. */
  readonly suspect: readonly string[];
  /** Paths that were left as the image has them. */
  readonly putBack: readonly string[];
}

const SET_ID = 0o6000;

/**
 * Looks at what an answer did to the files that a verifier runs or loads: programs, shells, interpreters, libraries, and what tells
 * these to load more. Caches, configurations of tools and the like are left as the image has them instead.
 *
 * @param verifier what the task says of these: where commands are looked for, and its scripts
 * @param licensed paths that the task's own solution changes as well: these are what the task is about
 */
export function inspect(
  { changes, image }: SystemChanges,
  verifier: { readonly path: readonly string[]; readonly scripts: string },
  licensed: ReadonlySet<string>,
): Inspected {
  const programs = namesIn(image, (path) => programOf(path, verifier.path));
  const libraries = namesIn(image, libraryOf);
  const modules = namesIn(image, moduleOf);
  const called = new Set(verifier.scripts.match(/[\w.+-]+/g) ?? []);
  const isKnown = (name: string | undefined, known: ReadonlySet<string>) => name !== undefined && known.has(name);

  /** Why what is new, or was none of the system's, may reach a verifier all the same. */
  const added = ({ path, after }: SystemChange): string | null => {
    if (after === null || after.type === 'folder') return null;
    if (isHook(path)) return 'loaded by every program of its kind';
    if (after.type === 'link' && isSearched(path)) return 'a link where modules and programs are looked for';
    const program = programOf(path, verifier.path);
    if (isKnown(program, programs)) return 'in front of a program of that name';
    if (program !== undefined && called.has(program)) return 'a program that the verifier calls';
    if (isKnown(libraryOf(path), libraries)) return 'in front of a library of that name';
    if (isKnown(moduleOf(path), modules)) return 'in front of a module of that name';
    const isPlugin =
      /\.(dist|egg)-info\/entry_points\.txt$/.test(path) && Buffer.from(after.content).includes('pytest11');
    return isPlugin ? 'a plug-in of the test runner' : null;
  };

  const laid: SystemChange[] = [];
  const privileged: string[] = [];
  const suspect: string[] = [];
  const putBack: string[] = [];
  for (const change of changes) {
    const { path, before, after, cleared } = change;
    if (HARNESS.test(path)) continue;
    const mayChange = licensed.has(path);
    if (isAside(path) && !mayChange) {
      putBack.push(path);
      continue;
    }
    laid.push(change);
    if (setsId(after) && !(setsId(before) && Buffer.compare(before!.content, after!.content) === 0))
      privileged.push(shown(path));
    if (mayChange || (before?.type === 'folder' && after?.type === 'folder' && !cleared)) continue;
    const why =
      before !== null && isSystem(path, verifier.path) ? (after === null ? 'gone' : 'replaced') : added(change);
    if (why !== null) suspect.push(`${shown(path)} (${why})`);
  }
  return { laid, privileged, suspect, putBack };
}

function setsId(entry: SystemEntry | null): boolean {
  return entry?.type === 'file' && (entry.mode & SET_ID) !== 0;
}

function namesIn(paths: ReadonlySet<string>, name: (path: string) => string | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  for (const path of paths) {
    const found = name(path);
    if (found !== undefined) names.add(found);
  }
  return names;
}

/** A path as it may be shown: it is an agent's text. */
export function shown(path: string): string {
  return JSON.stringify(`/${path.replace(/[^\x20-\x7e]/g, '?').slice(0, 120)}`);
}

/** The first few of a list, in words. */
export function some(list: readonly string[]): string {
  return `${list.slice(0, 5).join(', ')}${list.length > 5 ? ` and ${list.length - 5} more` : ''}`;
}
