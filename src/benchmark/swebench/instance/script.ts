import { END, START } from './marks.ts';

/** What official scripts run under; some parsers look for the commands it echoes. */
const FLAGS = 'set -uxo pipefail';

/** How scripts begin that run in the environment of the harness's own images. */
export const TESTBED: readonly string[] = [
  '#!/bin/bash',
  FLAGS,
  'source /opt/miniconda3/bin/activate',
  'conda activate testbed',
  'cd /testbed',
];

/** A command that reads a text as it is; lines of a script. */
export function heredoc(command: string, text: string): readonly string[] {
  const body = text.replace(/\n$/, '');
  let end = 'EOF_114329324912';
  while (body.split('\n').includes(end)) end += '_';
  return [`${command} <<'${end}'`, body, end];
}

/** A word as a shell reads it as one. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Whether a line is a mark of the script's own, and not of a patch in it. */
function marks(line: string, mark: string): boolean {
  return line.includes(mark) && !/^[-+ ]/.test(line);
}

/** Whether a published script marks where its tests' output begins and ends. */
export function isMarked(evalScript: string): boolean {
  const lines = evalScript.split('\n');
  const start = lines.findIndex((line) => marks(line, START));
  return start >= 0 && lines.findIndex((line) => marks(line, END)) > start;
}

function partsOf(evalScript: string): { readonly setUp: readonly string[]; readonly tests: readonly string[] } {
  const lines = evalScript.split('\n').filter((line) => !line.startsWith('#!') && line !== FLAGS);
  const start = lines.findIndex((line) => marks(line, START));
  const end = lines.findIndex((line) => marks(line, END));
  return { setUp: lines.slice(0, start), tests: lines.slice(start + 1, end) };
}

/** Whether a published script tests with one plain command, so that its exit code speaks for all tests. */
export function isSingle(evalScript: string): boolean {
  const commands = partsOf(evalScript).tests.filter((line) => line.trim() !== '');
  return commands.length === 1 && !/[;|]|&&|\\$/.test(commands[0]!);
}

/** What the script says first of all, before anything of an attempt is loaded. */
export const BEGUN = 'begun';

/** A report of its own for each command, so that a second run of pytest adds to the first; whatever else the script sets stays. */
const REPORTS = [
  'HUXLEY_RUN=0',
  'huxley_report() {',
  '  PYTEST_ADDOPTS="${PYTEST_ADDOPTS-}"',
  '  PYTEST_ADDOPTS="${PYTEST_ADDOPTS%% --junitxml=/report/*} --junitxml=/report/junit-$BASHPID-$((HUXLEY_RUN += 1)).xml"',
  '}',
  'export PYTEST_ADDOPTS',
  'set -T',
  'trap huxley_report DEBUG',
];

/**
 * A published script such that its output and its exit code are those of the test command alone: no marker has to be looked
 * for, so none can be forged. All of it is read before any of it runs.
 *
 * @param reports whether pytest is to write its reports below /report
 * @param apart whether standard error stays apart from standard output
 */
export function testsOnly(evalScript: string, reports = false, apart = false): string {
  const { setUp, tests } = partsOf(evalScript);
  const flags = evalScript.split('\n').includes(FLAGS) ? [FLAGS] : [];
  return [
    'main() {',
    `echo ${BEGUN}`,
    apart ? 'exec 3>&1 4>&2 >/tmp/set-up.log 2>&1' : 'exec 3>&1 >/tmp/set-up.log 2>&1',
    ...setUp,
    apart ? 'exec >&3 2>&4 3>&- 4>&-' : 'exec >&3 2>&1 3>&-',
    ...(reports ? REPORTS : []),
    ...flags,
    ...tests,
    'exit $?',
    '}',
    'main </dev/null',
    '',
  ].join('\n');
}

/** What becomes of the reports that pytest is told to write, by what the script itself tells it. */
export function reportsOf(evalScript: string): 'whole' | 'partial' | 'impossible' {
  const tests = partsOf(evalScript).tests.join('\n');
  if (/-p[ =]?no:junitxml/.test(tests)) return 'impossible';
  if (/--junit-?xml|PYTEST_ADDOPTS|\benv\s+(-i|-u|--ignore)/.test(tests)) return 'partial';
  return /\b(pytest|py\.test|tox|nox)\b/.test(tests) ? 'whole' : 'partial';
}

/** The words of the commands that test, without quotes. */
export function testWords(evalScript: string): readonly string[] {
  const { tests } = partsOf(evalScript);
  return tests.flatMap((line) => line.split(/[\s;|&()=]+/)).map((word) => word.replace(/^["']+|["']+$/g, ''));
}
