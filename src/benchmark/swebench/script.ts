import { END, START } from './official.ts';

/** Whether a published script marks where its tests' output begins and ends. */
export function isMarked(evalScript: string): boolean {
  const lines = evalScript.split('\n');
  const start = lines.findIndex((line) => line.includes(START));
  return start >= 0 && lines.findIndex((line) => line.includes(END)) > start;
}

/**
 * A published script such that its output and its exit code are those of the test command alone: no marker has to be looked
 * for, so none can be forged. All of it is read before any of it runs.
 */
export function testsOnly(evalScript: string): string {
  const lines = evalScript.split('\n').filter((line) => !line.startsWith('#!') && line !== 'set -uxo pipefail');
  const start = lines.findIndex((line) => line.includes(START));
  const end = lines.findIndex((line) => line.includes(END));
  const setUp = lines.slice(0, start).join('\n');
  const tests = lines.slice(start + 1, end).join('\n');
  return `main() {\nexec 3>&1 >/tmp/set-up.log 2>&1\n${setUp}\nexec >&3 2>&1 3>&-\n${tests}\nexit $?\n}\nmain </dev/null\n`;
}
