import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Detection, detect } from './detect.ts';

const json = (value: unknown) => JSON.stringify(value);
const VENV = 'python3 -m venv /tmp/venv';
const PYTHON = 'PYTHONPATH=python_modules "${HUXLEY_RUNTIME:-/usr}/bin/python3"';

interface Expected {
  readonly from?: string;
  readonly solve?: string | null;
  readonly check?: string | null;
  readonly build?: string | null | RegExp;
  readonly unknownBuild?: string | undefined;
  readonly inputs?: readonly string[];
  readonly cli?: string;
  readonly suite?: string;
  readonly anthropic?: boolean;
}

test.for<readonly [string, Readonly<Record<string, string>>, Expected]>([
  ['nothing', {}, { solve: null }],
  ['a README', { 'README.md': '' }, { solve: null }],
  [
    'files that are named as folders are, and the reverse',
    {
      ...Object.fromEntries(
        ['tasks', 'benchmark', 'bench', 'evals', 'tests', 'src', 'agent.py'].map((name) => [name, '']),
      ),
      'requirements.txt/x': '',
      'package.json/x': '',
    },
    { from: 'agent.py', check: null },
  ],
  [
    'npm: bin, tests and a lock file',
    {
      'package.json': json({
        name: '@acme/agent',
        bin: { other: 'x.js', agent: './bin/a.js' },
        scripts: { test: 'vitest' },
      }),
      'package-lock.json': '',
      'bin/a.js': '',
    },
    { from: 'package.json (bin)', solve: 'node bin/a.js', check: 'npm test', build: 'npm ci' },
  ],
  [
    'npm: a bin that a build makes',
    {
      'package.json': json({
        name: 'a',
        bin: 'dist/a.js',
        scripts: { build: 'tsc', test: 'echo "Error: no test specified"' },
      }),
      'pnpm-lock.yaml': '',
      'tsconfig.json': '',
      'src/a.ts': '',
    },
    {
      solve: 'node dist/a.js',
      check: null,
      build: 'npx --yes pnpm@10 install --frozen-lockfile && npm run build',
      inputs: ['package.json', 'pnpm-lock.yaml', 'tsconfig.json', 'src/**'],
    },
  ],
  [
    'npm: start, without dependencies',
    { 'package.json': json({ scripts: { start: 'node --no-warnings src/x.ts' } }), 'src/x.ts': '' },
    { from: 'package.json (scripts.start)', solve: 'node --no-warnings src/x.ts', build: null },
  ],
  [
    'npm: start by another program, dependencies without a lock',
    { 'package.json': json({ scripts: { start: 'tsx x.ts' }, dependencies: { tsx: '4' } }) },
    { solve: 'npm run -s start', build: 'npm install' },
  ],
  ...(
    [
      ['# yarn lockfile v1\n', /^npx --yes yarn@1 install --frozen-lockfile/],
      ['# x\n\n__metadata:\n  version: 4\n', /cli-dist@2 install --immutable$/],
      ['# x\n\n__metadata:\n  version: 6\n', /cli-dist@3 install --immutable$/],
      [
        '# x\n\n__metadata:\n  version: 8\n',
        /NODE_LINKER=node-modules npx --yes @yarnpkg\/cli-dist@4 install --immutable$/,
      ],
    ] as const
  ).map(
    ([lock, build]) =>
      [`Yarn: ${build}`, { 'package.json': json({}), 'agent.ts': '', 'yarn.lock': lock }, { build }] as const,
  ),
  ...(['agent.ts', 'run.sh'] as const).map(
    (name) =>
      [
        `Bun: ${name}`,
        { 'package.json': json({ dependencies: { x: '1' } }), [name]: '', 'bun.lock': '' },
        { build: null, unknownBuild: 'bun.lock' },
      ] as const,
  ),
  ['Poetry: a lock file', { 'agent.py': '', 'poetry.lock': '' }, { build: null, unknownBuild: 'poetry.lock' }],
  [
    'Poetry: dependencies',
    { 'agent.py': '', 'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.12"\nopenai = "*"\n' },
    { build: null, unknownBuild: 'pyproject.toml' },
  ],
  [
    'Poetry: Python alone',
    { 'agent.py': '', 'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.12"\n' },
    { build: null, unknownBuild: undefined },
  ],
  ['npm: a file’s name', { 'agent.ts': '' }, { from: 'agent.ts', solve: 'node agent.ts', check: null, build: null }],
  ['npm: a damaged manifest', { 'package.json': '{', 'main.mjs': '' }, { solve: 'node main.mjs' }],
  [
    'Anthropic’s client alone',
    { 'package.json': json({ dependencies: { '@anthropic-ai/sdk': '1' } }), 'agent.js': '' },
    { anthropic: true },
  ],
  [
    'Python: a file, tests, nothing to install',
    { 'agent.py': '', 'tests/test_agent.py': '' },
    { from: 'agent.py', solve: 'python3 agent.py', check: 'python3 -m pytest -q -p no:cacheprovider', build: null },
  ],
  [
    'Python: requirements',
    { 'main.py': '', 'requirements.txt': 'anthropic\n' },
    {
      solve: `${PYTHON} main.py`,
      check: null,
      build: `${VENV} && /tmp/venv/bin/pip install --target=python_modules -r requirements.txt`,
      anthropic: true,
    },
  ],
  [
    'Python: a console script of a package in src',
    { 'pyproject.toml': '[project]\nname = "a"\n[project.scripts]\na = "acme.cli:main"\n', 'src/acme/cli.py': '' },
    { solve: "PYTHONPATH=src python3 -c 'import sys; from acme.cli import main; sys.exit(main())'", build: null },
  ],
  [
    'Python: dependencies of a project',
    { 'pyproject.toml': '[project]\ndependencies = ["openai >= 2"]\n', 'acme/__main__.py': '' },
    { from: 'acme/__main__.py', solve: `${PYTHON} -m acme`, build: /tomllib.*pip install --target=python_modules -r/s },
  ],
  ['Python: uv', { 'agent.py': '', 'uv.lock': '', 'pyproject.toml': '[' }, { build: /uv export --frozen/ }],
  [
    'a script, as the recipes have it',
    { 'run.sh': '', 'check.sh': '', 'package.json': json({ dependencies: { x: '1' } }), 'package-lock.json': '' },
    { from: 'run.sh', solve: 'sh run.sh', check: 'sh check.sh', build: 'npm ci' },
  ],
  ['Claude Code', { 'CLAUDE.md': '' }, { solve: null, cli: 'claude-code' }],
  [
    'Claude Code beside a program',
    { '.claude/settings.json': '', 'agent.py': '' },
    { solve: 'python3 agent.py', cli: 'claude-code' },
  ],
  ['Codex', { 'AGENTS.md': '' }, { cli: 'codex' }],
  ['opencode', { 'opencode.json': '', 'AGENTS.md': '' }, { cli: 'opencode' }],
  ['pi', { '.pi/settings.json': '' }, { cli: 'pi' }],
  ['tasks', { 'tasks/a/task.yml': '', 'tasks/_mine/report.md': '' }, { suite: 'tasks' }],
  ['tasks that `bench mine` made', { 'mined-tasks/a/task.yml': '' }, { suite: 'mined-tasks' }],
  ['tasks in Harbor’s format', { 'bench/a/task.toml': '' }, { suite: 'harbor:bench' }],
  ['a suite that is locked', { '.github/huxley-suite.json': json({ suite: 'polyglot' }) }, { suite: 'polyglot' }],
])('%s', ([, files, expected]) => {
  const root = mkdtempSync(join(tmpdir(), 'huxley-detect-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  expect(flat(detect(root))).toMatchObject(
    Object.fromEntries(
      Object.entries({ suite: 'kata', ...expected }).map(([key, value]) => [
        key,
        value instanceof RegExp ? expect.stringMatching(value) : value,
      ]),
    ),
  );
});

function flat({ program, cli, suite, anthropic }: Detection): Expected {
  return { ...(program ?? { solve: null }), ...(cli && { cli: cli.name }), suite: suite.name, anthropic };
}
