import { createHash } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { FileEntry } from '../../model/file.ts';
import type { RawChange } from './change.ts';
import { fingerprint, NO_FINGERPRINTS } from './contamination.ts';
import { Disguises, Unreadable } from './decoded.ts';
import { describeViolations, type PatchRules, unusualIn, validatePatch } from './validate.ts';

const file = (path: string, text = 'x\n'): FileEntry => ({ path, content: Buffer.from(text), executable: false });
const change = (path: string, text: string | null = 'y\n', mode = '100644'): RawChange => ({
  path,
  mode,
  content: text === null ? null : Buffer.from(text),
});
const PACKAGE = { name: 'agent', scripts: { test: 'node --test' }, dependencies: { left: '1.0.0' } };
const PYPROJECT =
  '[build-system]\nrequires = ["hatchling"]\n\n[project]\nname = "agent"\nversion = "1"\ndependencies = [\n  "httpx",\n]\n';
const parent = [
  file('agent.ts', 'const turns = 8;\nexport const agent = copy(turns);\n'),
  file('src/prompts/system.md', 'Be careful.\r\nBe brief.\r\n'),
  file('src/tools/edit.ts'),
  file('.prompts/plan.md'),
  file('.husky/pre-commit'),
  file('.gitignore', 'dist/\n'),
  file('bin/run', '#!/bin/sh\n'),
  file('locale/de.po'),
  file('package.json', JSON.stringify(PACKAGE)),
  file('pyproject.toml', PYPROJECT),
  file('Cargo.toml', '[package]\nname = "agent"\nversion = "1.0.0"\n\n[dependencies]\nserde = "1"\n'),
  file('requirements.txt', '# tools\nhttpx==1\n'),
  file('go.mod', 'module agent\n\ngo 1.22\n'),
  file('setup.cfg', '[metadata]\nname = agent\n\n[flake8]\nmax-line-length = 100\n'),
];
const rules: PatchRules = {
  protect: [],
  allowDependencies: false,
  fingerprints: NO_FINGERPRINTS,
  links: ['link', 'vendor/lib'],
};
const refusals = (changes: readonly RawChange[], over: Partial<PatchRules> = {}) =>
  describeViolations(validatePatch(changes, parent, { ...rules, ...over }));
const pkg = (fields: object) => change('package.json', JSON.stringify({ ...PACKAGE, ...fields }));

describe('ordinary self-modifications are accepted', () => {
  test.each<[string, RawChange]>([
    ['an edit', change('agent.ts', 'const turns = 16;\n')],
    ['a new tool', change('src/tools/retry.ts', 'export const retry = 3;\n')],
    ['a new folder of the same kind', change('src/memory/notes.ts')],
    [
      'a prompt with emoji, a dash and quotes',
      change('src/prompts/plan.md', '⚠️ ℹ️ Stop — “think” ✅ 👩‍💻 1️⃣ 🇫🇷 naïve Größe 中文 привет мир Δt μs ½ x² nº 5\n'),
    ],
    ['a note beside a hidden folder’s', change('.prompts/solve.md')],
    ['a script', change('bin/check', '#!/bin/sh\nexit 0\n', '100755')],
    ['an edit that keeps line ends', change('src/prompts/system.md', 'Be careful.\r\nBe thorough.\r\n')],
    ['a translation', change('locale/fr.po')],
    ['a data file', change('src/limits.json', '{ "turns": 9 }\n')],
    ['the ignore rules', change('.gitignore', 'dist/\ntmp/\n')],
    [
      'a test script',
      pkg({ scripts: { test: 'node --test test', lint: 'biome check' }, description: 'Better', version: '2' }),
    ],
    [
      'dependencies in another order of keys',
      change(
        'package.json',
        JSON.stringify(
          { dependencies: { left: '1.0.0' }, scripts: { test: 'node --test' }, name: 'agent' },
          undefined,
          2,
        ),
      ),
    ],
    [
      'a new version in pyproject.toml',
      change(
        'pyproject.toml',
        `${PYPROJECT.replace('version = "1"', 'version = "2"')}\n[tool.ruff]\nline-length = 100\n`,
      ),
    ],
    ['comments in requirements', change('requirements.txt', '# what it needs\nhttpx==1  # for calls\n')],
    ['a linter’s options', change('setup.cfg', '[metadata]\nname = agent\n\n[flake8]\nmax-line-length = 120\n')],
    ['a change of case alone', change('README.md')],
    ['a Python package', change('agent/tools/__init__.py', '')],
    ['scientific names', change('src/tools/sigma.ts', 'const Δt = 1; const σ_max = 2; const θ = Δt * σ_max;\n')],
  ])('%s', (_, one) => expect(refusals([one])).toBe(''));

  test('renaming to another case', () => {
    expect(refusals([change('agent.ts', null), change('Agent.ts', 'const turns = 8;\n')])).toBe('');
  });
});

