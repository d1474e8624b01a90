import { END, START } from './official.ts';

/** What official scripts run under; some parsers look for the commands it echoes. */
const FLAGS = 'set -uxo pipefail';

/** Whether a published script marks where its tests' output begins and ends. */
export function isMarked(evalScript: string): boolean {
  const lines = evalScript.split('\n');
  const start = lines.findIndex((line) => line.includes(START));
  return start >= 0 && lines.findIndex((line) => line.includes(END)) > start;
}

function partsOf(evalScript: string): { readonly setUp: readonly string[]; readonly tests: readonly string[] } {
  const lines = evalScript.split('\n').filter((line) => !line.startsWith('#!') && line !== FLAGS);
  const start = lines.findIndex((line) => line.includes(START));
  const end = lines.findIndex((line) => line.includes(END));
  return { setUp: lines.slice(0, start), tests: lines.slice(start + 1, end) };
}

/** Whether a published script tests with one plain command, so that its exit code speaks for all tests. */
export function isSingle(evalScript: string): boolean {
  const commands = partsOf(evalScript).tests.filter((line) => line.trim() !== '');
  return commands.length === 1 && !/[;|]|&&|\\$/.test(commands[0]!);
}

/**
 * A published script such that its output and its exit code are those of the test command alone: no marker has to be looked
 * for, so none can be forged. All of it is read before any of it runs.
 */
export function testsOnly(evalScript: string): string {
  const { setUp, tests } = partsOf(evalScript);
  const flags = evalScript.split('\n').includes(FLAGS) ? [FLAGS] : [];
  return [
    'main() {',
    'exec 3>&1 >/tmp/set-up.log 2>&1',
    ...setUp,
    'exec >&3 2>&1 3>&-',
    ...flags,
    ...tests,
    'exit $?',
    '}',
    'main </dev/null',
    '',
  ].join('\n');
}

/** The words of the commands that test, without quotes. */
export function testWords(evalScript: string): readonly string[] {
  const { tests } = partsOf(evalScript);
  return tests.flatMap((line) => line.split(/[\s;|&()=]+/)).map((word) => word.replace(/^["']+|["']+$/g, ''));
}
