import type { Instance } from '../instance/instance.ts';
import type { LogParser, Status, StatusMap } from '../instance/status.ts';
import { lines } from './lines.ts';

const MARKS: Readonly<Record<string, Status>> = { '✔': 'PASSED', '✘': 'FAILED', '↩': 'SKIPPED' };

/** `phpunit --testdox`: tests under the headline of their suite. */
export const phpunit: LogParser = (log) => {
  const found = new Map<string, Status>();
  let suite: string | null = null;
  for (const line of log.split('\n')) {
    const headline = /^([\p{L}\p{N}_].+) \(.+\)$/u.exec(line)?.[1];
    const test = /^\s*([✔✘↩])\s*(.*)$/.exec(line);
    if (headline !== undefined) suite = headline;
    else if (test) found.set(`${suite ?? 'None'} > ${test[2]}`, MARKS[test[1]!]!);
  }
  return found;
};

export const minitest = lines(/^(?<name>.+)\. .*=.*(?<status>\.|F|E).*$/, {
  '.': 'PASSED',
  F: 'FAILED',
  E: 'FAILED',
});

/** Cucumber with `--format progress`. */
export const cucumber = lines(/^(?<name>.*) \.+(?<status>\.|F)/, { '.': 'PASSED', F: 'FAILED' });

export const rubyUnit = lines(/^(?:test: )?(?<name>.+):\s+(?<status>\.|E\b|F\b|O\b)/, {
  '.': 'PASSED',
  E: 'FAILED',
  F: 'FAILED',
  O: 'SKIPPED',
});

/** RSpec's JSON, which the script turns into `name - outcome`. */
export const rspec = lines(/^(?<name>.+) - (?<status>passed|failed)/, { passed: 'PASSED', failed: 'FAILED' });

/** Jekyll has tests of two kinds; the instance tells which are run. */
export function jekyll(log: string, { id }: Pick<Instance, 'id'>): StatusMap {
  return (['8761', '8771'].includes(id.split('-')[1] ?? '') ? cucumber : minitest)(log);
}