describe('names are held against the whole tree', () => {
  test.each([
    ['Agent.ts', 'read as agent.ts'],
    ['SRC/tools/new.ts', 'read as src'],
    ['src/Tools/new.ts', 'read as src/tools'],
    ['ａgent.ts', 'read as agent.ts'],
    ['аgent.ts', 'of a script'],
    ['agent.ts.', 'some systems'],
    ['src/ tools/x.ts', 'some systems'],
    ['src/tools/aux.ts', 'some systems'],
    ['src/a:b.ts', 'not every reader'],
    ['src/a\u200bb.ts', 'not every reader'],
    ['src/a\u{e0061}.ts', 'not every reader'],
    ['src/a?.ts', 'not every reader'],
    ['link', 'link or a submodule'],
    ['link/x.ts', 'link or a submodule'],
    ['vendor/lib/x.ts', 'link or a submodule'],
    ['vendor', 'link or a submodule'],
    ['Link', 'read as link'],
  ])('%s', (path, reason) => expect(refusals([change(path)])).toContain(reason));
});

describe('what tools act upon, and kinds the parent has none of', () => {
  test.each(
    '.circleci/config.yml .husky/pre-push .husky/pre-commit .vscode/tasks.json .idea/workspace.xml .gitlab-ci.yml .gitlab/ci.yml .devcontainer/devcontainer.json .travis.yml .pre-commit-config.yaml .envrc .env .npmrc .mise.toml .yarn/plugins/x.cjs Jenkinsfile azure-pipelines.yml bitbucket-pipelines.yml docker-compose.yml compose.yaml lefthook.yml action.yml agent.code-workspace sub/.vscode/settings.json .newrc .claude/settings.json src/.hidden.ts tool.exe lib/x.so lib/x.wasm data.pkl x.unknown plain ci.yml sitecustomize.py Procfile flake.nix'.split(
      ' ',
    ),
  )('%s', (path) => {
    expect(refusals([change(path)])).toMatch(/acted upon|dot-file|kind|extension|YAML file|manifest/);
  });

  test('the configuration may allow them, though never protected ones', () => {
    const allow = ['.claude/**', '*.wasm'];
    expect(refusals([change('.claude/skills/x.md'), change('x.wasm')], { allow })).toBe('');
    expect(refusals([change('.github/x.yml')], { allow: ['**'] })).toContain('always protected');
  });
});

