import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';
import { imageState } from '../../src/sandbox/setup/image.ts';

// The package as npm packs it, in an empty folder, with the packages that it declares and no other.

const scratch = mkdtempSync(join(tmpdir(), 'huxley-package-test-'));
const installed = join(scratch, 'node_modules', 'huxley-evolve');
const BIN = join(scratch, 'node_modules', '.bin', 'huxley-evolve');
const RELEASE = {
  version: JSON.parse(readFileSync(projectPath('package.json'), 'utf8')).version,
  action: { repository: 'huxley-evolve/huxley', commit: 'a'.repeat(40) },
  images: { sandbox: `ghcr.io/huxley-evolve/sandbox@sha256:${'b'.repeat(64)}`, polyglot: null, app: null },
};
let packed: readonly string[];
let staged: readonly string[];

beforeAll(() => {
  const out = join(scratch, 'staged');
  const release = join(scratch, 'release.json');
  writeFileSync(release, JSON.stringify(RELEASE));
  execFileSync(process.execPath, [projectPath('scripts/build-package.ts'), '--out', out, '--release', release]);
  staged = filesOf(out);
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', scratch], { cwd: out, encoding: 'utf8' }),
  );
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(scratch, filename), '--strip-components=1', '-C', installed]);
  packed = filesOf(installed);
  const { bin, dependencies, optionalDependencies } = manifest();
  for (const name of [...Object.keys(dependencies), ...Object.keys(optionalDependencies)])
    if (existsSync(projectPath('node_modules', name))) link(realpathSync(projectPath('node_modules', name)), name);
  link(join(installed, bin['huxley-evolve']), '.bin/huxley-evolve');
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function manifest() {
  return JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
}

function link(target: string, name: string): void {
  const path = join(scratch, 'node_modules', name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

function run(command: string, ...args: string[]): Pick<SpawnSyncReturns<string>, 'status' | 'stdout' | 'stderr'> {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: scratch, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('npm packs every file that was built, and no TypeScript of its own', () => {
  expect(packed).toEqual(staged);
  expect(packed.filter((path) => /^src\/.*\.tsx?$/.test(path))).toEqual([]);
  expect(packed).toContain('action/dist/index.js');
});

test('its modules load with the packages that it declares, each in the version that was tested', () => {
  const { dependencies } = manifest();
  const tested = JSON.parse(readFileSync(projectPath('package.json'), 'utf8')).dependencies;
  expect(tested).toMatchObject(dependencies);
  expect(dependencies).not.toHaveProperty('esbuild');
  const code = `import { readdirSync } from 'node:fs';
    for (const name of readdirSync(process.argv[1], { recursive: true }))
      if (/\\.js$/.test(name) && !/^main\\.js$|worker\\.js$/.test(name)) await import(process.argv[1] + '/' + name);
    process.stdout.write('loaded');`;
  const { stdout, stderr } = run(process.execPath, '--input-type=module', '--eval', code, join(installed, 'src'));
  expect({ stdout, stderr }).toEqual({ stdout: 'loaded', stderr: '' });
});

test('npx starts it: it writes an agent, simulates in threads, and names its commands as they can be called', () => {
  const { status, stdout, stderr } = run('npx', '--no', 'huxley-evolve', 'init', '--agent', 'codex', 'agent');
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(stdout).toContain('npx huxley-evolve agent check');
  expect(filesOf(join(scratch, 'agent'))).toEqual(
    filesOf(projectPath('examples/codex')).filter((path) => !path.startsWith('node_modules/')),
  );
  const page = readFileSync(join(scratch, 'agent', 'README.md'), 'utf8');
  expect(page).toMatch(/^npx huxley-evolve agent check/m);
  for (const text of [page, readFileSync(join(installed, 'action/dist/index.js'), 'utf8')])
    expect(text.includes('npm run -s huxley')).toBe(false);
  expect(page).not.toContain('../huxley');
  const world = ['--landscape', 'null-60', '--seeds', '2', '--budget', '20', '--policy', 'hgm'];
  expect(run(BIN, 'simulate', ...world)).toMatchObject({ status: 0, stdout: expect.stringContaining('hgm') });
});

test('it knows its release, and has the page and the action built', () => {
  const code = `import { readRelease } from '${installed}/src/environment/release.js';
    import { bundlePage } from '${installed}/src/web/bundle.js';
    import { actionFolder } from '${installed}/src/local-github/world/action-folder.js';
    const { script, style } = await bundlePage();
    process.stdout.write(JSON.stringify([readRelease(), script.length > 50000, style.length > 1000, await actionFolder()]));`;
  const { stdout, stderr } = run(process.execPath, '--input-type=module', '--eval', code);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual([RELEASE, true, true, join(installed, 'action')]);
});

test('its images are those of a checkout: modes and links of their files have come along', async () => {
  const engine = { socket: inject('engineSocket') };
  const code = `import { imageState } from '${installed}/src/sandbox/setup/image.js';
    const states = ['sandbox', 'polyglot'].map((name) => imageState(${JSON.stringify(engine)}, name));
    process.stdout.write(JSON.stringify(await Promise.all(states)));`;
  const { stdout } = run(process.execPath, '--input-type=module', '--eval', code);
  expect(JSON.parse(stdout)).toEqual([await imageState(engine, 'sandbox'), await imageState(engine, 'polyglot')]);
});

const OLD = ['/usr/local/bin/node', '/usr/bin/node'].find(
  (node) => existsSync(node) && Number.parseInt(run(node, '--version').stdout.slice(1), 10) < 24,
);

test('with a Node that is too old it goes on with the one that came with it', ({ skip }) => {
  if (OLD === undefined) skip('needs a Node older than 24 in /usr/local/bin or /usr/bin');
  expect(run(OLD!, BIN, 'init', '--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--agent') });
  expect(run(OLD!, BIN, 'init', '--agent', 'nobody').status).toBe(1);
  rmSync(join(scratch, 'node_modules', `node-linux-${process.arch}`));
  expect(run(OLD!, BIN, '--help')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^huxley: This is Node 2\d.*\n {2}Install a newer Node/),
  });
});
