/** Never part of an answer: the harness's own folders in a container. */
export const HARNESS = /^(tests|solution|oracle|logs\/(verifier|agent))(\/|$)/;

const PROGRAMS = /^((usr\/)?(local\/)?(s?bin|games|libexec)|root\/\.local\/bin)\/[^/]+$/;

/** Programs, libraries and what chooses between them. */
const SYSTEM =
  /^((usr\/)?(local\/)?(s?bin|games|lib|lib32|lib64|libx32|libexec)|etc\/(alternatives|python3[^/]*)|usr\/share\/(perl|nodejs|python|awk)[^/]*)(\/|$)/;

/** Folders whose loss takes all of these along. */
const ROOTS = /^(usr|usr\/local|etc)$/;

/** Where programs, interpreters, linkers and shells look by default, whatever lies there. */
const LOOKED_IN = /^(s?bin|lib|lib32|lib64|libx32|usr|etc|boot|nix|snap|var\/lib)(\/|$)|^(root|home\/[^/]+)\/\.[^/]/;

/** Nobody looks there for what is not named to them. */
const SCRATCH = /^(tmp|var\/tmp|run)(\/|$)/;

/** Folders in which many programs have files: a change in one of these says nothing of its neighbours. */
const SHARED =
  /(^|\/)(s?bin|games|lib|lib32|lib64|libx32|libexec|include|share|etc|src|local|opt|root|srv|mnt|media|var|usr|home|pkg|(site|dist)-packages|(site|vendor)_ruby|python[\d.]*|perl[\d.]*|ruby|nodejs|node_modules|gems|specifications|extensions|plugins|[\d.]+|\.[^/]+|[^/]+-linux-[^/]+|conf\.d|[^/]+\.d)$|^home\/[^/]+$|^$/;

/** Folders that hold trees of all kinds: a `bin` in one of these says nothing of the rest of it. */
const OPEN = /^(|root|home|home\/[^/]+|srv|opt|mnt|media|data|var|var\/www)$/;

const FORMS = String.raw`(\.pyc?|\.[^/]*so|\/__init__\.(pyc?|[^/]*so))$`;
/** What an interpreter or the loader loads before anything else, wherever it finds it. */
const CUSTOMIZE = new RegExp(String.raw`(^|\/)(sitecustomize|usercustomize)${FORMS}`);
const PRELOAD = /^etc\/ld\.so\.preload$/;
/** Modules of the test runner, wherever they turn up. */
const RUNNER = new RegExp(String.raw`^(?:(.*)\/)?(?:_?pytest|pluggy|iniconfig)${FORMS}`);
const PACKAGES = /\/(site|dist)-packages\//;
const PATH_FILE = /\/(site|dist)-packages\/[^/]+\.(pth|egg-link)$/i;
const ENTRY_POINTS = /(\.(dist|egg)-info|(^|\/)egg-info)\/entry_points\.txt$/i;

/** A module that Python finds by name: its interpreter's folder, and the name. */
const MODULE =
  /(?:^|\/)lib\/python3?[^/]*\/(?:(?:site|dist)-packages\/)?([^/.]+)(?:\.pyc?|\.[^/]*so|\/__init__\.pyc?)?$/;

/** What only makes tools faster, configures them, or would be run by what a verifier's container never starts. */
const ASIDE = [
  /(^|\/)__pycache__(\/|$)/,
  /(^|\/)node_modules\/\.(cache|vite)(\/|$)/,
  /^etc\/(ld\.so\.(conf(\.d\/.*)?|cache)|profile(\.d\/.*)?|bash\.bashrc|environment|pip\.conf|npmrc|gitconfig)$/,
  /^etc\/(nsswitch\.conf|ssl\/openssl\.cnf|(pam\.d|security|perl)(\/.*)?)$/,
  /^node_modules(\/|$)/,
  /^(etc\/(cron[^/]*|apt)|var\/(cache|spool\/cron|lib\/apt))(\/|$)/,
  /^(root|home\/[^/]+)\/(\.cache|\.npm|\.pip|\.cargo\/(registry|config[^/]*)|\.config\/(pip|uv|pytest|git))(\/|$)/,
  /^(root|home\/[^/]+)\/\.(bashrc|bash_profile|bash_login|profile|curlrc|wgetrc|npmrc|gitconfig|pydistutils\.cfg)$/,
  /^(conftest\.py|\.?pytest\.(ini|toml)|pyproject\.toml|tox\.ini|setup\.cfg|package\.json)$/,
] as const;

export const isAside = (path: string): boolean => ASIDE.some((place) => place.test(path));
export const isSystem = (path: string, folders: readonly string[]): boolean =>
  SYSTEM.test(path) || ROOTS.test(path) || folders.includes(`/${folderOf(path)}`);
