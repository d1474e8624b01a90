import type { Instance } from '../instance/instance.ts';
import type { LogParser, Status, StatusMap } from '../instance/status.ts';
import { jestFiles } from './jest.ts';
import { lines, withoutColours } from './lines.ts';
import { indented, Suites } from './suites.ts';

/** highlight.js: Mocha's list up to its summary; a test is known by the last line above it that is indented, and its name. */
export const highlightJs: LogParser = (log) => {
  const found = new Map<string, Status>();
  let suite: string[] = [];
  for (const line of log.split(/\n[ \t]*\d+ passing/)[0]!.split('\n')) {
    const [, passed, failed] = /^\s*(?:[✓✔](.*)|\d+\)(.*))$/.exec(line) ?? [];
    const name = (passed ?? failed)?.replace(/\(\d+ms\)/g, '').trim();
    if (name !== undefined) found.set([...suite, name].join('.'), passed === undefined ? 'FAILED' : 'PASSED');
    else if (line.startsWith('  ')) suite = [line.trim()];
  }
  return found;
};

/** Prism: Mocha's JSON after each echoed command. */
export const prism: LogParser = (log) => {
  const found = new Map<string, Status>();
  for (const part of log.split('./node_modules/.bin/mocha tests/run.js --reporter json').slice(1)) {
    const json = part.slice(part.indexOf('{'), part.lastIndexOf('}') + 1);
    const { failures, passes } = parseReport(json);
    for (const { fullTitle } of failures) found.set(fullTitle, 'FAILED');
    for (const { fullTitle } of passes) found.set(fullTitle, 'PASSED');
  }
  return found;
};

type Titles = readonly { readonly fullTitle: string }[];

function parseReport(json: string): { readonly failures: Titles; readonly passes: Titles } {
  try {
    const { failures = [], passes = [] } = JSON.parse(json);
    return { failures, passes };
  } catch {
    return { failures: [], passes: [] };
  }
}

/** Lighthouse: Jest from version 3 on, Mocha's list in three versions, Mocha's JSON before. */
export function lighthouse(log: string, { version }: Pick<Instance, 'version'>): StatusMap {
  if (['9.5', '10.0', '10.2'].includes(version)) return lighthouseMocha(log);
  if (Number.parseFloat(version) >= 3) return jestFiles(log);
  const found = new Map<string, Status>();
  const titles = (text: string) => [...text.matchAll(/"fullTitle": "(.*)",\n/g)].map(([, title]) => title!);
  for (const part of log.split('./node_modules/.bin/mocha --reporter json').slice(1)) {
    for (const title of titles(beforeLast(afterLast(part, '"passes": ['), ']'))) found.set(title, 'PASSED');
    for (const title of titles(beforeLast(afterLast(part, '"failures": ['), '],'))) found.set(title, 'FAILED');
  }
  return found;
}

function lighthouseMocha(log: string): StatusMap {
  const found = new Map<string, Status>();
  for (const part of log.split(/running\s\d+\stest\sfiles/).slice(1)) {
    const suites = new Suites();
    for (const line of part
      .split(/\d+\spassing/)[0]!
      .trim()
      .split('\n')) {
      const [, passed, failed] = /^(?:✔\s(.*)|\d+\)\s(.*))/.exec(line.trim()) ?? [];
      const name = untimed(passed ?? failed);
      if (name !== undefined)
        found.set([...suites.path(), name].join(' - '), passed === undefined ? 'FAILED' : 'PASSED');
      else if (indented(line) > 0) suites.enter(line);
    }
  }
  return found;
}

function untimed(name: string | undefined): string | undefined {
  return name === undefined ? undefined : (/^(.*)\s\(\d+m+s\)/.exec(name)?.[1] ?? name);
}

/** Fusion Next: Cypress in version 1.27, Karma before. */
export function fusionNext(log: string, { version }: Pick<Instance, 'version'>): StatusMap {
  return version === '1.27' ? fusionNextCypress(log) : fusionNextKarma(log);
}

