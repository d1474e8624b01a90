// Writes the reward of a mined task: 1 where every expected test passed, and there is one, by the whole report. Usage: verify.mjs FORMAT REPORT EXPECTED REWARD
import { readFileSync, writeFileSync } from 'node:fs';

const [format, report, expected, reward] = process.argv.slice(2);
const passed = new Map();
const note = (names, ok) => {
  const clean = names.map((name) => name.replace(/[\s\p{Cc}]+/gu, ' ').trim());
  const id = clean.filter((name, at) => name !== '' && name !== clean[at - 1]).join(' > ');
  passed.set(id, ok && !passed.has(id));
};
const read = { junit: readJUnit, tap: readTap };
let whole = false;
try {
  whole = read[format](readFileSync(report, 'utf8'));
} catch (error) {
  console.error(`There is no whole report: ${error.message}`);
}
const wanted = readFileSync(expected, 'utf8').split('\n').filter(Boolean);
const missing = wanted.filter((id) => passed.get(id) !== true);
for (const id of missing) console.error(`did not pass: ${id}`);
writeFileSync(reward, whole && wanted.length > 0 && missing.length === 0 ? '1\n' : '0\n');

function readJUnit(xml) {
  const text = (value) =>
    value
      .replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
      .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&quot;/g, '"')
      .replace(/&apos;/g, "'")
      .replace(/&amp;/g, '&');
  const suites = [];
  let test = null;
  for (const [, cdata, end, tag, attributes, closed] of xml.matchAll(
    /(<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->)|<(\/)?([A-Za-z][\w-]*)((?:\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/)?>/g,
  )) {
    if (cdata) continue;
    const value = (name) =>
      text(
        new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
          .exec(attributes)
          ?.slice(1)
          .find((one) => one !== undefined) ?? '',
      );
    if (tag === 'testsuite' && end) suites.pop();
    else if (tag === 'testsuite' && !closed) suites.push(value('name'));
    else if (tag === 'testcase' && !end)
      test = { names: [...suites, value('classname'), value('name')], ok: value('status') !== 'notrun' };
    else if (test && /^(?:failure|error|skipped)$/.test(tag)) test.ok = false;
    if (tag === 'testcase' && (end || closed) && test) {
      note(test.names, test.ok);
      test = null;
    }
  }
  const root = /<(testsuites?)\b/.exec(xml)?.[1];
  return root !== undefined && xml.trimEnd().endsWith(`</${root}>`);
}

function readTap(tap) {
  const around = [];
  let [points, plans, block] = [0, 0, null];
  for (const line of tap.split(/\r?\n/)) {
    if (block !== null) {
      if (line === `${block}...`) block = null;
      continue;
    }
    block = /^( +)---\s*$/.exec(line)?.[1] ?? null;
    if (/^1\.\.\d+/.test(line)) plans += Number(line.slice(3).split(/\s/)[0]);
    const [, indent, not, number, rest] = /^((?: {4})*)(not )?ok\b(?: +(\d+))?(?: +-)?(.*)$/.exec(line) ?? [];
    if (indent === undefined) continue;
    const depth = indent.length / 4;
    if (depth === 0) points++;
    const name =
      rest
        .replace(/(?<!\\)#.*$/s, '')
        .replace(/\\([#\\])/g, '$1')
        .trim() ||
      number ||
      String(points);
    const ok = !not && !/(?<!\\)#\s*(?:skip|todo)/i.test(rest);
    // What lies in a test comes before it.
    const inner = (around[depth + 1] ?? []).map(([names, fine]) => [[name, ...names], fine]);
    around.length = Math.min(around.length, depth + 1);
    around[depth] = [...(around[depth] ?? []), ...inner, [[name], ok]];
  }
  for (const [names, ok] of around[0] ?? []) note(names, ok);
  return points > 0 && plans === points && !/^Bail out!/m.test(tap);
}
