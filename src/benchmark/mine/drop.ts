/** Why no task was made of a commit; each commit that was looked at has one at most. In the order in which they are found out. */
export const REASONS = {
  'first-commit': 'it has no parent',
  'empty-merge': 'a merge without changes of its own',
  'no-tests': 'no test changed',
  'no-source': 'no source changed',
  irregular: 'a file that no task can hold',
  'too-large': 'too large',
  'statement-empty': 'the statement is empty',
  'statement-leaks': 'the statement leaks the answer',
  'no-runner': 'no test runner was recognised',
  environment: 'the environment did not build',
  network: 'its tests need a network',
  timeout: 'its tests do not end in time',
  'fail-after': 'its tests fail after the fix',
  flaky: 'its tests are flaky',
  'pass-before': 'its tests pass before the fix',
  'no-canary': 'no test can be made false',
  gates: 'a gate does not hold',
} as const;
export type Reason = keyof typeof REASONS;

/** What stands in the way of a task. */
export interface Drop {
  readonly reason: Reason;
  /** Which file, line or test; text of a stranger's. */
  readonly detail: string;
}

export function drop(reason: Reason, detail = ''): Drop {
  return { reason, detail };
}

export function isDrop(value: object): value is Drop {
  return 'reason' in value;
}
