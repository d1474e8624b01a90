import { z } from 'zod';
import { readPatch } from '../../../model/git-patch.ts';
import { NO_TESTS } from './classic.ts';
import { commands, common, refuse } from './columns.ts';
import type { Instance, LogProgram } from './instance.ts';
import { END, START } from './marks.ts';
import { heredoc, quoted, TESTBED } from './script.ts';

const config = z.object({
  log_parser: z.string({ error: 'names no parser' }).min(1),
  test_cmd: commands,
  install: z.union([z.string(), z.array(z.string())]).nullish(),
  eval_commands: z.array(z.string()).nullish(),
});

/** A row of nebius's SWE-rebench, of either version. */
export const rebenchSchema = z.object({
  ...common,
  install_config: config,
  docker_image: z.string().min(1).nullish(),
  image_name: z.string().min(1).nullish(),
  language: z.string().nullish(),
  interface: z.string().nullish(),
  /** The text of version 2's `lib/agent/log_parsers.py`. */
  log_parsers: z.string().nullish(),
});
type Row = z.infer<typeof rebenchSchema>;
type Graded = Pick<Instance, 'image' | 'evalScript' | 'logParser' | 'evalType'> & Partial<Instance>;

/** Where SWE-rebench V2 publishes its parsers, in its repository and beside a file of rows. */
export const REBENCH_PARSERS = 'log_parsers.py';

/** Those of version 2's parsers that read what ours of the same name read; of others, theirs and SWE-bench's have grown apart. */
const SHARED = [
  ...[
    'ant',
    'cargo',
    'chart_js',
    'cucumber',
    'django',
    'doctest',
    'googletest',
    'gotest',
    'jest',
    'jest_json',
    'jq',
    'karma',
  ],
  ...['marked', 'matplotlib', 'micropython_test', 'minitest', 'p5js', 'phpunit', 'pytest', 'pytest_options', 'redis'],
  ...['rspec_transformed_json', 'ruby_unit', 'tap', 'vitest'],
].map((name) => `parse_log_${name}`);

/** Rows of version 2 name an image each and no version of the repository. */
export function isSecond(row: object): boolean {
  return 'image_name' in row && !('environment_setup_commit' in row);
}

/** SWE-rebench, after its fork of the harness: SWE-bench's script with the commands of the row. */
export function firstRebench(row: Row): Graded {
  const { install_config: given, base_commit: baseCommit, test_patch: testPatch } = row;
  const utf8 = (command: string) => `LANG=C.UTF-8 LC_ALL=C.UTF-8 ${command}`;
  const files = readPatch(testPatch);
  const targets = files.flatMap(({ after }) =>
    after === null || NO_TESTS.some((end) => after.endsWith(end)) ? [] : [after],
  );
  const known = [...new Set(files.flatMap(({ before }) => before ?? []))];
  const evalScript = [
    ...TESTBED,
    ...(given.eval_commands ?? []),
    'git config --global --add safe.directory /testbed',
    ...[given.install ?? []].flat().map(utf8),
    `git checkout ${[baseCommit, ...known].map(quoted).join(' ')}`,
    ...heredoc('git apply -v -', testPatch),
    `: '${START}'`,
    [utf8(given.test_cmd.join(' ')), ...targets.map(quoted)].join(' '),
    `: '${END}'`,
    '',
  ].join('\n');
  const image =
    row.docker_image ??
    row.image_name ??
    `swerebench/sweb.eval.x86_64.${row.instance_id.toLowerCase().replaceAll('__', '_1776_')}`;
  return { image, evalScript, logParser: given.log_parser, evalType: 'pass_and_fail' };
}

/**
 * SWE-rebench V2, after its `scripts/eval.py`: every test passed, times in their names aside.
 * @throws HuxleyError `suite.row` where nothing reads the log
 */
export function secondRebench(row: Row, place: string): Graded {
  const { install_config: given, log_parsers: module, image_name: image } = row;
  if (!image) refuse(place, 'image_name: is missing', 'Use a row as the dataset publishes it.');
  const name = given.log_parser;
  const program: LogProgram | undefined = module ? { kind: 'rebench', source: module, name } : undefined;
  if (!program && !SHARED.includes(name))
    refuse(
      place,
      `install_config.log_parser: there is no parser here that reads what ${name} does`,
      `Put lib/agent/${REBENCH_PARSERS} of github.com/SWE-rebench/SWE-rebench-V2 next to the file of rows.`,
    );
  const workdir = `/${row.repo.split('/')[1]}`;
  const evalScript = [
    '#!/bin/bash',
    `cd ${quoted(workdir)}`,
    'set -e',
    ...heredoc('git apply -v --3way --recount --ignore-space-change --whitespace=nowarn -', row.test_patch),
    `: '${START}'`,
    ...given.test_cmd,
    `: '${END}'`,
    '',
  ].join('\n');
  const language = row.language?.toLowerCase();
  return {
    image,
    evalScript,
    logParser: name,
    evalType: 'exact',
    ...(program && { program }),
    workdir,
    ...(language === undefined ? {} : { language }),
    apart: true,
    untimed: true,
    failToPass: row.FAIL_TO_PASS.map(untimed),
    passToPass: row.PASS_TO_PASS.map(untimed),
  };
}

const TIMES = [
  /\s*\[\s*\d+(?:\.\d+)?\s*(?:ms|s)\s*\]\s*$/i,
  /\s+in\s+\d+(?:\.\d+)?\s+(?:msec|sec)\b/gi,
  /\s*\(\s*\d+(?:\.\d+)?\s*(?:ms|s)\s*\)\s*$/i,
];

/** A test's name without the times that some runners put into it, after `_normalize_test_name`. */
export function untimed(name: string): string {
  return TIMES.reduce((text, time) => text.replace(time, ''), name).trim();
}
