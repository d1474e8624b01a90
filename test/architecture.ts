import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * One line a wall: a folder under `src`, the walls it may import, and the packages. No line names one that comes after
 * it, so nothing goes round. `*` is every package, and `node:*` every module of Node.
 */
const WALLS: Readonly<Record<string, readonly [walls: string, packages: string]>> = {
  model: ['', ''],
  files: ['', 'node:*'],
  archive: ['model', ''],
  contract: ['model', 'zod'],
  'search/belief': ['model archive', ''],
  'search/gate': ['model archive search/belief', ''],
  calibration: ['model archive search/belief search/gate', ''],
  'search/policies': ['model archive search/belief', ''],
  search: ['model archive search/belief search/gate search/policies', ''],
  simulation: ['model archive search search/belief search/gate search/policies', 'zod'],
  report: ['model archive contract search search/belief search/policies', ''],
  'web/document': ['model archive report search search/belief search/gate search/policies', ''],
  memory: ['model archive report', ''],
  'web/page': ['model report web/document', 'preact uplot d3-hierarchy d3-selection d3-zoom react-diff-view'],
  command: ['model', 'markdown-it'],
  config: ['model contract', 'croner yaml zod'],
  environment: ['model', 'node:* zod'],
  store: ['model', 'node:* pg zod'],
  sandbox: ['model environment', 'node:* dockerode tar-stream zod'],
  egress: ['model environment', 'node:*'],
  github: ['model', 'node:* pino probot'],
  gateway: ['model environment', 'node:* @pydantic/genai-prices'],
  operator: ['model', 'node:* openai zod'],
  benchmark: ['model files environment sandbox egress', 'node:* fast-xml-parser smol-toml yaml zod'],
  build: ['model contract environment sandbox gateway operator', 'node:* node-forge zod'],
  order: ['model archive contract config benchmark', 'node:* zod'],
  job: ['model files contract environment sandbox egress gateway benchmark operator build', 'node:* openai'],
  'run/state': ['model archive contract search search/policies report config store github order', 'pino zod'],
  'run/limits': ['model archive store run/state', ''],
  web: ['model web/document', 'node:* esbuild'],
  'web/serve': ['model files contract report store github operator run/state web/document web', 'node:* pino zod'],
  'run/variants': ['model archive contract search config report github operator run/state', 'node:* zod'],
  'run/publish': ['model archive report github run/state run/variants', 'zod'],
  'run/work': [
    'model archive contract search/gate report memory config store github operator order run/state run/limits run/variants',
    'node:* zod',
  ],
  'run/start': [
    'model archive contract search search/policies report command config store github gateway benchmark run/state run/publish run/work',
    'zod',
  ],
  'run/calibration': ['model archive calibration search search/belief search/gate report config order run/state', ''],
  'run/measure': ['model archive search/gate report github run/state run/work', ''],
  'run/promotion': [
    'model archive search search/gate report command config store github benchmark order run/state run/limits run/variants run/publish run/work run/start run/calibration run/measure',
    'node:* zod',
  ],
  run: [
    'model archive contract search search/policies report store github run/state run/variants run/publish run/work run/promotion',
    'zod',
  ],
  'run/loop': [
    'model archive search search/policies report store github order run/state run/variants run/publish run/work run/start run/calibration run/measure run/promotion',
    'node:* pino zod',
  ],
  'run/begin': [
    'model archive search/gate report command config store github operator run/state run/limits run/publish run/start run/calibration run/promotion run/loop',
    'node:*',
  ],
  'run/inbox': [
    'model archive search search/gate search/policies report command config store github benchmark order run/state run/limits run/variants run/publish run/work run/start run/calibration run/measure run/promotion run/loop run/begin',
    'node:* pino zod',
  ],
  'local-github': ['model report config environment order', '*'],
  rehearsal: ['model gateway benchmark', 'node:* zod'],
  'app/register': ['model environment', 'node:* yaml zod'],
  'app/smee': ['model', 'node:* eventsource-parser pino zod'],
  app: [
    'model config environment store github order run/state run/inbox web/serve app/register',
    'node:* pino probot prom-client @opentelemetry/api @opentelemetry/context-async-hooks @opentelemetry/exporter-trace-otlp-http @opentelemetry/resources @opentelemetry/sdk-trace',
  ],
  serverless: ['model app report command github order run/state run/inbox run/loop run store', 'node:* pino zod'],
  action: ['model contract report config environment sandbox github operator benchmark order job serverless', '*'],
  cli: ['*', '*'],
  main: ['cli', ''],
};

