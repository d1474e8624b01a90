// Makes the folder that is published on npm: src as JavaScript, since Node strips no types below node_modules, and all that it reads
// at run time. `--out DIR` is where (dist/package); `--release FILE` is the release.json that it belongs to.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PACKAGE, PROJECT, projectPath } from '../src/environment/project.ts';
import { readRelease } from '../src/environment/release.ts';
import { bundleActions } from '../src/local-github/world/bundle-action.ts';
import { CALL, CALL_FROM_BESIDE, PACKAGE_CALL } from '../src/model/command-line.ts';
import { makePage } from '../src/web/make-page.ts';

const DEFAULT = projectPath('dist', 'package');
const { values } = parseArgs({
  options: { out: { type: 'string', default: DEFAULT }, release: { type: 'string' } },
});
const out = resolve(values.out);
const manifest = JSON.parse(readFileSync(projectPath('package.json'), 'utf8'));
const ASSETS = ['docker', 'examples', 'suites', 'docs', 'action'].flatMap((folder) => filesIn(projectPath(folder)));

if (out !== DEFAULT && existsSync(out) && readdirSync(out).length > 0 && !holdsPackage(out)) {
  process.stderr.write(`${out} holds something else than this package. Name a new or empty folder with --out.\n`);
  process.exit(1);
}
rmSync(out, { recursive: true, force: true });
compile();
for (const path of filesIn(projectPath('src'))) if (!/\.(tsx?|css|md)$/.test(path)) copy(path);
change('src/huxley.mjs', `import('./main.ts')`, `import('./main.js')`);
chmodSync(join(out, 'src/huxley.mjs'), 0o755);
for (const path of ASSETS) if (!/^docs\/(adr|images)\/|^action\/(src|(controller\/)?dist)\//.test(path)) copy(path);
for (const path of ASSETS.filter((path) => /^examples\/.*\/README\.md$/.test(path))) {
  change(path, CALL_FROM_BESIDE, PACKAGE_CALL);
  change(path, "; Huxley's folder is ../huxley", '');
}
for (const path of ['LICENSE', 'README.md', 'CHANGELOG.md', 'app.yml']) copy(path);
await buildAction();
await buildPage();
refuseSources();
writeManifest();
if (values.release !== undefined) addRelease(values.release);
console.log(out);

function holdsPackage(folder: string): boolean {
  const path = join(folder, 'package.json');
  return existsSync(path) && JSON.parse(readFileSync(path, 'utf8')).name === PACKAGE;
}

function compile(): void {
  const config = projectPath('scripts', 'package.tsconfig.json');
  execFileSync('tsc', ['-p', config, '--outDir', join(out, 'src')], {
    env: { ...process.env, PATH: `${projectPath('node_modules', '.bin')}:${process.env.PATH}` },
    stdio: 'inherit',
  });
  // The one address of a module that is no import.
  change('src/cli/simulate/pool.js', `new URL('./worker.ts'`, `new URL('./worker.js'`);
  change('src/model/command-line.js', `CALL = '${CALL}'`, `CALL = '${PACKAGE_CALL}'`);
}

/** The actions as a release has them; the local GitHub runs them as they are. */
async function buildAction(): Promise<void> {
  for (const { path, contents } of await bundleActions(PACKAGE_CALL)) write(relative(projectPath(), path), contents);
  write(
    'src/local-github/world/action-folder.js',
    `import { projectPath } from '../../environment/project.js';
import { ACTIONS, usesOf } from './actions.js';
export const actionFolder = async (name = 'job') => projectPath(ACTIONS[name].folder);
export const ownActions = async () =>
  Object.fromEntries(Object.keys(ACTIONS).map((name) => [usesOf(name), projectPath(ACTIONS[name].folder)]));
`,
  );
  rmSync(join(out, 'src/local-github/world/bundle-action.js'));
}

async function buildPage(): Promise<void> {
  const { sources, ...page } = await makePage();
  write('src/web/make-page.js', `export const makePage = async () => (${JSON.stringify(page)});\n`);
  const folders = sources.flatMap((path) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  const licences = [...new Set(folders)].map((folder) => {
    const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    if (file === undefined) throw new Error(`${folder} has no licence`);
    return `${folder.replace(/^.*node_modules\//, '')}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  write('src/web/page-licences.txt', licences.join('\n---\n\n'));
}

/** An address of a source that no import has, such as a worker's, would fail only once it is used. */
function refuseSources(): void {
  for (const path of filesIn(join(out, 'src'), out).filter((each) => /\.m?js$/.test(each))) {
    const left = /['"`](?:\.{1,2}|src)\/[^'"`\s]*\.tsx?['"`]/.exec(readFileSync(join(out, path), 'utf8'));
    if (left !== null) throw new Error(`${path} names ${left[0]}, which the package has as JavaScript`);
  }
}

/** Depends on the packages that the JavaScript imports, and on no other. */
function writeManifest(): void {
  const imports = filesIn(join(out, 'src'), out)
    .filter((path) => path.endsWith('.js'))
    .flatMap((path) => [
      ...readFileSync(join(out, path), 'utf8').matchAll(/(?:\bfrom |\bimport\(|^import )'([^'.][^']*)'/gm),
    ])
    .map(([, name]) => /^(@[^/]+\/)?[^/]+/.exec(name!)![0])
    .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name));
  const { version, description, license, type, optionalDependencies } = manifest;
  const dependencies = Object.fromEntries(
    [...new Set(imports)].sort().map((name) => [name, manifest.dependencies[name]]),
  );
  const repository = { type: 'git', url: `git+https://github.com/${PROJECT}.git` };
  // Older Nodes only start the one that the optional packages bring.
  const engines = { node: '>=20' };
  const bin = { [PACKAGE]: 'src/huxley.mjs', huxley: 'src/huxley.mjs' };
  const staged = {
    name: PACKAGE,
    version,
    description,
    license,
    repository,
    type,
    engines,
    bin,
    dependencies,
    optionalDependencies,
  };
  write('package.json', `${JSON.stringify(staged, null, 2)}\n`);
}

function addRelease(path: string): void {
  const release = readRelease(path);
  if (release?.version !== manifest.version)
    throw new Error(`${path} is of ${release?.version ?? 'nothing'}; package.json says ${manifest.version}`);
  write('release.json', `${JSON.stringify(release, null, 2)}\n`);
}

/** Files below a folder, links followed, as git would have them: paths from `root`. */
function filesIn(folder: string, root = projectPath()): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(node_modules|__pycache__)$/.test(entry.name) ? [] : filesIn(path, root);
    return [relative(root, path)];
  });
}

/** Under its own name, except for `.gitignore`, which npm does not pack. */
function copy(path: string): void {
  const target = join(out, path.replace(/\.gitignore$/, '_gitignore'));
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(projectPath(path), target);
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), content);
}

function change(path: string, from: string, to: string): void {
  const text = readFileSync(join(out, path), 'utf8');
  if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
  write(path, text.replaceAll(from, to));
}
