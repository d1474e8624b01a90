import { z } from 'zod';
import { shellCommand } from '../../terminal/print.ts';
import type { Folder } from './folder.ts';
import { AGENT_NAMES, type Program } from './program.ts';

const names = z.record(z.string(), z.string()).catch({});
const manifestSchema = z.object({
  name: z.string().catch(''),
  bin: z
    .union([z.string(), z.record(z.string(), z.string())])
    .optional()
    .catch(undefined),
  scripts: names.default({}),
  dependencies: names.default({}),
  devDependencies: names.default({}),
  optionalDependencies: names.default({}),
});
type Manifest = z.infer<typeof manifestSchema>;

/** How what a lock file pins is installed in the sandbox image, which has npm. */
const INSTALLERS: Readonly<Record<string, string>> = {
  'package-lock.json': 'npm ci',
  'npm-shrinkwrap.json': 'npm ci',
  'pnpm-lock.yaml': 'npx --yes pnpm@10 install --frozen-lockfile',
};
/** Lock files that nothing in the sandbox image installs. */
const UNKNOWN = ['bun.lock', 'bun.lockb', 'deno.lock'];
const ENDINGS = ['ts', 'mts', 'js', 'mjs', 'cjs'];

/** The program that `package.json`, or a file's name, says is the agent; null for none. */
export function nodeProgram(folder: Folder): Program | null {
  const manifest = readManifest(folder);
  const found = manifest === null ? null : started(folder, manifest);
  const file = found ?? named(folder);
  if (file === null) return null;
  const install = manifest && nodeInstaller(folder);
  const unknownBuild = manifest && install === null ? unknownNodeBuild(folder) : undefined;
  const compile = !file.there && manifest?.scripts.build ? 'npm run build' : null;
  return {
    from: file.from,
    solve: file.solve,
    check: manifest ? ownTests(manifest) : null,
    build: unknownBuild ? null : [install, compile].filter((command) => command !== null).join(' && ') || null,
    unknownBuild,
    ...(compile && { inputs: compiled(folder) }),
  };
}

/** What a manifest depends on, by name; none without one. */
export function dependenciesOf(folder: Folder): readonly string[] {
  const { dependencies = {}, devDependencies = {} } = readManifest(folder) ?? {};
  return Object.keys({ ...dependencies, ...devDependencies });
}

function readManifest(folder: Folder): Manifest | null {
  try {
    return manifestSchema.parse(JSON.parse(folder.read('package.json') ?? 'null'));
  } catch {
    return null;
  }
}

interface Started {
  readonly from: string;
  readonly solve: string;
  /** Whether the file is in the checkout, not made by a build. */
  readonly there: boolean;
}

function started(folder: Folder, { name, bin, scripts }: Manifest): Started | null {
  if (scripts.solve) return { from: 'package.json (scripts.solve)', solve: 'npm run -s solve', there: true };
  const own = typeof bin === 'object' ? (bin[name.replace(/^@[^/]*\//, '')] ?? Object.values(bin)[0]) : bin;
  if (own) {
    const path = own.replace(/^\.\//, '');
    return { from: 'package.json (bin)', solve: shellCommand('node', path), there: folder.has(path) };
  }
  const { start } = scripts;
  if (!start) return null;
  const file = /^node (?:--\S+ )*(\S+)$/.exec(start)?.[1];
  const solve = file === undefined ? 'npm run -s start' : start;
  return { from: 'package.json (scripts.start)', solve, there: file === undefined || folder.has(file) };
}

function named(folder: Folder): Started | null {
  for (const base of ['', 'src/', 'bin/'])
    for (const name of AGENT_NAMES)
      for (const ending of ENDINGS) {
        const path = `${base}${name}.${ending}`;
        if (folder.has(path)) return { from: path, solve: `node ${path}`, there: true };
      }
  return null;
}

/** Installs what a package depends on, as its lock file pins it; null for nothing, and where no command is known. */
export function nodeInstaller(folder: Folder): string | null {
  const lock = Object.keys(INSTALLERS).find((name) => folder.has(name));
  if (lock !== undefined) return INSTALLERS[lock]!;
  const yarn = folder.read('yarn.lock');
  if (yarn !== null) return yarnInstaller(yarn);
  return needs(folder) && unknownNodeBuild(folder) === undefined ? 'npm install' : null;
}

/** The lock file that nothing in the sandbox image installs; undefined for none, and where there is nothing to install. */
export function unknownNodeBuild(folder: Folder): string | undefined {
  const isKnown = [...Object.keys(INSTALLERS), 'yarn.lock'].some((name) => folder.has(name));
  return isKnown || !needs(folder) ? undefined : UNKNOWN.find((name) => folder.has(name));
}

function needs(folder: Folder): boolean {
  const { dependencies, devDependencies, optionalDependencies } = readManifest(folder) ?? {};
  return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }).length > 0;
}

/** Yarn of the major version that wrote a lock file: another one would change it, which `--immutable` forbids. */
function yarnInstaller(lock: string): string {
  const format = /^__metadata:\s+version: "?(\d+)/m.exec(lock)?.[1];
  if (format === undefined) return 'npx --yes yarn@1 install --frozen-lockfile --non-interactive';
  const major = Number(format) >= 8 ? 4 : Number(format) >= 5 ? 3 : 2;
  // A build sees `.yarnrc.yml`, and not the program that `yarnPath` in it names.
  return `YARN_IGNORE_PATH=1 YARN_NODE_LINKER=node-modules npx --yes @yarnpkg/cli-dist@${major} install --immutable`;
}

/** The tests of the package, where it has some besides what `npm init` writes. */
function ownTests({ scripts: { test } }: Manifest): string | null {
  return test && !test.includes('no test specified') ? 'npm test' : null;
}

/** A build that compiles sees sources besides what package managers read. */
function compiled(folder: Folder): readonly string[] {
  const files = folder
    .list('')
    .filter((name) => /^(package.*\.json|tsconfig.*\.json|.*lock\.yaml|yarn\.lock|\.yarnrc\.yml)$/.test(name));
  const folders = folder.list('').filter((name) => /^(src|lib|packages|scripts)\/$/.test(name));
  return [...files, ...folders.map((name) => `${name}**`)];
}