describe('content shows what it is', () => {
  test.each([
    ['a lone carriage return', 'a();\rb();\n', 'carriage return'],
    ['a zero-width space in a name', 'const ad\u200bmin = 1;\n', 'nobody sees'],
    ['a word joiner', 'const x = "a\u2060b";\n', 'nobody sees'],
    ['a soft hyphen', 'ad\u00admin\n', 'nobody sees'],
    ['a Hangul filler', 'const \u3164 = 1;\n', 'nobody sees'],
    ['a variation selector on a letter', 'const a\ufe0f = 1;\n', 'nobody sees'],
    ['tag characters', '// \u{e0068}\u{e0069}\n', 'nobody sees'],
    ['a mark of byte order in the middle', 'a\ufeffb\n', 'nobody sees'],
    ['a right-to-left mark', 'a\u200fb\n', 'bidirectional'],
    ['an isolate', 'a\u2066b\n', 'bidirectional'],
    ['an escape of terminals', 'a\u001b[8mb\n', 'control'],
    ['a C1 control', 'a\u009bb\n', 'control'],
    ['a line separator', '// a\u2028evil()\n', 'control'],
    ['a form feed', 'a\fb\n', 'control'],
    ['a Cyrillic letter in a Latin word', 'const \u0430gent = 1;\n', 'look-alike letters (U+0430gent)'],
    ['a Greek letter in a Latin word', 'const c\u03bfpy = 1;\n', 'look-alike'],
    ['a whole word of look-alikes', 'const \u0441\u043e\u0440\u0443 = 1; const copy = 2;\n', 'look-alike'],
    ['fullwidth letters', '\uff45val(x)\n', 'look-alike'],
    ['mathematical letters', 'x = \u{1d5be}\u{1d5cf}\u{1d5ba}\u{1d5c5}\n', 'look-alike'],
    ['a long s', 'cla\u017fs\n', 'look-alike'],
  ])('%s', (_, text, reason) => expect(refusals([change('src/x.ts', text)])).toContain(reason));

  test('what the parent has already is not held against the child', () => {
    const odd = 'const a = "\u200b";\n';
    const rest = parent.filter(({ path }) => path !== 'agent.ts');
    expect(validatePatch([change('agent.ts', `${odd}more();\n`)], [...rest, file('agent.ts', odd)], rules)).toEqual([]);
    const marked = [...rest, file('agent.ts', '\ufeffa();\n')];
    expect(validatePatch([change('agent.ts', '\ufeffb();\n')], marked, rules)).toEqual([]);
  });

  it('lets any printable ASCII through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => refusals([change('src/x.ts', `${text}\n`)]) === ''),
    );
  });
});

