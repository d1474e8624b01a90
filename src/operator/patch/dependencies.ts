/** What package managers write; the image is built from the default branch's, so a variant's would have no effect or the wrong one. */
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

/** Where dependencies, and where they come from, are declared. */
const MANIFESTS = new Set([
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'pipfile',
  'cargo.toml',
  'go.mod',
  'go.work',
  'gemfile',
  'composer.json',
  'mix.exs',
  'pubspec.yaml',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
  'deno.json',
  'deno.jsonc',
  'pnpm-workspace.yaml',
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  'pip.conf',
  '.pypirc',
  'environment.yml',
  'bunfig.toml',
]);

const PACKAGE_FIELDS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'bundleDependencies',
  'bundledDependencies',
  'overrides',
  'resolutions',
  'workspaces',
  'packageManager',
] as const;

/** Installed packages have no business in a patch. */
const VENDORED = /(^|\/)(node_modules|site-packages|vendor\/bundle|\.venv|venv)\//i;

/**
 * Why a change touches dependencies, or `null` when it does not. Lock files and installed packages are refused always,
 * manifests unless `allowed`; package.json may change in everything but its dependencies.
 */
export function dependencyProblem(
  path: string,
  before: string | null,
  after: string | null,
  allowed: boolean,
): string | null {
  const name = path.split('/').at(-1)!.toLowerCase();
  if (LOCKS.has(name)) return "changes a lock file; dependencies are installed from the default branch's";
  if (VENDORED.test(path)) return 'adds installed packages';
  if (allowed) return null;
  if (MANIFESTS.has(name) || /^requirements.*\.(txt|in)$/.test(name)) return 'changes a dependency manifest';
  if (name !== 'package.json') return null;
  return declared(before) === declared(after) ? null : 'changes the dependencies of package.json';
}

/** The dependency fields in a canonical text; something unreadable counts as a declaration of its own. */
function declared(manifest: string | null): string {
  if (manifest === null) return '{}';
  try {
    const parsed = JSON.parse(manifest) as Record<string, unknown>;
    return JSON.stringify(Object.fromEntries(PACKAGE_FIELDS.filter((f) => f in parsed).map((f) => [f, parsed[f]])));
  } catch {
    return manifest;
  }
}
