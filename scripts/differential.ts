#!/usr/bin/env node
/*
 * npm run differential -- DIR [ROWS]
 *
 * Reads logs that the official harness published and compares every status and verdict that it reported with what our parsers read. DIR
 * holds, at any depth, folders with `report.json` and `test_output.txt` (or `<instance id>.eval.log`), as the harness and SWE-smith's write
 * them below logs/run_evaluation and as evaluation logs of submissions are published. ROWS, a .jsonl or .json file or a task repository, names the
 * log parser of each instance; without it, the parser follows from the repository in the instance's id.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { compareLog, parseReport } from '../src/benchmark/swebench/differential.ts';
import { classicSpec } from '../src/benchmark/swebench/instance/classic-specs.ts';
import { smithParser } from '../src/benchmark/swebench/instance/smith.ts';
import { readRows } from '../src/benchmark/swebench/instance/sources.ts';
import type { LogParser } from '../src/benchmark/swebench/instance/status.ts';
import { parserOf } from '../src/benchmark/swebench/parsers/registry.ts';
import { messageOf } from '../src/model/error.ts';

const [folder, rows] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: npm run differential -- DIR [ROWS]\n');
  process.exit(2);
}
const known = new Map(rows === undefined ? [] : (await readRows(rows)).instances.map((one) => [one.id, one]));
const files = (await readdir(folder, { recursive: true })).map((path) => join(folder, path));
const found = new Set(files);
const table = new Map<string, { logs: number; statuses: number; differences: number }>();
const skipped: string[] = [];
for (const path of files.filter((path) => /(^|\.)report\.json$/.test(basename(path))).sort()) {
  try {
    const named = basename(path).replace(/\.?report\.json$/, '') || basename(dirname(path));
    for (const [id, report] of Object.entries(parseReport(await readFile(path, 'utf8'), named))) {
      const log = ['test_output.txt', `${id}.test_output.txt`, `${id}.eval.log`]
        .map((name) => join(dirname(path), name))
        .find((one) => found.has(one));
      if (log === undefined || !report.tests_status) {
        skipped.push(`${id}: ${log === undefined ? 'no log' : 'its report names no test'} (${dirname(path)})`);
        continue;
      }
      const { parser, rule } = readerOf(id);
      const { statuses, differences } = compareLog(await readFile(log, 'utf8'), report, parser, rule);
      const repo = id.replace(/-\d+$|\.[0-9a-f]{8}\..*$/, '').replace('__', '/');
      const sum = table.get(repo) ?? { logs: 0, statuses: 0, differences: 0 };
      sum.logs++;
      sum.statuses += statuses;
      sum.differences += differences.length;
      table.set(repo, sum);
      for (const difference of differences) process.stdout.write(`${id}: ${difference}\n`);
    }
  } catch (error) {
    skipped.push(`${path}: ${messageOf(error)}`);
  }
}
for (const reason of skipped) process.stderr.write(`! left out: ${reason}\n`);
const said = ({ logs, statuses, differences }: { logs: number; statuses: number; differences: number }) =>
  `${logs} logs, ${statuses} statuses, ${differences} differences`;
for (const [repo, sum] of [...table].sort()) process.stdout.write(`${repo}: ${said(sum)}\n`);
const total = { logs: 0, statuses: 0, differences: 0 };
for (const sum of table.values())
  for (const key of ['logs', 'statuses', 'differences'] as const) total[key] += sum[key];
process.stdout.write(`${said(total)}; ${skipped.length} left out\n`);
process.exitCode = total.differences > 0 || total.logs === 0 ? 1 : 0;

/** The parser of an instance, and the rule it is graded by. */
function readerOf(id: string): { readonly parser: LogParser; readonly rule: 'pass_and_fail' | 'smith' } {
  const row = known.get(id);
  if (row) return { parser: parserOf(row), rule: row.evalType === 'smith' ? 'smith' : 'pass_and_fail' };
  if (/__[^.]+\.[0-9a-f]{8}\./.test(id))
    return { parser: parserOf({ logParser: smithParser(id), id, version: '' }), rule: 'smith' };
  const repo = id.replace(/-\d+$/, '').replace('__', '/');
  const spec = classicSpec(repo, '');
  if (!spec) throw new Error(`no row for ${id}, and ${repo} has no parser of its own`);
  return { parser: parserOf({ logParser: spec.parser, id, version: '' }), rule: 'pass_and_fail' };
}