describe('manifests are compared key by key', () => {
  test.each<[string, RawChange, string]>([
    [
      'postinstall',
      pkg({ scripts: { ...PACKAGE.scripts, postinstall: 'evil' } }),
      'scripts.postinstall of package.json, which is run',
    ],
    ['prepare', pkg({ scripts: { prepare: 'evil' } }), 'scripts.prepare'],
    ['pnpm.overrides', pkg({ pnpm: { overrides: { left: 'evil' } } }), 'pnpm.overrides'],
    ['workspaces', pkg({ workspaces: ['x'] }), 'dependencies of package.json (workspaces)'],
    ['bin', pkg({ bin: { git: './evil' } }), 'bin.git'],
    ['an unknown field', pkg({ 'lint-staged2': { '*': 'evil' } }), 'lint-staged2'],
    ['another version', pkg({ dependencies: { left: '2' } }), 'dependencies.left'],
    [
      'a build backend',
      change(
        'pyproject.toml',
        PYPROJECT.replace('["hatchling"]', '["hatchling"]\nbuild-backend = "evil"\nbackend-path = ["."]'),
      ),
      'build-system.build-backend',
    ],
    [
      'a dependency',
      change('pyproject.toml', PYPROJECT.replace('"httpx",', '"httpx",\n  "evil",')),
      'project.dependencies',
    ],
    [
      'an entry point',
      change('pyproject.toml', `${PYPROJECT}\n[project.entry-points.pytest11]\nx = "x"\n`),
      'project.entry-points',
    ],
    [
      'a build hook',
      change('pyproject.toml', `${PYPROJECT}\n[tool.hatch.build.hooks.custom]\npath = "evil.py"\n`),
      'tool.hatch',
    ],
    [
      'TOML in a form that is not read',
      change('pyproject.toml', `${PYPROJECT}\n{{\n`),
      'can’t be compared as a manifest',
    ],
    [
      'a build script',
      change(
        'Cargo.toml',
        '[package]\nname = "agent"\nversion = "1.0.0"\nbuild = "evil.rs"\n\n[dependencies]\nserde = "1"\n',
      ),
      'package.build',
    ],
    [
      'a crate',
      change('Cargo.toml', '[package]\nname = "agent"\nversion = "1.0.0"\n\n[dependencies]\nserde = "1"\nevil = "1"\n'),
      'dependencies.evil',
    ],
    ['a module', change('go.mod', 'module agent\n\ngo 1.22\n\nrequire evil v1\n'), 'go.mod'],
    ['a requirement', change('requirements.txt', '# tools\nhttpx==1\nevil\n'), 'requirements.txt'],
    ['an index of packages', change('requirements.txt', '--index-url http://x\nhttpx==1\n'), 'requirements.txt'],
    [
      'commands of setup.cfg',
      change('setup.cfg', '[metadata]\nname = agent\n[options.entry_points]\npytest11 =\n  x = x\n'),
      'options.entry_points',
    ],
    ['a program', change('setup.py', 'import evil\n'), 'dependency manifest'],
  ])('%s', (_, one, reason) => expect(refusals([one])).toContain(reason));

  test('what is run is refused where dependencies are allowed, too', () => {
    const allowed = { allowDependencies: true };
    expect(refusals([pkg({ dependencies: { left: '2', right: '1' } })], allowed)).toBe('');
    expect(refusals([pkg({ scripts: { postinstall: 'evil' } })], allowed)).toContain('postinstall');
    expect(refusals([change('pyproject.toml', PYPROJECT.replace('"hatchling"', '"evil"'))], allowed)).toContain(
      'build-system',
    );
  });
});

const SOLUTION = `export function solve(lines: string[]): number {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line.trim(), (counts.get(line.trim()) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1).reduce((sum, count) => sum + count, 0);
}`;
const bytes = (text: string) => Buffer.from(text);
const rot = (text: string, by: number) =>
  text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + by) % 26) + base);
  });
const pieces = (text: string, size: number, glue: string) =>
  (text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? []).map((piece) => JSON.stringify(piece)).join(glue);

