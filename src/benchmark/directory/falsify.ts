import { randomInt } from 'node:crypto';
import { z } from 'zod';
import type { FileEntry } from '../../model/file.ts';
import { changeLast, lastLiteral } from '../polyglot/mutate.ts';

/**
 * Where each test can be made false: in lines, counted from 0, the last literal or one of those before it, which, changed in
 * any way, no right solution meets.
 * Found by running the reference solution; which of them is changed, and how, is drawn for each grading and known to nobody.
 */
export const sitesSchema = z.record(
  z.string(),
  z.array(z.tuple([z.string(), z.number().int().min(0), z.number().int().min(0)])).min(1),
);
export type Sites = Readonly<Record<string, readonly (readonly [path: string, line: number, before: number])[]>>;

/** How many literals of a line are looked at, from its end. */
const LITERALS = 3;

/** How a test begins, by runner; the first group is its name. */
const BEGINS: Readonly<Record<string, RegExp>> = {
  node: /^\s*(?:test|it)(?:\.\w+)?\(\s*(?:'([^']+)'|"([^"]+)"|`([^`]+)`)/,
  pytest: /^\s*(?:async\s+)?def\s+(test\w*)/,
  shell: /^(test_\w+)\s*\(\)/,
};
/** Of any other language, how many places are tried for one test. */
const MOST_PLACES = 24;
/** Lines whose literals name other files or modules. */
const IMPORTS = /^\s*(?:#\s*include|import|package|from|use|using|require|module)\b/;

/** Lines inside tests that hold a literal, by the ids of those tests. */
export function candidates(runner: string, files: readonly FileEntry[], ids: readonly string[]): Sites {
  if (runner === 'command') return anyCandidates(files, ids);
  const found: Record<string, Sites[string]> = {};
  for (const { path, content } of files) {
    let current: readonly string[] = [];
    for (const [number, line] of Buffer.from(content).toString().split('\n').entries()) {
      const begin = BEGINS[runner]!.exec(line);
      if (begin) current = ids.filter((id) => names(id, path, begin.slice(1).find((name) => name !== undefined)!));
      else if (/^\S/.test(line)) current = [];
      for (let before = 0; before < LITERALS; before++) {
        if (changeLast(line, begin?.[0].length ?? 0, before, () => 0) === null) break;
        // A test with parameters is one text for several ids.
        for (const id of current) found[id] = [...(found[id] ?? []), [path, number, before]];
      }
    }
  }
  return found;
}

/**
 * The same of any language: a line that names a test, and those that follow it, up to one that names another or one that is not
 * indented and closes nothing. What is there by mistake shows when the reference solution is run.
 */
function anyCandidates(files: readonly FileEntry[], ids: readonly string[]): Sites {
  const found: Record<string, Sites[string]> = {};
  const words = ids.map((id) => [id, wordsOf(id)] as const);
  for (const { path, content } of files) {
    let current: readonly (typeof words)[number][] = [];
    for (const [number, line] of Buffer.from(content).toString().split('\n').entries()) {
      const named = words.filter(([, word]) => word.test(line));
      if (named.length > 0) current = [...named, ...words.filter(([outer]) => named.some(([id]) => within(id, outer)))];
      else if (/^[^\s)}\]]/.test(line)) current = [];
      if (IMPORTS.test(line)) continue;
      for (let before = 0; before < LITERALS; before++) {
        const literal = lastLiteral(line, before);
        if (literal === null) break;
        // Another name is another test.
        if (named.some(([, word]) => word.test(literal))) continue;
        for (const [id] of current) found[id] = [...(found[id] ?? []), [path, number, before]];
      }
    }
  }
  const last = Object.entries(found).map(([id, places]) => [id, places.toSorted((a, b) => a[2] - b[2])] as const);
  return Object.fromEntries(last.map(([id, places]) => [id, places.slice(0, MOST_PLACES)]));
}

/** How a text names a test: by the last of its names, without parameters, and with the blanks that Go replaces. */
function wordsOf(id: string): RegExp {
  const name = id.split(' > ').at(-1)!;
  const bare = name.replace(/(?<=\w)[[(].*$/s, '').replace(/ #\d+$/, '');
  const inner = /^Test\w*\//.test(bare) ? bare.slice(bare.lastIndexOf('/') + 1) : bare;
  const forms = new Set([inner, inner.replaceAll('_', ' ')].map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')));
  return new RegExp(`(?<![\\w])(?:${[...forms].join('|')})(?![\\w])`);
}

/** Whether one test lies in another, which then fails with it. */
function within(id: string, outer: string): boolean {
  return id.startsWith(`${outer}/`) || id.startsWith(`${outer} > `);
}

function names(id: string, path: string, name: string): boolean {
  if (!id.startsWith(path)) return false;
  return (id.split(/ > |::/).at(-1) ?? '').replace(/(?<=\w)\[.*\]$/s, '') === name;
}

/** Copies of the tests with one false expectation in each, drawn from where there is a choice. */
export function falsified(files: readonly FileEntry[], sites: Sites, runner: string): readonly FileEntry[] {
  const chosen = new Map<string, Map<number, number>>();
  for (const places of Object.values(sites)) {
    // Tests that share a line share the choice.
    if (places.some(([path, line]) => chosen.get(path)?.has(line))) continue;
    const [path, line, before] = places[randomInt(places.length)]!;
    chosen.set(path, (chosen.get(path) ?? new Map()).set(line, before));
  }
  return files.map((file) => {
    const lines = chosen.get(file.path);
    if (lines === undefined) return file;
    const text = Buffer.from(file.content)
      .toString()
      .split('\n')
      .map((line, number) => {
        const before = lines.get(number);
        if (before === undefined) return line;
        const from = BEGINS[runner]?.exec(line)?.[0].length ?? 0;
        return changeLast(line, from, before, (limit) => randomInt(limit)) ?? line;
      });
    return { ...file, content: Buffer.from(text.join('\n')) };
  });
}