export const isScratch = (path: string): boolean => SCRATCH.test(path);
export const isShared = (folder: string): boolean => SHARED.test(folder);

/** Loaded by every program of its kind, and never left by an installer. */
export const isHook = (path: string): boolean => PRELOAD.test(path) || CUSTOMIZE.test(path);
/** The folder in which a module of the test runner is, but for those that installers leave among the packages. */
export const runnerFolder = (path: string): string | undefined =>
  PACKAGES.test(path) ? undefined : RUNNER.exec(path)?.[1];
/** May be loaded by many programs, and what installers leave as well. */
export const isLoaded = (path: string): boolean => CUSTOMIZE.test(path) || RUNNER.test(path) || PATH_FILE.test(path);
export const isEntryPoints = (path: string): boolean => ENTRY_POINTS.test(path);
export const isInPython = (path: string): boolean => /(^|\/)lib\/python3[^/]*\//.test(path);
export const moduleOf = (path: string): string | undefined => MODULE.exec(path)?.[1];

/** The name of a program, where commands are looked for. */
export function programOf(path: string, folders: readonly string[]): string | undefined {
  const folder = folderOf(path);
  return PROGRAMS.test(path) || folders.includes(`/${folder}`) ? path.slice(path.lastIndexOf('/') + 1) : undefined;
}

/** A shared library where the loader looks for it, or a module of Perl, without its version. */
export const libraryOf = (path: string): string | undefined =>
  /^(?:usr\/)?(?:local\/)?lib(?:32|64|x32)?\/(?:[^/]+-linux-[^/]+\/)?([^/]+\.so)(?:\.[\d.]+)?$/.exec(path)?.[1] ??
  /^usr\/(?:local\/)?(?:lib|share)\/.*\/([^/]+\.pm)$/.exec(path)?.[1];

/** Where a link can lead an interpreter, or a search for commands, to a folder of anybody's. */
export const isSearched = (path: string): boolean =>
  /(^|\/)lib\/(python3|perl)[^/]*(\/|$)|^(root|home\/[^/]+)\/\.local(\/(bin|lib))?$/.test(path);

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

const isIn = (path: string, folder: string): boolean =>
  folder === '' || path === folder || path.startsWith(`${folder}/`);

/** What is said of a path by where it lies in an image. */
export interface Layout {
  /** Whether it is a task's to work on: in its working directory, but for what is the system's in there. */
  readonly isWork: (path: string) => boolean;
  /** Whether something new there may be found by programs that were not told of it. */
  readonly isLookedIn: (path: string) => boolean;
}

export function layoutOf(image: ReadonlySet<string>, folders: readonly string[], workdir: string): Layout {
  const home = workdir.replace(/^\/+|\/+$/g, '');
  // Of a folder of commands, the tree it belongs to; and Python's virtual environments.
  const installed = folders.map((folder) => folderOf(folder.slice(1))).filter((tree) => !OPEN.test(tree));
  const trees = new Set<string>();
  for (const path of image) {
    const tree = /^(.+?)\/s?bin\/[^/]+$/.exec(path)?.[1];
    if (tree !== undefined && !OPEN.test(tree)) trees.add(tree);
    if (path.endsWith('/pyvenv.cfg')) installed.push(folderOf(path));
  }
  const isOption = (path: string) => {
    const option = /^opt\/[^/]+/.exec(path)?.[0];
    return option !== undefined && image.has(option);
  };
  const isInstalled = (path: string) =>
    LOOKED_IN.test(path) || isOption(path) || installed.some((tree) => isIn(path, tree));
  const isHomeInstalled = isInstalled(home) && !isShared(home);
  /** Tools look for their settings in all folders above the one they work in. */
  const isAbove = (path: string) => {
    const above = folderOf(home);
    const parents = ['', ...above.split('/').map((_, at, names) => names.slice(0, at + 1).join('/'))];
    return parents.some((parent) => {
      if (!isIn(path, parent)) return false;
      const rest = parent === '' ? path : path.slice(parent.length + 1);
      return rest !== '' && path !== home && (!rest.includes('/') || /^(\.[^/]+|node_modules)\//.test(rest));
    });
  };
  const isInTree = (path: string) => {
    for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) if (trees.has(folder)) return true;
    return false;
  };
  const isWork = (path: string) =>
    isIn(path, home) && (home !== '' || !isAbove(path)) && (!isInstalled(path) || isHomeInstalled);
  return {
    isWork,
    isLookedIn: (path) =>
      !isWork(path) && (isInstalled(path) || folders.includes(`/${folderOf(path)}`) || isAbove(path) || isInTree(path)),
  };
}
