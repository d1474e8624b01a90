import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { formatIssues, readConfiguration, readPublicKeys } from './configuration.ts';
import { timeAfter } from './schedule.ts';

const minimal = 'version: 1\nagent: { solve: node agent.ts }\nbenchmark: { suite: tasks }\n';

function issuesOf(text: string): string {
  const reading = readConfiguration(text);
  return reading.ok ? '' : formatIssues(reading.issues);
}

test('a minimal file gets every default', () => {
  expect(readConfiguration(minimal)).toMatchInlineSnapshot(`
    {
      "configuration": {
        "agent": {
          "allowDependencies": false,
          "build": null,
          "check": null,
          "image": "sandbox",
          "lock": null,
          "solve": "node agent.ts",
        },
        "allow": [],
        "app": {
          "publicKeys": [],
        },
        "benchmark": {
          "holdout": 0.3,
          "metric": "resolved",
          "repeats": 1,
          "suite": "tasks",
        },
        "limits": {
          "costUSD": 50,
          "cpus": 1,
          "hours": 72,
          "memoryMB": 2048,
          "pids": 256,
          "taskCostUSD": 0.5,
          "taskMinutes": 20,
        },
        "measure": {
          "evaluations": null,
          "monthlyUSD": 20,
          "on": "command",
        },
        "merge": {
          "branches": "keep",
          "confidence": 0.95,
          "evaluations": null,
          "goal": "score",
          "margin": 0.1,
          "method": "merge",
          "mode": "manual",
          "promise": "share",
          "saving": 0.2,
          "test": "sequential",
        },
        "models": {
          "baseURL": null,
          "diagnose": "gpt-5.4",
          "images": false,
          "modify": "gpt-5.4",
          "prices": {},
          "providers": {},
          "reasoning": null,
          "solve": "gpt-5.4-mini",
        },
        "protect": [],
        "pullRequests": "all",
        "schedule": {
          "after": null,
          "cron": null,
          "monthlyUSD": 100,
          "paths": [],
          "run": {},
        },
        "search": {
          "batch": 4,
          "budget": 200,
          "concurrency": 8,
          "expansionCost": 2,
          "params": {},
          "policy": "huxley",
          "prefer": "balance",
        },
        "version": 1,
      },
      "ok": true,
    }
  `);
});

test('every issue is reported, at its line', () => {
  const text = `version: 1
agent:
  solve: node agent.ts
  sovle: typo
benchmark: { suite: tasks, holdout: 1.5 }
search:
  budget: many
  concurrency: 0
merge:
  mode: yolo
`;
  expect(issuesOf(text)).toMatchInlineSnapshot(`
    ".github/huxley.yml:4:3 agent.sovle: this key is not known
    .github/huxley.yml:5:28 benchmark.holdout: Too big: expected number to be <1
    .github/huxley.yml:7:3 search.budget: Invalid input: expected number, received string
    .github/huxley.yml:8:3 search.concurrency: Too small: expected number to be >=1
    .github/huxley.yml:10:3 merge.mode: Invalid option: expected one of "manual"|"auto""
  `);
});

test.each([
  ['0', 'Too small: expected number to be >=1'],
  ['2.5', 'Invalid input: expected int, received number'],
  ['21', 'Too big: expected number to be <=20'],
])('benchmark.repeats: %s is reported', (value, message) => {
  const text = `version: 1\nagent: { solve: x }\nbenchmark:\n  suite: kata\n  repeats: ${value}\n`;
  expect(issuesOf(text)).toBe(`.github/huxley.yml:5:3 benchmark.repeats: ${message}`);
});

test.each([
  ['margin: 2', 'merge.margin: Too big: expected number to be <1'],
  ['margin: 0', 'merge.margin: Too small: expected number to be >0'],
  ['saving: 1', 'merge.saving: Too big: expected number to be <1'],
  ['goal: speed', 'merge.goal: Invalid option: expected one of "score"|"cost"'],
])('merge: %s is reported', (line, message) => {
  const text = `version: 1\nagent: { solve: x }\nbenchmark: { suite: kata }\nmerge:\n  ${line}\n`;
  expect(issuesOf(text)).toBe(`.github/huxley.yml:5:3 ${message}`);
});

test('what is missing is reported at the thing it is missing from', () => {
  expect(issuesOf('version: 1\nbenchmark: { suite: tasks }\nagent: {}\n')).toMatchInlineSnapshot(
    `".github/huxley.yml:3:1 agent.solve: Invalid input: expected string, received undefined"`,
  );
  expect(issuesOf('')).toMatchInlineSnapshot(`
    ".github/huxley.yml:1:1 version: Invalid input: expected 1
    .github/huxley.yml:1:1 agent: Invalid input: expected object, received undefined
    .github/huxley.yml:1:1 benchmark: Invalid input: expected object, received undefined"
  `);
});

test('text that is not YAML is reported with its line', () => {
  expect(issuesOf('version: 1\nagent: {solve: "x\n')).toMatchInlineSnapshot(`
    ".github/huxley.yml:3:1 Missing closing "quote
    .github/huxley.yml:3:1 Flow map in block collection must be sufficiently indented and end with a }"
  `);
  expect(issuesOf(`${minimal}version: 1\n`)).toMatchInlineSnapshot(`".github/huxley.yml:4:1 Map keys must be unique"`);
});

test('reading its own output again changes nothing', () => {
  const first = readConfiguration(minimal);
  if (!first.ok) throw new Error('the minimal file is valid');
  expect(readConfiguration(stringify(first.configuration))).toEqual(first);
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const reading = readConfiguration(text);
      if (!reading.ok) expect(reading.issues.length).toBeGreaterThan(0);
    }),
  );
});

