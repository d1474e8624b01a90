import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../src/cli/program.ts';
import { helpText } from '../src/command/help.ts';
import { readDeployment } from '../src/environment/app.ts';
import { PROJECT, projectPath } from '../src/environment/project.ts';
import { DEFAULT_MAX_OUTPUT_TOKENS } from '../src/gateway/gateway.ts';
import { MOST_CHECK_SECONDS } from '../src/job/check.ts';

// What the pages say of commands, flags, codes, defaults and files is what there is.

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'action/README.md',
  'examples/starter-agent/README.md',
  ...readdirSync(projectPath('docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path)),
];
const read = (path: string) => readFileSync(projectPath(path), 'utf8');
const sources = (folder: string, suffix = /\.ts$/) =>
  readdirSync(projectPath(folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => suffix.test(path) && !path.endsWith('.test.ts'))
    .map((path) => read(join(folder, path)))
    .join('\n');

test.for(PAGES)('%s: links lead somewhere', (page) => {
  const broken = [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].flatMap(([, link]) => {
    const [path, anchor] = link!.split('#') as [string, string | undefined];
    const target = path === '' ? page : relative(projectPath(), join(projectPath(dirname(page)), path));
    if (!existsSync(projectPath(target))) return [link];
    return anchor === undefined || anchors(read(target)).includes(anchor) ? [] : [link];
  });
  expect(broken).toEqual([]);
});

/** As GitHub makes them. */
function anchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

const program = createProgram();
const CALLS =
  /(?:npm (?:--prefix \S+ )?run (?:-s )?huxley --|npx huxley-evolve|(?<=[`(])huxley) ([a-z][^`\n|>;&#]*)|npm run demo -- ([^`\n|>;&#]*)/g;

test.for(PAGES)('%s: quoted commands and flags exist', (page) => {
  const wrong = [...read(page).matchAll(CALLS)].flatMap(([call, words, demo]) =>
    unknownIn(demo === undefined ? words! : `demo ${demo}`).map((word) => `${word} in ${call}`),
  );
  expect(wrong).toEqual([]);
});

/** Names and flags of a command line that commander does not know. */
function unknownIn(line: string): string[] {
  let command: Command = program;
  const unknown: string[] = [];
  for (const word of line.trim().split(/\s+/)) {
    const flag = /^--[a-z][a-z-]*/.exec(word)?.[0];
    if (flag !== undefined) {
      if (!command.options.some(({ long }) => long === flag)) unknown.push(flag);
    } else if (command.commands.length > 0) {
      const next = command.commands.find((each) => each.name() === word);
      if (next === undefined) return [...unknown, word];
      command = next;
    }
  }
  return unknown;
}

test('the check above finds what is not there', () => {
  expect([...'`npx huxley-evolve init --yes`'.matchAll(CALLS)].map(([, words]) => words)).toEqual(['init --yes']);
  expect(unknownIn('bench run --agnt DIR')).toEqual(['--agnt']);
  expect(unknownIn('bench tun')).toEqual(['tun']);
  expect(unknownIn('demo --budget 3 --keep')).toEqual([]);
});

test.for(PAGES)('%s: npm scripts exist', (page) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...read(page).matchAll(/npm (?:--prefix \S+ )?run (?:-s )?([a-z][a-z:-]*)/g)].map(([, name]) => name!);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test('commands are written in full: `npx huxley` is somebody else’s', () => {
  const bare = PAGES.filter((page) => page !== 'docs/security.md' && !page.startsWith('docs/adr/')).flatMap((page) =>
    [
      ...read(page).matchAll(
        /(?:`|^)huxley (bench|demo|doctor|expand|journal|key|local|recover|replay|serve|setup|simulate|watch)\b/gm,
      ),
    ].map(([text]) => `${page}: ${text}`),
  );
  expect(bare).toEqual([]);
});

test('messages of the code write commands in full as well', () => {
  const lines = sources('src')
    .split('\n')
    .filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line));
  const bare = /\\?`huxley (bench|demo|doctor|expand|journal|key|local|recover|replay|serve|setup|simulate|watch)\b/;
  expect(lines.filter((line) => bare.test(line))).toEqual([]);
});

test('README lists the options of the demo, with their defaults', () => {
  const demo = program.commands.find((each) => each.name() === 'demo')!;
  const rows = new Map(
    [...read('README.md').matchAll(/^\| `(--[a-z-]+)[^`]*` \| .* \|(.*)\|$/gm)].map(([, flag, value]) => [
      flag!,
      value!,
    ]),
  );
  expect([...rows.keys()].sort()).toEqual(demo.options.map(({ long }) => long!).sort());
  for (const { long, defaultValue } of demo.options)
    if (typeof defaultValue === 'number' || typeof defaultValue === 'string')
      expect(rows.get(long!)?.replaceAll('`', '')).toContain(String(defaultValue));
});

test('the commands of comments that pages quote exist', () => {
  const known = [...helpText().matchAll(/\/huxley ([a-z]+)/g)].map(([, name]) => name);
  expect(known).toContain('run');
  for (const page of PAGES)
    for (const [, name] of read(page).matchAll(/`\/huxley ([a-z]+)/g))
      expect([page, known]).toEqual([page, expect.arrayContaining([name])]);
});

test('docs/agent-contract.md lists the error codes of the gateway', () => {
  // Names of a file and of a caller's own trouble, which no agent sees.
  const inside = ['gateway.sock', 'gateway.recording', 'gateway.abandoned'];
  const codes = (text: string) => new Set([...text.matchAll(/['`](gateway\.[a-z-]+)['`]/g)].map(([, code]) => code!));
  const inCode = [...codes(sources('src/gateway'))].filter((code) => !inside.includes(code)).sort();
  expect([...codes(read('docs/agent-contract.md'))].sort()).toEqual(inCode);
});

test('error codes are of one style: an area, a dot, words with hyphens', () => {
  const codes = [...sources('src').matchAll(/new (?:HuxleyError|GitHubRefusal|Refusal)\(\s*(['"`])(.*?)\1/g)].map(
    ([, , code]) => code!,
  );
  expect(codes.length).toBeGreaterThan(100);
  for (const code of codes) expect(code).toMatch(/^[a-z-]+\.(?:[a-z]+(?:-[a-z]+)*|\$\{\w+\})$/);
});

test('docs/agent-contract.md quotes the limits that there are', () => {
  const page = read('docs/agent-contract.md');
  expect(page).toContain(`${DEFAULT_MAX_OUTPUT_TOKENS.toLocaleString('en')} unless configured`);
  expect(page).toContain(`${MOST_CHECK_SECONDS / 60} minutes at most`);
});

test('docs/operations.md lists the variables of a deployment with their defaults, and compose passes them', () => {
  const rows = new Map(
    [...read('docs/operations.md').matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \| .* \|(.*)\|$/gm)].flatMap(
      ([, names, values]) =>
        names!
          .split(', ')
          .map((name, i) => [name.replaceAll('`', ''), values!.trim().split(', ')[i]?.replaceAll('`', '')] as const),
    ),
  );
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
  const key = String(privateKey.export({ type: 'pkcs1', format: 'pem' }));
  const { apiURL, host, port, sweepSeconds, logLevel } = readDeployment({
    APP_ID: '1',
    PRIVATE_KEY: key,
    WEBHOOK_SECRET: '0123456789abcdefghijklmnop',
    HUXLEY_HOME: '/h',
  });
  expect(Object.fromEntries(rows)).toMatchObject({
    GITHUB_API_URL: apiURL,
    HOST: host,
    PORT: `${port}`,
    HUXLEY_SWEEP_SECONDS: `${sweepSeconds}`,
    LOG_LEVEL: logLevel,
  });
  const read_ = [...read('src/environment/app.ts').matchAll(/^ +([A-Z_]+): z/gm)].map(([, name]) => name!);
  expect(read_.filter((name) => !rows.has(name))).toEqual([]);
  const compose = read('docker/app/compose.yml');
  expect([...rows.keys()].filter((name) => !['HUXLEY_HOME', 'HOST'].includes(name) && !compose.includes(name))).toEqual(
    [],
  );
});

test('variables of Huxley that pages name are read somewhere', () => {
  const code = ['src', 'action/src', 'test/support', 'examples/serverless']
    .map((folder) => sources(folder, /\.(ts|yml)$/))
    .join('\n');
  for (const page of PAGES)
    for (const [name] of read(page).matchAll(/\bHUXLEY_[A-Z_]+\b/g))
      expect({ page, name, read: code.includes(name) }).toMatchObject({ read: true });
});

test('the project has one name on GitHub', () => {
  expect(read('app.yml')).toContain(`https://github.com/${PROJECT}\n`);
  const pages = ['starter-agent/.github/workflows/huxley.yml', 'serverless/huxley.yml', 'serverless/huxley-app.yml'];
  for (const path of [...pages.map((page) => `examples/${page}`), 'action/README.md'])
    expect([...read(path).matchAll(/uses: (\S+)\/action(?:\/controller)?@/g)].map(([, owner]) => owner)).toEqual([
      PROJECT,
    ]);
});

test('the workflow of jobs is one, with a server and without, but for the job that wakes the controller', () => {
  const jobs = (path: string) => read(`examples/${path}`).replace(/^(#.*\n)+/, '');
  const served = jobs('starter-agent/.github/workflows/huxley.yml');
  expect(jobs('serverless/huxley.yml').replace(/^ {2}wake:\n[\s\S]*/m, '')).toBe(served);
});
