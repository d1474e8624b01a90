import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { formatIssues, readConfiguration } from './configuration.ts';

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
          "check": null,
          "image": "sandbox",
          "solve": "node agent.ts",
        },
        "benchmark": {
          "holdout": 0.3,
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
        "merge": {
          "branches": "keep",
          "confidence": 0.95,
          "method": "merge",
          "mode": "manual",
        },
        "models": {
          "baseURL": null,
          "diagnose": "gpt-5.4",
          "modify": "gpt-5.4",
          "prices": {},
          "solve": "gpt-5.4-mini",
        },
        "protect": [],
        "pullRequests": "all",
        "search": {
          "batch": 4,
          "budget": 200,
          "concurrency": 8,
          "expansionCost": 2,
          "params": {},
          "policy": "huxley",
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
