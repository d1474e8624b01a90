/** Never part of an answer: the harness's own folders in a container. */
export const HARNESS = /^(tests|solution|oracle|logs\/(verifier|agent))(\/|$)/;

const PROGRAMS = /^((usr\/)?(local\/)?(s?bin|games|libexec)|root\/\.local\/bin)\/[^/]+$/;

/** Programs, libraries and what chooses between them. */
const SYSTEM =
  /^((usr\/)?(local\/)?(s?bin|games|lib|lib32|lib64|libx32|libexec)|etc\/(alternatives|python3[^/]*)|usr\/share\/(perl|nodejs|python|awk)[^/]*)(\/|$)|(^|\/)lib\/python3[^/]*\//;

/** Folders whose loss takes all of these along. */
const ROOTS = /^(usr|usr\/local|etc)$/;

/** Where an interpreter or the loader is told to load more, wherever that is. */
const HOOKS =
  /(^|\/)(sitecustomize|usercustomize)\.py$|\/(site|dist)-packages\/[^/]+\.(pth|egg-link)$|^etc\/ld\.so\.preload$/;

/** A module that Python finds by name: its interpreter's folder, and the name. */
const MODULE = /(?:^|\/)lib\/python3?[^/]*\/(?:(?:site|dist)-packages\/)?([^/.]+)(?:\.py|\.[^/]*so|\/__init__\.py)?$/;

/** Modules of the test runner, wherever they turn up. */
const RUNNER = /(^|\/)(_?pytest|pluggy|iniconfig)(\.py|\/__init__\.py)$/;

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
  SYSTEM.test(path) || ROOTS.test(path) || folders.includes(`/${path.slice(0, path.lastIndexOf('/'))}`);
export const isHook = (path: string): boolean => HOOKS.test(path) || RUNNER.test(path);
export const moduleOf = (path: string): string | undefined => MODULE.exec(path)?.[1];

/** The name of a program, where commands are looked for. */
export function programOf(path: string, folders: readonly string[]): string | undefined {
  const at = path.lastIndexOf('/');
  return PROGRAMS.test(path) || folders.includes(`/${path.slice(0, at)}`) ? path.slice(at + 1) : undefined;
}

/** A shared library, or a module of Perl, without its version. */
export const libraryOf = (path: string): string | undefined =>
  /(?:^|\/)([^/]+\.so)(?:\.[\d.]+)?$/.exec(path)?.[1] ??
  /^usr\/(?:local\/)?(?:lib|share)\/.*\/([^/]+\.pm)$/.exec(path)?.[1];

/** Where a link can lead an interpreter, or a search for commands, to a folder of anybody's. */
export const isSearched = (path: string): boolean =>
  /(^|\/)lib\/(python3|perl)[^/]*(\/|$)|^(root|home\/[^/]+)\/\.local(\/(bin|lib))?$/.test(path);