const MINIMAL = 'version: 1\nagent: { solve: x }\nbenchmark: { suite: kata }\n';
const linesOf = (text: string) => {
  const reading = readConfiguration(text);
  return reading.ok ? [] : reading.issues.map(({ line, path, message }) => `${line} ${path}: ${message}`);
};

test.each([
  ['protect:\n  - **/*.md\n', '5', /\*\*\/\*\.md.*in quotes: "\*\*\/\*\.md"/],
  ['protect: [*.md]\n', '4', /in quotes: "\*\.md"/],
  ['protect:\n  - docs/**\n  - !src/**\n', '6', /in quotes: "!src\/\*\*"/],
  ['protect:\n  - @acme/**\n', '5', /in quotes: "@acme\/\*\*"/],
  ['protect:\n  - {a,b}/*.ts\n', '5', /in quotes/],
  ['protect:\n  - [ab]*.ts\n', '5', /in quotes/],
  ['protect:\n  - `x`\n', '5', /reserved character/],
])('a glob without quotes is reported at its line, with what to write: %j', (section, line, message) => {
  const issues = linesOf(MINIMAL + section);
  expect(issues[0]).toMatch(new RegExp(`^${line} `));
  expect(issues.join('\n')).toMatch(message);
});

test.each(['limits', 'models', 'search', 'merge', 'app', 'protect', 'pullRequests'])(
  'a section of which every key is commented out says what is meant: %s',
  (section) => {
    const issues = linesOf(`${MINIMAL}${section}:\n  # costUSD: 20\n`);
    expect(issues).toEqual([`4 ${section}: there is nothing below this key: add a value, or remove the key`]);
  },
);

test('a key that may be null may be left empty or be null', () => {
  expect(linesOf(`${MINIMAL.replace('{ solve: x }', '{ solve: x, check: null }')}limits: { costUSD: null }\n`)).toEqual(
    [],
  );
  expect(linesOf(`${MINIMAL}limits:\n  costUSD:\n`)).toEqual([]);
});

test.each([
  ['brackets', '['.repeat(30_000)],
  ['maps', 'a: {'.repeat(5_000)],
  ['dashes', '- '.repeat(30_000)],
  ['questions', '? '.repeat(30_000)],
  ['indentation', Array.from({ length: 400 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ['an alias of itself', 'protect: &a [*a]\n'],
  [
    'aliases of aliases',
    `a: &a [x]\n${Array.from({ length: 30 }, (_, i) => `b${i}: &b${i} [*${i ? `b${i - 1}` : 'a'}, *${i ? `b${i - 1}` : 'a'}]`).join('\n')}\n`,
  ],
  ['a binary', '!!binary "@@"'],
  ['two documents', `${MINIMAL}---\n${MINIMAL}`],
  ['a map as a key', '? {a: 1}\n: 2\n'],
  ['a prototype', '__proto__: { polluted: 1 }\n'],
  ['half a megabyte', `# ${'x'.repeat(500_000)}\n`],
])('what is hard to read is an issue: %s', (_, text) => {
  expect(linesOf(text).length).toBeGreaterThan(0);
});

test('the reader never throws, and every issue has a line of the file', () => {
  const starter = readFileSync(join(import.meta.dirname, '../../examples/starter-agent/.github/huxley.yml'), 'utf8');
  const signs = fc.constantFrom(
    ...'*&!|>%@`{}[]?:-#\'"\n\t ,~<=\\0\u2028\uFEFFé',
    '  - ',
    ': ',
    '- *',
    '<<: ',
    '!!',
    '---\n',
    '...\n',
  );
  const edit = fc.record({
    at: fc.nat(starter.length),
    cut: fc.nat(12),
    put: fc.string({ unit: signs, maxLength: 6 }),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) => {
      let text = starter;
      for (const { at, cut, put } of edits) text = text.slice(0, at) + put + text.slice(at + cut);
      const reading = readConfiguration(text);
      readPublicKeys(text);
      if (reading.ok) return;
      expect(reading.issues.length).toBeGreaterThan(0);
      for (const { line, column, message } of reading.issues) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(text.split(/\r\n?|\n/).length + 1);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(message).not.toBe('');
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a schedule is checked where it stands: five fields of cron, a time that comes, paths for pushes', () => {
  const issues = (schedule: string) => {
    const reading = readConfiguration(`${minimal}\nschedule:\n${schedule}`);
    return reading.ok ? [] : reading.issues.map(({ line, path, message }) => `${line} ${path}: ${message}`);
  };
  const line = minimal.split('\n').length + 2;
  expect(issues('  cron: "0 3 * * MON"\n  after: push\n  paths: ["prompts/**"]\n  run: { budget: 40 }\n')).toEqual([]);
  expect(issues('  cron: "60 3 * * *"\n')[0]).toMatch(
    new RegExp(`^${line} schedule.cron: this is not a cron expression such as .*: Invalid value for minute: 60$`),
  );
  for (const cron of ['0 0 3 * * *', '@daily', '2026-12-24T00:00:00'])
    expect(issues(`  cron: "${cron}"\n`)[0]).toMatch(/it takes five fields$/);
  expect(issues('  cron: "0 0 31 2 *"\n')).toEqual([`${line} schedule.cron: this time never comes`]);
  expect(issues('  after: push\n')[0]).toMatch(/schedule\.paths: name the files/);
});

test('the times of cron are UTC, each after the last', () => {
  expect(timeAfter('30 2 * * *', new Date('2026-03-29T02:30:00Z'))).toEqual(new Date('2026-03-30T02:30:00Z'));
  expect(timeAfter('0 3 * * 1', new Date('2026-11-30T02:59:59Z'))).toEqual(new Date('2026-11-30T03:00:00Z'));
});
