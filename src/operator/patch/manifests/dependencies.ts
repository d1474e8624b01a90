import { differing, iniKeys, jsonKeys, type Keys, lineKeys, tomlKeys } from './keys.ts';
import { lockChanges } from './locks.ts';

/** What package managers write; without a build the image is the default branch's, so a variant's would have no effect or the wrong one. */
const LOCKS = new Set([
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'bun.lockb',
  'deno.lock',
  'poetry.lock',
  'uv.lock',
  'pdm.lock',
  'pipfile.lock',
  'cargo.lock',
  'go.sum',
  'gemfile.lock',
  'composer.lock',
  'mix.lock',
  'pubspec.lock',
  'gradle.lockfile',
]);

/** Manifests that are programs, or of a form that is not compared key by key: any change may declare a dependency. */
const WHOLE = new Set([
  'setup.py',
  'pipfile',
  'go.work',
  'gemfile',
  'mix.exs',
  'pubspec.yaml',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
  'pnpm-workspace.yaml',
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  'pip.conf',
  '.pypirc',
  'environment.yml',
  'bunfig.toml',
]);

/** How a manifest is read, and which of its keys mean what; a key that is in neither list declares a dependency, or might. */
interface Manifest {
  readonly name: RegExp;
  readonly keys: (text: string) => Keys | null;
  /** Says something about the project, and changes nothing that is built, installed or run by others. */
  readonly free: RegExp;
  /** Is run where the project is built or installed. No configuration allows a variant to change it. */
  readonly run: RegExp;
}

const ABOUT =
  'version|description|keywords|authors?|maintainers|contributors|licen[sc]e(-files?)?|readme|classifiers|homepage|repository|documentation|urls|categories|funding|bugs';
const MANIFESTS: readonly Manifest[] = [
  {
    name: /^package\.json$/,
    keys: jsonKeys,
    free: new RegExp(
      `^(${ABOUT}|main|module|types|typings|type|exports|imports|files|sideEffects)(\\.|$)|^scripts(\\.|$)`,
    ),
    run: /^scripts\.((pre|post)?(install|uninstall|prepare|prepublish|prepublishOnly|pack|publish|version)|dependencies)$|^(gypfile|bin|man|directories|pnpm|husky|lint-staged|simple-git-hooks|publishConfig|config|nodemonConfig|wireit|volta)(\.|$)/,
  },
  {
    name: /^(composer|deno)\.jsonc?$/,
    keys: jsonKeys,
    free: new RegExp(`^(${ABOUT}|fmt|lint)(\\.|$)`),
    run: /^(scripts|tasks|bin|config)(\.|$)/,
  },
  {
    name: /^pyproject\.toml$/,
    keys: tomlKeys,
    free: new RegExp(
      `^(project|tool\\.poetry)\\.(${ABOUT})(\\.|$)|^tool\\.(ruff|black|isort|mypy|pyright|pylint|flake8|pydocstyle|bandit)(\\.|$)`,
    ),
    run: /^build-system|^project\.(scripts|gui-scripts|entry-points|dynamic)|^tool\.(setuptools|hatch|flit|maturin|scikit-build|cython|pdm\.(build|scripts)|poetry\.(build|scripts|plugins)|uv|pip|poe|taskipy|pytest|coverage|tox)(\.|$)/,
  },
  {
    name: /^setup\.cfg$/,
    keys: iniKeys,
    free: new RegExp(
      `^metadata\\.(${ABOUT}|long_description.*|url|project_urls)$|^(flake8|mypy.*|isort|pylint.*|pycodestyle)\\.`,
    ),
    run: /^(options\.entry_points|options\.cmdclass|aliases|build.*|install.*|develop|egg_info|bdist.*|sdist|tool:pytest|tox.*|testenv.*)\./,
  },
  {
    name: /^cargo\.toml$/,
    keys: tomlKeys,
    free: new RegExp(`^package\\.(${ABOUT})(\\.|$)`),
    run: /^package\.(build|links|default-run|autobins)|^build-dependencies|^(lib\.proc-macro|lib\.path|bin\[|test\[|profile\.)/,
  },
  { name: /^go\.mod$/, keys: lineKeys, free: /^$/, run: /^$/ },
  { name: /^((requirements|constraints).*\.(txt|in))$/, keys: lineKeys, free: /^$/, run: /^$/ },
];

const DEPENDENCIES = /depend|overrides|resolutions|requires|workspace|packageManager|^line /i;

/** Installed packages have no business in a patch. */
const VENDORED = /(^|\/)(node_modules|site-packages|vendor\/bundle|\.venv|venv)\//i;

/**
 * Why a change touches dependencies or what is run to install them, or `null` when it does not. Installed packages and what is
 * run are refused always, dependencies unless allowed, lock files unless the variant is built, too. Manifests are compared as data,
 * key by key.
 */
export function dependencyProblem(
  path: string,
  before: string | null,
  after: string | null,
  { allowDependencies: allowed, builds = false }: { readonly allowDependencies: boolean; readonly builds?: boolean },
): string | null {
  const name = nameOf(path);
  if (LOCKS.has(name) && !builds) return "changes a lock file; dependencies are installed from the default branch's";
  if (LOCKS.has(name)) return allowed ? null : 'changes a lock file';
  if (VENDORED.test(path)) return 'adds installed packages';
  if (WHOLE.has(name)) return allowed ? null : 'changes a dependency manifest';
  const manifest = MANIFESTS.find((one) => one.name.test(name));
  if (!manifest) return null;
  const [old, now] = [keysOf(manifest, before), keysOf(manifest, after)];
  if (old === null || now === null)
    return `can’t be compared as a manifest, so it may change the dependencies of ${name}`;
  const changed = differing(old, now);
  const run = changed.find((key) => manifest.run.test(key));
  if (run !== undefined) return `changes ${shown(run)} of ${name}, which is run where it is built or installed`;
  const others = changed.filter((key) => !manifest.free.test(key));
  const other = others.find((key) => DEPENDENCIES.test(key)) ?? others[0];
  if (other === undefined || allowed) return null;
  return DEPENDENCIES.test(other)
    ? `changes the dependencies of ${name} (${shown(other)})`
    : `changes ${shown(other)} of ${name}, which may change what is installed`;
}

/** Whether a file is a package manager's list of exact versions. */
export function isLock(path: string): boolean {
  return LOCKS.has(nameOf(path));
}

/** Whether a file says what is depended on. */
export function isManifest(path: string): boolean {
  const name = nameOf(path);
  return WHOLE.has(name) || MANIFESTS.some((one) => one.name.test(name));
}

function nameOf(path: string): string {
  return path.split('/').at(-1)!.toLowerCase();
}

/** Keys of a manifest that changed and may, and packages of a lock file: people are shown them. */
export function manifestChanges(path: string, before: string | null, after: string | null): string[] {
  const name = nameOf(path);
  if (LOCKS.has(name)) return lockChanges(name, before, after);
  const manifest = MANIFESTS.find((one) => one.name.test(name));
  const [old, now] = manifest ? [keysOf(manifest, before), keysOf(manifest, after)] : [null, null];
  const changed = old && now ? differing(old, now) : [];
  return changed.length === 0
    ? []
    : [`changes ${changed.slice(0, 5).map(shown).join(', ')}${changed.length > 5 ? ', …' : ''}`];
}

function keysOf(manifest: Manifest, text: string | null): Keys | null {
  return text === null ? new Map() : manifest.keys(text);
}

function shown(key: string): string {
  return key.replace(/[^\w.\-@/[\] ]/g, '?').slice(0, 60);
}