const NAMES = Object.keys(WALLS).sort((a, b) => b.length - a.length);

export interface Module {
  /** Path from the project's root, `/`-separated. */
  readonly path: string;
  readonly source: string;
}

function wallOf(path: string): string | undefined {
  if (path.startsWith('action/src/')) return 'action';
  const inside = path.replace(/^src\//, '').replace(/\.tsx?$/, '');
  return NAMES.find((wall) => inside === wall || inside.startsWith(`${wall}/`));
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g;

/** What a module imports, types included: paths from the project's root, and packages. */
function importsOf({ path, source }: Module): string[] {
  return [...source.matchAll(IMPORT)]
    .map((match) => (match[1] ?? match[2] ?? match[3])!)
    .map((target) => (target.startsWith('.') ? relative('/', resolve('/', dirname(path), target)) : target));
}

/** Every import that crosses a wall where it may not, one readable line each. */
export function violations(modules: readonly Module[]): string[] {
  return modules.flatMap((module) => {
    const { path } = module;
    const from = wallOf(path);
    if (from === undefined) return [`${path} is behind no wall; add its folder to test/architecture.ts`];
    const [walls, packages] = WALLS[from]!.map((names) => names.split(' '));
    return importsOf(module).flatMap((target) => {
      if (!target.startsWith('src/')) {
        const name = target.startsWith('node:') ? 'node:*' : target.replace(/^((?:@[^/]+\/)?[^/]+).*/, '$1');
        if (target.startsWith('action/') || packages!.includes('*') || packages!.includes(name)) return [];
        return [`${path}: '${from}' may not import ${target}`];
      }
      const to = wallOf(target);
      if (to === from || walls!.includes('*') || (to !== undefined && walls!.includes(to))) return [];
      return [`${path}: '${from}' may not import '${to}' (${target})`];
    });
  });
}

/** Walls whose line names itself or a wall further down. */
export function backArrows(table: Readonly<Record<string, readonly [string, string]>> = WALLS): string[] {
  const names = Object.keys(table);
  return names.flatMap((wall, index) =>
    table[wall]![0].split(' ')
      .filter((other) => names.indexOf(other) >= index)
      .map((other) => `${wall} -> ${other}`),
  );
}

/** The shortest loop of imports through each module that is part of one, each loop once. */
export function loops(modules: readonly Module[]): string[] {
  const imports = new Map(modules.map((module) => [module.path, importsOf(module)]));
  const found = new Set<string>();
  for (const start of imports.keys()) {
    const ways: string[][] = [[start]];
    const seen = new Set<string>();
    for (let way = ways.shift(); way; way = ways.shift()) {
      const next = imports.get(way.at(-1)!) ?? [];
      if (next.includes(start)) {
        const first = way.indexOf([...way].sort()[0]!);
        found.add([...way.slice(first), ...way.slice(0, first)].join(' -> '));
        break;
      }
      for (const path of next)
        if (!seen.has(path)) {
          seen.add(path);
          ways.push([...way, path]);
        }
    }
  }
  return [...found];
}

/** The project's own modules, tests left out. */
export function projectModules(root: string): Module[] {
  return ['src', 'action/src'].flatMap((folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
          .map((name) => `${folder}/${name}`)
          .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.test.ts'))
          .map((path) => ({ path, source: readFileSync(join(root, path), 'utf8') }))
      : [],
  );
}
