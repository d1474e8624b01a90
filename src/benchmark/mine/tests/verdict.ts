import type { TestOutcome } from '../../grading/plan.ts';
import { type Drop, drop } from '../drop.ts';

/** One run of a commit's tests. */
export interface Run {
  readonly tests: ReadonlyMap<string, TestOutcome>;
  /** Whether the report is whole. */
  readonly complete: boolean;
  readonly timedOut: boolean;
  /** What it printed, for its last lines. */
  readonly output: string;
}

/** Which tests tell the fix from its absence, and which hold either way. */
export interface Sets {
  readonly failToPass: readonly string[];
  readonly passToPass: readonly string[];
  /** Outcomes that differ between equal runs; counted for nothing. */
  readonly flaky: readonly string[];
}

/** What a host name, an address or a route that is not there makes programs say. */
const NETWORK =
  /ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|getaddrinfo|Temporary failure in name resolution|Name or service not known|Network is unreachable|Could not resolve host|fetch failed/;

/** Whether a test passed in every run, in none, or in some. A test that is not reported, or was skipped, has not passed. */
function passes(runs: readonly Run[], id: string): 'always' | 'never' | 'sometimes' {
  const passed = runs.filter(({ tests, complete }) => complete && tests.get(id) === 'passed').length;
  return passed === runs.length ? 'always' : passed === 0 ? 'never' : 'sometimes';
}

/**
 * What equal runs of the tests without the fix, and with it, come to.
 *
 * @param before on the parent with the commit's tests laid over it, one run at least; a run that breaks off counts as failed tests
 * @param after the same with the fix
 */
export function judgeRuns(before: readonly Run[], after: readonly Run[]): Sets | Drop {
  if (after.some(({ timedOut }) => timedOut)) return drop('timeout');
  const ids = [...new Set(after.flatMap(({ tests }) => [...tests.keys()]))].toSorted();
  const sets = { failToPass: [] as string[], passToPass: [] as string[], flaky: [] as string[] };
  for (const id of ids) {
    const [without, fixed] = [passes(before, id), passes(after, id)];
    if (fixed === 'sometimes' || (fixed === 'always' && without === 'sometimes')) sets.flaky.push(id);
    else if (fixed === 'always') sets[without === 'always' ? 'passToPass' : 'failToPass'].push(id);
  }
  if (sets.failToPass.length > 0) return sets;
  const failing = ids.filter(
    (id) => passes(after, id) === 'never' && after.some((run) => run.tests.get(id) === 'failed'),
  );
  const broken = after.find(({ complete }) => !complete);
  const said = failing[0] ?? (broken === undefined ? '' : lastLines(broken.output));
  const bad = failing.length > 0 || broken !== undefined || ids.length === 0;
  const offline = bad && after.map(({ output }) => NETWORK.exec(output)).find((match) => match !== null);
  if (offline) return drop('network', offline[0]);
  // One that always passes without the fix could never tell it from its absence.
  const telling = sets.flaky.find((id) => passes(before, id) !== 'always');
  if (telling !== undefined) return drop('flaky', telling);
  if (bad) return drop('fail-after', said || 'no test reports');
  return drop('pass-before');
}

/** What a program printed first of an error, and its end, for a report. */
export function lastLines(output: string): string {
  const lines = output.trim().split('\n');
  const error = lines.find((line) => /\b\w*(?:Error|error|ERR!)\b/.test(line));
  return [...(error === undefined ? [] : [error.trim()]), ...lines.slice(-4)].join('\n').slice(0, 700);
}
