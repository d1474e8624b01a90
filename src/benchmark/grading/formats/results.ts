import type { TestOutcome } from '../plan.ts';

/** What a report of a published format says, read whole. */
export interface Results {
  readonly tests: ReadonlyMap<string, TestOutcome>;
  /** Whether the report ends as its format has it end; one that cannot be read does not, and has no test. */
  readonly complete: boolean;
}

export const UNREADABLE: Results = { tests: new Map(), complete: false };

/** One test as a report has it: the names of what it lies in, from the outside, and its own. */
export type Reported = readonly [path: readonly string[], outcome: TestOutcome];

/** A test's id: its names, each on one line, a name that repeats the one around it left out. */
export function idOf(path: readonly string[]): string {
  const names = path.map((name) => name.replace(/[\s\p{Cc}]+/gu, ' ').trim());
  return names.filter((name, at) => name !== '' && name !== names[at - 1]).join(' > ');
}

/** A test reported twice failed, as one without a name did: no other can be told from it. */
export function resultsOf(reported: readonly Reported[], complete: boolean): Results {
  const tests = new Map<string, TestOutcome>();
  for (const [path, outcome] of reported) {
    const id = idOf(path);
    tests.set(id, tests.has(id) || id === '' ? 'failed' : outcome);
  }
  return { tests, complete };
}
