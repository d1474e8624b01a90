import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Layers from the ground up. A file may import from its own part and from parts of lower layers. */
const LAYERS: readonly (readonly string[])[] = [
  ['model'],
  ['archive/pure', 'search', 'report', 'command', 'job/contract', 'config', 'files'],
  ['archive', 'sandbox', 'github', 'gateway'],
  ['benchmark'],
  ['operator', 'order'],
  ['job', 'run'],
  ['local'],
  ['cli', 'app', 'action'],
  ['main'],
];

/** Parts of one layer that may import each other: the pure ones, where order is by need. */
const PEERS: Readonly<Record<string, readonly string[]>> = {
  'archive/pure': [],
  search: ['archive/pure'],
  report: ['archive/pure', 'search', 'job/contract', 'config'],
  command: ['search', 'config'],
  config: ['search', 'job/contract'],
  cli: ['app'],
};

/** Files of `archive` without any input or output. */
const PURE_ARCHIVE = new Set(
  ['archive', 'clade', 'facts', 'jobs', 'reduce', 'reduce-evaluation', 'reduce-expansion', 'start'].map(
    (name) => `src/archive/${name}.ts`,
  ),
);

/** Packages only these folders may import. */
const SOLE_IMPORTERS: Readonly<Record<string, readonly string[]>> = {
  dockerode: ['src/sandbox/'],
  'markdown-it': ['src/command/'],
  pg: ['src/archive/'],
  'node:sqlite': ['src/archive/', 'src/local/'],
};

/** Parts that may not touch the outside world. */
const PURE_PARTS = new Set(['model', 'archive/pure', 'search', 'report', 'command', 'job/contract']);
const PURE_ALLOWED = new Set(['zod', 'markdown-it']);

export interface Module {
  /** Path from the project's root, `/`-separated. */
  readonly path: string;
  readonly source: string;
}

export function partOf(path: string): string | undefined {
  if (path.startsWith('action/src/')) return 'action';
  if (!path.startsWith('src/')) return undefined;
  if (PURE_ARCHIVE.has(path)) return 'archive/pure';
  if (path === 'src/job/contract.ts') return 'job/contract';
  return path.slice('src/'.length).split('/')[0]!.replace(/\.ts$/, '');
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g;

/** Every wrong arrow among the modules, one readable line each. */
export function violations(modules: readonly Module[]): string[] {
  const found: string[] = [];
  const layerOf = (part: string) => LAYERS.findIndex((layer) => layer.includes(part));
  for (const { path, source } of modules) {
    const from = partOf(path);
    if (from === undefined) continue;
    const level = layerOf(from);
    if (level < 0) {
      found.push(`${path}: '${from}' is in no layer; add it to test/architecture.ts`);
      continue;
    }
    for (const match of source.matchAll(IMPORT)) {
      const target = (match[1] ?? match[2] ?? match[3])!;
      if (!target.startsWith('.')) {
        const sole = Object.entries(SOLE_IMPORTERS).find(([name]) => target === name || target.startsWith(`${name}/`));
        if (sole && !sole[1].some((folder) => path.startsWith(folder)))
          found.push(`${path}: only ${sole[1].join(' and ')} may import ${target}`);
        if (PURE_PARTS.has(from) && !PURE_ALLOWED.has(target))
          found.push(`${path}: '${from}' is pure and may not import ${target}`);
        continue;
      }
      const resolved = relative('/', resolve('/', dirname(path), target));
      const to = partOf(resolved);
      if (to === undefined || to === from) continue;
      const allowed = layerOf(to) < level || PEERS[from]?.includes(to) === true;
      if (!allowed) found.push(`${path}: '${from}' may not import '${to}' (${resolved})`);
    }
  }
  return found;
}

/** The project's own modules, tests left out. */
export function projectModules(root: string): Module[] {
  return ['src', 'action/src'].flatMap((folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
          .map((name) => `${folder}/${name}`)
          .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('/kata/tasks/'))
          .map((path) => ({ path, source: readFileSync(join(root, path), 'utf8') }))
      : [],
  );
}
