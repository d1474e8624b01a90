import { z } from 'zod';
import { common, refuse } from './columns.ts';
import type { Instance } from './instance.ts';
import { END, START } from './marks.ts';
import { quoted, TESTBED } from './script.ts';

const { test_patch: _, ...base } = common;

/** A row of SWE-smith: its `patch` makes the bug. */
export const smithSchema = z.object({
  ...base,
  base_commit: base.base_commit.nullish(),
  image_name: z.string().min(1),
});

const PYTEST = 'pytest --disable-warnings --color=no --tb=no --verbose';

/** Test commands of repositories, where they are not the usual one (SWE-smith's `profiles/python.py`). */
const COMMANDS: Readonly<Record<string, string>> = {
  'jax-ml__jax': `${PYTEST} -n auto`,
  mido__mido: `${PYTEST} -rs -c /dev/null`,
  paramiko__paramiko: 'pytest -rA --color=no --disable-warnings',
  pydantic__pydantic: `/root/.local/bin/uv run ${PYTEST}`,
  tkrajina__gpxpy: 'pytest test.py --verbose --color=no --tb=no --disable-warnings',
};
const PARSERS: Readonly<Record<string, string>> = {
  hips__autograd: 'parse_log_smith_autograd',
  paramiko__paramiko: 'parse_log_pytest',
};
/** Those whose tests are run by something else than pytest on files. */
const OTHERS = ['python__mypy', 'tornadoweb__tornado', 'un33k__python-slugify'];

/**
 * A row of SWE-smith, after its `harness/grading.py`: of the files with tests that fail, no test has failed. The image holds the
 * repository without the bug.
 * @throws HuxleyError `suite.row` for one whose tests are not run by pytest
 */
export function smithInstance(row: z.infer<typeof smithSchema>, place: string): Instance {
  const name = row.instance_id.split('.')[0]!.toLowerCase();
  const files = [...new Set(row.FAIL_TO_PASS.map((id) => id.split('::')[0]!))].sort();
  const other = row.FAIL_TO_PASS.find((id) => !/\.py::/.test(id));
  if (other !== undefined || OTHERS.includes(name) || files.length === 0)
    refuse(
      place,
      `FAIL_TO_PASS: ${other === undefined ? `the tests of ${row.repo}` : JSON.stringify(other.slice(0, 80))}: no row says how these tests are run, and here only those of pytest can be`,
      'Leave the task out, or hand predictions for it to SWE-smith’s own harness.',
    );
  const evalScript = [
    ...TESTBED,
    `: '${START}'`,
    `${COMMANDS[name] ?? PYTEST} ${files.map(quoted).join(' ')}`,
    `: '${END}'`,
    '',
  ].join('\n');
  return {
    id: row.instance_id,
    repo: row.repo,
    version: row.version,
    baseCommit: row.base_commit ?? '',
    statement: row.problem_statement,
    gold: reversed(row.patch),
    testPatch: '',
    failToPass: row.FAIL_TO_PASS,
    passToPass: row.PASS_TO_PASS.filter((id) => files.some((file) => id.startsWith(file))),
    image: imageOf(row.image_name),
    evalScript,
    logParser: smithParser(row.instance_id),
    evalType: 'smith',
    bug: row.patch,
    hidden: files,
  };
}

/** The parser of a repository's log, by the id of one of its instances. */
export function smithParser(id: string): string {
  return PARSERS[id.split('.')[0]!.toLowerCase()] ?? 'parse_log_smith';
}

/** As it is on Docker Hub: older rows have the local name. */
function imageOf(name: string): string {
  return name.includes('/') ? name : `jyangballin/${name.replaceAll('__', '_1776_').toLowerCase()}`;
}

/** The patch that undoes a patch of texts. */
export function reversed(patch: string): string {
  const result: string[] = [];
  const lines = patch.split('\n');
  let left = { old: 0, new: 0 };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const [, old, olds = '1', now, news = '1', rest] =
      /^@@ -(\d+(?:,(\d+))?) \+(\d+(?:,(\d+))?) @@(.*)$/.exec(line) ?? [];
    if (left.old > 0 || left.new > 0) {
      const mark = line[0] ?? ' ';
      if (mark !== '\\') left = { old: left.old - Number(mark !== '+'), new: left.new - Number(mark !== '-') };
      result.push(SWAPPED[mark] === undefined ? line : `${SWAPPED[mark]}${line.slice(1)}`);
    } else if (old !== undefined) {
      left = { old: Number(olds), new: Number(news) };
      result.push(`@@ -${now} +${old} @@${rest}`);
    } else if (line.startsWith('--- ') && lines[i + 1]?.startsWith('+++ ')) {
      result.push(`--- ${side(lines[i + 1]!.slice(4), 'a')}`, `+++ ${side(line.slice(4), 'b')}`);
      i++;
    } else result.push(headerBack(line));
  }
  return result.join('\n');
}

const SWAPPED: Readonly<Record<string, string>> = { '-': '+', '+': '-' };

function side(name: string, prefix: 'a' | 'b'): string {
  return name.replace(/^("?)[ab]\//, `$1${prefix}/`);
}

function headerBack(line: string): string {
  const [, word, rest] =
    /^(new file mode|deleted file mode|new mode|old mode|rename from|rename to) (.*)$/.exec(line) ?? [];
  if (word !== undefined) return `${OPPOSITES[word]} ${rest}`;
  return line.replace(/^index ([0-9a-f]+)\.\.([0-9a-f]+)/, 'index $2..$1');
}

const OPPOSITES: Readonly<Record<string, string>> = {
  'new file mode': 'deleted file mode',
  'deleted file mode': 'new file mode',
  'new mode': 'old mode',
  'old mode': 'new mode',
  'rename from': 'rename to',
  'rename to': 'rename from',
};