describe('answers in disguise', () => {
  const prints = fingerprint([
    { id: 'count-doubles-07', texts: [SOLUTION] },
    { id: 'clock', texts: [] },
  ]);
  const base64 = bytes(SOLUTION).toString('base64');
  test.each([
    ['base64', `const a = "${base64}";`, 'in base64'],
    ['base64url', `const a = "${bytes(SOLUTION).toString('base64url')}";`, 'in base64'],
    ['base64 in lines', `const a = \`\n${base64.match(/.{1,60}/g)!.join('\n')}\n\`;`, 'in base64'],
    ['base64 in pieces', `const a = ${pieces(base64, 20, ' + ')};`, 'in base64'],
    ['base64 in a list', `const a = [${pieces(base64, 11, ', ')}].join('');`, 'in base64'],
    ['base64 twice', `const a = "${bytes(base64).toString('base64')}";`, 'in base64, in base64'],
    ['hexadecimal', `const a = "${bytes(SOLUTION).toString('hex')}";`, 'in hexadecimal'],
    [
      'escapes',
      `const a = "${[...SOLUTION].map((letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')}";`,
      'in ',
    ],
    ['numbers', `const a = [${[...bytes(SOLUTION)].join(', ')}];`, 'in numbers'],
    ['compressed', `const a = "${gzipSync(SOLUTION).toString('base64')}";`, 'compressed'],
    ['compressed without a head', `const a = "${deflateRawSync(SOLUTION).toString('hex')}";`, 'compressed'],
    ['rot13', `// ${rot(SOLUTION, 13)}`, 'shifted'],
    ['another shift', `// ${rot(SOLUTION, 5)}`, 'shifted'],
    ['rot13 of base64', `const a = "${rot(base64, 13)}";`, 'in base64'],
    ['backwards', `// ${[...SOLUTION].reverse().join('')}`, 'turned round'],
    ['split strings', `const a = ${pieces(SOLUTION, 3, ' + ')};`, 'put together'],
    [
      'a task’s id in base64',
      `const a = atob("${bytes('the task is count-doubles-07').toString('base64')}");`,
      'names a benchmark task, in base64',
    ],
    ['a task’s id in pieces', `const a = 'count-dou' + 'bles-07';`, 'names a benchmark task'],
  ])('%s', (_, text, reason) => {
    expect(refusals([change('src/x.ts', `${text}\n`)], { fingerprints: prints })).toContain(reason);
  });

  test('are not found where there are none', () => {
    const honest = `export const retry = async (work: () => Promise<void>) => { for (let i = 0; i < 3; i++) await work(); };
const digest = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; const key = "deadbeefdeadbeefdeadbeefdeadbeef";
const table = [1, 2, 4, 8, 16, 32, 64, 128, 255, 3, 5, 7, 11, 13]; // ${'words that mean nothing at all '.repeat(30)}\n`;
    expect(refusals([change('src/x.ts', honest)], { fingerprints: prints })).toBe('');
  });

  test('are looked for in no more text than the patch’s size allows', () => {
    const bomb = (i: number) => brotliCompressSync(`w${i} ${'some words and more '.repeat(50_000)}`);
    const strings = (count: number, data: (i: number) => Buffer) =>
      Array.from({ length: count }, (_, i) => `x = "${data(i).toString('base64')}"\n`).join('');
    const text = strings(60, bomb);
    expect(text.length).toBeLessThan(5_000);
    expect(refusals([change('src/x.ts', text)], { fingerprints: prints })).toContain('than anybody can read');
    // Of what is compressed less, too, so much is read and no more.
    const block = (i: number) => createHash('shake256', { outputLength: 512 }).update(String(i)).digest('hex');
    const words = strings(100, (i) => gzipSync(block(i).repeat(50)));
    let read = 0;
    const all = () => {
      for (const found of new Disguises(words.length).in(words)) read += found.text.length;
    };
    expect(all).toThrow(Unreadable);
    expect(read).toBeLessThan(2 ** 22 + 64 * words.length);
  });

  test('are looked for in lock files, which hold many digests', () => {
    const digest = (i: number) => createHash('sha512').update(String(i)).digest('base64');
    const lock = Array.from({ length: 300 }, (_, i) => `"integrity": "sha512-${digest(i)}",\n`).join('');
    expect(refusals([change('src/lock.ts', lock)], { fingerprints: prints })).toBe('');
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => typeof refusals([change('src/x.ts', text)], { fingerprints: prints }) === 'string',
      ),
    );
  });
});

test('what is unusual and allowed is told', () => {
  const notes = unusualIn(
    [
      change('agent.ts', 'const turns = 16;\n'),
      change('new/tool.py', `x = "${'A'.repeat(1_200)}"\n`, '100755'),
      change('.gitignore', 'dist/\ntmp/\n'),
      pkg({ scripts: { test: 'true' } }),
    ],
    parent,
  );
  expect(notes).toEqual([
    { path: 'new/tool.py', note: 'begins the folder new/' },
    { path: 'new/tool.py', note: 'is the first .py file' },
    { path: 'new/tool.py', note: 'is made executable' },
    { path: 'new/tool.py', note: 'has lines of more than 1000 characters' },
    { path: 'new/tool.py', note: 'has data that nobody can read' },
    { path: '.gitignore', note: 'changes a dot-file' },
    { path: 'package.json', note: 'changes scripts.test' },
  ]);
});