function fusionNextKarma(log: string): StatusMap {
  const found = new Map<string, Status>();
  const suites = new Suites();
  const plain = withoutColours(log).replace(/AssertionError:\s+#[\s\S]*?\n\n/g, '');
  for (const part of plain.split(' xvfb-run ').slice(1))
    for (const line of part.split('Starting browser Chrome').at(-1)!.split('\n')) {
      if (line.startsWith('TOTAL')) break;
      if (/^\s*(?:ERROR|LOG|WARN|Check|in)/.test(line)) continue;
      const [, failed] = /^.*?✗\s*(.*)/.exec(line) ?? [];
      const [, passed] = /^.*?✓\s*(.*)/.exec(line) ?? [];
      const name = failed ?? passed;
      if (name !== undefined)
        found.set([...suites.path(), name].join(' - '), failed === undefined ? 'PASSED' : 'FAILED');
      else if (indented(line) > 0) suites.enter(line);
    }
  return found;
}

function fusionNextCypress(log: string): StatusMap {
  const found = new Map<string, Status>();
  const parts = log.split(/Running:(.*)\)\n{3}\s{2}(.*)\n/);
  for (let i = 3; i < parts.length; i += 3) {
    const suite = parts[i - 1]!;
    for (const [, name] of parts[i]!.matchAll(/^\s{4}\d+\)\s(.*)/gm)) found.set(`${suite}: ${name!.trim()}`, 'FAILED');
    for (const [, name] of parts[i]!.matchAll(/^\s{4}✓\s(.*)\(/gm)) found.set(`${suite}: ${name!.trim()}`, 'PASSED');
  }
  return found;
}

/** Karma with a list of suites and tests, from the browser's start to the summary. */
export const karma: LogParser = (log) => {
  const found = new Map<string, Status>();
  const suite: string[] = [];
  let indent = -1;
  const start = log.indexOf('Starting browser');
  const shown = start < 0 ? [] : log.slice(start).split('\n').slice(1);
  for (const line of shown) {
    if (line.startsWith('SUMMARY:')) break;
    if (line.includes('Starting browser')) continue;
    const [, blanks = '', mark, name] = /^(\s*)?([✔✖])?\s(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    if (mark !== undefined) found.set([...suite, name].join(' > '), mark === '✔' ? 'PASSED' : 'FAILED');
    else if (blanks.length > indent && blanks !== '') {
      indent = blanks.length;
      suite.push(name);
    } else if (blanks.length < indent && blanks !== '') {
      indent = blanks.length;
      suite.pop();
    }
  }
  return found;
};

/** TAP's result lines. */
export const tap = lines(/^(?<status>ok|not ok) \d+ (?<name>.+)$/, { ok: 'PASSED', 'not ok': 'FAILED' });

/** Quarto's own runner under Deno: coloured outcomes, temporary files numbered in the order they appear. */
export const quarto: LogParser = (log) => {
  const found = new Map<string, Status>();
  const numbers = new Map<string, number>();
  for (const raw of log.split('\n')) {
    if (/ERRORS|failures:/.test(raw)) break;
    if (!/\[(smoke|unit)\]/.test(raw)) continue;
    const line = [/\/tmp\/\w+\.qmd/, /\/tmp\/\w+\//].reduce((text, pattern) => {
      const match = pattern.exec(text)?.[0];
      if (match === undefined) return text;
      if (!numbers.has(match)) numbers.set(match, numbers.size);
      return text.replace(new RegExp(pattern, 'g'), `/tmp/${numbers.get(match)}`);
    }, raw);
    const name = line.split('...')[0]!.trim();
    if (/^test result:/.test(line) || line.includes('34mINFO')) continue;
    if (['passed', 'failed', 'steps'].every((word) => line.includes(word))) continue;
    if (line.includes('32mok')) found.set(name, 'PASSED');
    else if (line.includes('31mFAILED')) found.set(name, 'FAILED');
    else if (!found.has(name)) found.set(name, 'FAILED');
  }
  return found;
};

function afterLast(text: string, mark: string): string {
  return text.split(mark).at(-1)!;
}

function beforeLast(text: string, mark: string): string {
  const at = text.lastIndexOf(mark);
  return at < 0 ? text : text.slice(0, at);
}
