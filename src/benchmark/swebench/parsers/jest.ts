import type { Instance } from '../instance/instance.ts';
import type { LogParser, Status, StatusMap } from '../instance/status.ts';
import { lines } from './lines.ts';
import { indented, Suites } from './suites.ts';

/** `jest --verbose`. */
export const jest = lines(
  /^(?<status>[✓✕○])\s(?<name>.+?)(?:\s\(\d+\s*m?s\))?$/,
  { '✓': 'PASSED', '✕': 'FAILED', '○': 'SKIPPED' },
  (name) => name.trim(),
);

/** Jest's JSON, which the script turns into `[OUTCOME] name`. */
export const jestJson = lines(/^\[(?<status>PASSED|FAILED)\]\s(?<name>.+)$/, { PASSED: 'PASSED', FAILED: 'FAILED' });

/** `vitest --reporter=verbose`. */
export const vitest = lines(/^(?<status>[✓×↓])\s(?<name>.+?)(?:\s(?:\d+\s*m?s?|\[skipped\]))?$/, {
  '✓': 'PASSED',
  '×': 'FAILED',
  '↓': 'SKIPPED',
});

/** Jest's line for each test file. */
export const jestFiles: LogParser = (log) => {
  const found = new Map<string, Status>();
  for (const line of log.split('\n')) {
    const [, status, rest] = /^(PASS|FAIL)\s(.*)/.exec(line) ?? [];
    if (rest === undefined) continue;
    const timed = /^(.*)\s\([\d.]+(?:ms|\ss|s)\)/.exec(rest)?.[1];
    found.set(timed ?? rest, status === 'PASS' ? 'PASSED' : 'FAILED');
  }
  return found;
};

/** The same, as Grommet's rows name the files: only a time at the end is taken off. */
export const grommet: LogParser = (log) => {
  const named = (word: string) =>
    [...log.matchAll(new RegExp(`^${word}\\s(.*)`, 'gm'))].map(([, name]) =>
      name!.trim().replace(/\s\([\d.]+\s?(?:ms|s)\)$/, ''),
    );
  return new Map<string, Status>([
    ...named('FAIL').map((name): [string, Status] => [name, 'FAILED']),
    ...named('PASS').map((name): [string, Status] => [name, 'PASSED']),
  ]);
};

/** Calypso: what follows each echoed Jest command, up to its summary; tests under their suites. */
export const calypso: LogParser = (log) => {
  const found = new Map<string, Status>();
  const suites = new Suites();
  for (const part of log.split(' ./node_modules/.bin/jest ').slice(1))
    for (const line of part.split('\n')) {
      if (line.startsWith('Test Suites') || line.startsWith('  ● ')) break;
      const [, mark, rest] = /^\s+([✓✕])\s(.*)/.exec(line) ?? [];
      if (rest !== undefined) {
        const name = /^(.*)\(\d+ms\)$/.exec(rest)?.[1] ?? rest;
        found.set(`${suites.path().join(' - ')} - ${name}`.trim(), mark === '✓' ? 'PASSED' : 'FAILED');
      } else if (indented(line) > 0) suites.enter(line);
    }
  return found;
};

/** Immutable.js has tests of two kinds; the instance tells which are run. */
export function immutable(log: string, { id }: Pick<Instance, 'id'>): StatusMap {
  return (id.endsWith('-2005') ? jestJson : jest)(log);
}
