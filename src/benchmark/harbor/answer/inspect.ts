import type { SystemChange, SystemChanges, SystemEntry } from '../../../model/system/change.ts';
import {
  folderOf,
  HARNESS,
  isAside,
  isEntryPoints,
  isHook,
  isInPython,
  isLoaded,
  isScratch,
  isSearched,
  isShared,
  isSystem,
  type Layout,
  layoutOf,
  libraryOf,
  moduleOf,
  programOf,
  runnerFolder,
} from './places.ts';

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

/** What a task says of its verifier. */
export interface VerifierPlaces {
  /** Folders in which commands are looked for. */
  readonly path: readonly string[];
  /** Where its commands work. */
  readonly workdir: string;
  /** The programs that its files call. */
  readonly called: ReadonlySet<string>;
  /** And those that they may call, read loosely. */
  readonly named: ReadonlySet<string>;
  /** Whether one of these may look for a virtual environment where it works. */
  readonly finds: boolean;
}

const SET_ID = 0o6000;
/** The virtual environment that `callsFinder`'s programs look for. */
const FOUND = '.venv';

/**
 * Looks at what an answer did to the files that a verifier runs or loads. What the image has outside the task's working directory, and
 * what is new where programs look by default, is left as the image has it; what can only be meant to reach the verifier is suspect.
 *
 * @param licensed what the task's own solution changes as well (`licenceOf`): this is what the task is about
 */
export function inspect(
  { changes, image }: SystemChanges,
  verifier: VerifierPlaces,
  licensed: ReadonlySet<string>,
): Inspected {
  const { path: folders, called, named, finds } = verifier;
  const programs = namesIn(image, (path) => programOf(path, folders));
  const libraries = namesIn(image, libraryOf);
  const modules = namesIn(image, moduleOf);
  const licensedPrograms = namesIn(licensed, (path) => programOf(path, folders));
  const layout = layoutOf(image, folders, verifier.workdir);
  const environments = environmentsIn(changes, image, verifier, layout);
  const isKnown = (name: string | undefined, known: ReadonlySet<string>) => name !== undefined && known.has(name);
  const isLicensed = ({ path, before }: SystemChange) =>
    licensed.has(path) || (before === null && isKnown(programOf(path, folders), licensedPrograms));
  const isInEnvironment = (path: string) =>
    foldersAbove(path).some(
      (root) => environments.has(root) && /^(bin|lib|lib64|include|share)\//.test(path.slice(root.length + 1)),
    );

  /** Why what is new, or was none of the system's, may reach a verifier all the same, and can mean nothing else. */
  const reached = ({ path, after }: SystemChange): string | null => {
    if (after === null || after.type === 'folder') return null;
    const program = programOf(path, folders);
    if (isKnown(program, programs)) return 'in front of a program of that name';
    if (program !== undefined && called.has(program)) return 'a program that the verifier calls';
    if (isScratch(path) || isInEnvironment(path)) return null;
    const runner = runnerFolder(path);
    const isRunner = runner !== undefined && (`/${runner}` === verifier.workdir || layout.isLookedIn(path));
    if (isRunner || isHook(path)) return 'loaded by every program of its kind';
    if (isKnown(libraryOf(path), libraries)) return 'in front of a library of that name';
    if (!layout.isLookedIn(path)) return null;
    if (after.type === 'link' && isSearched(path)) return 'a link where modules and programs are looked for';
    return isPlugin(path, after) ? 'a plug-in of the test runner' : null;
  };

  const staysOfWork = ({ path, before, after }: SystemChange): boolean => {
    if (finds && !isScratch(path) && path.split('/').includes(FOUND)) return true;
    if (before === null && after?.type !== 'folder' && isKnown(programOf(path, folders), named)) return true;
    if (isInEnvironment(path)) return false;
    if (before !== null && isInPython(path)) return true;
    if (after === null || after.type === 'folder') return false;
    return isLoaded(path) || isPlugin(path, after) || isKnown(moduleOf(path), modules);
  };
  const stays = (change: SystemChange): boolean => {
    const { path, before, after } = change;
    if (staysOfWork(change)) return true;
    if (isScratch(path) || layout.isWork(path) || foldersAbove(path).some((folder) => licensed.has(`${folder}/`)))
      return false;
    return before !== null || (after?.type !== 'folder' && layout.isLookedIn(path));
  };

  const laid: SystemChange[] = [];
  const privileged: string[] = [];
  const suspect: string[] = [];
  const putBack: string[] = [];
  /** Files and links of the image that stay: nothing is laid below them. */
  const closed = new Set<string>();
  for (const change of changes) {
    const { path, before, after, cleared } = change;
    if (HARNESS.test(path)) continue;
    const mayChange = isLicensed(change);
    const isBelow = closed.size > 0 && foldersAbove(path).some((folder) => closed.has(folder));
    const isMode = before?.type === 'folder' && after?.type === 'folder' && !cleared;
    if (!mayChange && !isMode && !isAside(path)) {
      const why = before !== null && isSystem(path, folders) ? (after === null ? 'gone' : 'replaced') : reached(change);
      if (why !== null) {
        suspect.push(`${shown(path)} (${why})`);
        continue;
      }
    }
    if (isBelow || (!mayChange && (isAside(path) || stays(change)))) {
      putBack.push(path);
      if (before !== null && before.type !== 'folder') closed.add(path);
      continue;
    }
    laid.push(change);
    if (setsId(after) && !(setsId(before) && !before!.unread && Buffer.compare(before!.content, after!.content) === 0))
      privileged.push(shown(path));
  }
  return { laid, privileged, suspect, putBack };
}

/**
 * What the task's own solution licenses: the paths it changes, and (with a slash at the end) the folders these lie in, but for those that
 * many programs have files in.
 */
export function licenceOf(changes: readonly SystemChange[]): ReadonlySet<string> {
  const licence = new Set<string>();
  for (const { path, before, after } of changes) {
    licence.add(path);
    if (before?.type === 'folder' && after?.type === 'folder') continue;
    const folder = after?.type === 'folder' ? path : folderOf(path);
    if (!isShared(folder)) licence.add(`${folder}/`);
  }
  return licence;
}

/** The roots of virtual environments that an answer made where nobody looks for one. */
function environmentsIn(
  changes: readonly SystemChange[],
  image: ReadonlySet<string>,
  { path: folders, workdir }: VerifierPlaces,
  layout: Layout,
): ReadonlySet<string> {
  const isAdded = new Set(
    changes.flatMap(({ path, before, after }) => (before === null && after !== null ? [path] : [])),
  );
  const roots = [...isAdded].flatMap((path) => (/.\/pyvenv\.cfg$/.test(path) ? [folderOf(path)] : []));
  return new Set(
    roots.filter(
      (root) =>
        !image.has(root) &&
        !`${workdir}/`.startsWith(`/${root}/`) &&
        !layout.isLookedIn(`${root}/bin/python`) &&
        !folders.includes(`/${root}/bin`) &&
        (isAdded.has(`${root}/bin/python`) || isAdded.has(`${root}/bin/python3`)),
    ),
  );
}

function isPlugin(path: string, { content }: SystemEntry): boolean {
  return isEntryPoints(path) && Buffer.from(content).includes('pytest11');
}

/** The folders a path lies in. */
function foldersAbove(path: string): readonly string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, at) => names.slice(0, at + 1).join('/'));
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
