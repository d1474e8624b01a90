import type { LogParser, Status } from '../instance/status.ts';
import { lines } from './lines.ts';

/**
 * Maven names no test that succeeds, so every test is a command of its own (`-Dtest=…`, as the shell echoes it) with a `BUILD`
 * line. Several commands may be echoed before their results: these belong to them in their order.
 */
export const maven: LogParser = (log) => {
  const trimmed = log.split('\n').map((line) => line.trim());
  const tests: string[] = [];
  const results: Status[] = [];
  for (const line of trimmed) {
    const test = /^.*-Dtest=(\S+)/.exec(line)?.[1];
    if (test !== undefined) tests.push(test);
    const result = /BUILD (SUCCESS|FAILURE)$/.exec(line)?.[1];
    if (result !== undefined) results.push(result === 'SUCCESS' ? 'PASSED' : 'FAILED');
  }
  return new Map(tests.slice(0, results.length).map((test, i) => [test, results[i]!]));
};

/** JUnit under Ant. */
export const ant = lines(/^\[junit\]\s+\[(?<status>PASS|FAIL|ERR)\]\s+(?<name>.*)$/, {
  PASS: 'PASSED',
  FAIL: 'FAILED',
  ERR: 'FAILED',
});

/** Gradle told to log each test. Other output may stand between a test's name and its outcome. */
export const gradle: LogParser = (log) => {
  const found = new Map<string, Status>();
  let pending: string | undefined;
  for (const raw of log.split('\n')) {
    const line = raw.trim();
    const whole = /^([^>].+)\s+(PASSED|FAILED)$/.exec(line);
    if (whole) {
      found.set(whole[1]!, whole[2] as Status);
      pending = undefined;
    } else if (/^[^>]\S*\s+>\s+\S+$/.test(line)) pending = line;
    else if (pending !== undefined && (line === 'PASSED' || line === 'FAILED')) {
      found.set(pending, line);
      pending = undefined;
    }
  }
  return found;
};
