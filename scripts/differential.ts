#!/usr/bin/env node
/*
 * npm run differential -- DIR [ROWS]
 *
 * Reads logs that the official harness published and compares every status that it reported with what our parsers read. DIR holds, at any
 * depth, folders with `report.json` and `test_output.txt` (or `<instance id>.eval.log`), as the harness writes them below
 * logs/run_evaluation and as evaluation logs of submissions are published. ROWS, a .jsonl or .json file or a task repository, names the
 * log parser of each instance; without it, the parser follows from the repository in the instance's id.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Comparison, compareLog, parseReport } from '../src/benchmark/swebench/differential.ts';
import { classicSpec } from '../src/benchmark/swebench/instance/classic-specs.ts';
import { readRows } from '../src/benchmark/swebench/instance/sources.ts';
import { parserOf } from '../src/benchmark/swebench/parsers/registry.ts';
import { messageOf } from '../src/model/error.ts';

const [folder, rows] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: npm run differential -- DIR [ROWS]\n');
  process.exit(2);
}
const known = new Map(rows === undefined ? [] : (await readRows(rows)).instances.map((one) => [one.id, one]));
const files = (await readdir(folder, { recursive: true })).map((path) => join(folder, path));
let logs = 0;
let statuses = 0;
let differences = 0;
const skipped: string[] = [];
for (const path of files.filter((path) => basename(path) === 'report.json').sort()) {
  try {
    for (const [id, report] of Object.entries(parseReport(await readFile(path, 'utf8')))) {
      const log = ['test_output.txt', `${id}.eval.log`]
        .map((name) => join(dirname(path), name))
        .find((one) => files.includes(one));
      if (log === undefined || !report.tests_status) {
        skipped.push(`${id}: ${log === undefined ? 'no log' : 'its report names no test'} (${dirname(path)})`);
        continue;
      }
      const found: Comparison = compareLog(await readFile(log, 'utf8'), report, parserFor(id));
      logs++;
      statuses += found.statuses;
      differences += found.differences.length;
      for (const difference of found.differences) process.stdout.write(`${id}: ${difference}\n`);
    }
  } catch (error) {
    skipped.push(`${path}: ${messageOf(error)}`);
  }
}
for (const reason of skipped) process.stderr.write(`! left out: ${reason}\n`);
process.stdout.write(`${logs} logs, ${statuses} statuses, ${differences} differences; ${skipped.length} left out\n`);
process.exitCode = differences > 0 || logs === 0 ? 1 : 0;

function parserFor(id: string) {
  const row = known.get(id);
  if (row) return parserOf(row);
  const repo = id.replace(/-\d+$/, '').replace('__', '/');
  const spec = classicSpec(repo, '');
  if (!spec) throw new Error(`no row for ${id}, and ${repo} has no parser of its own`);
  return parserOf({ logParser: spec.parser, id, version: '' });
}
