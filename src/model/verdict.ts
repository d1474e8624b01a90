/**
 * What grading one attempt at one task can end in.
 *
 * - `resolved`: every expected test ran and passed, and no canary did.
 * - `unresolved`: an expected test failed or did not run.
 * - `tampered`: the attempt touched what grades it, or a must-fail canary passed.
 * - `timeout`: the tests did not end within their time.
 * - `invalid`: the attempt could not be applied (links, paths outside the workspace, size).
 * - `infrastructure`: no result. Nothing is learnt about the variant, and nothing is counted against it.
 */
export const VERDICTS = ['resolved', 'unresolved', 'tampered', 'timeout', 'invalid', 'infrastructure'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A verdict that says something about the variant. */
export type Outcome = Exclude<Verdict, 'infrastructure'>;

export function isOutcome(verdict: Verdict): verdict is Outcome {
  return verdict !== 'infrastructure';
}

/** What several gradings of the same files come to: the first that is an outcome, or `infrastructure` where none is. */
export function verdictOf(verdicts: readonly Verdict[]): Verdict {
  return verdicts.find(isOutcome) ?? 'infrastructure';
}

/** Whether gradings of the same files differ in what counts: an outcome is resolved or not, and `infrastructure` says nothing. */
export function waver(verdicts: readonly Verdict[]): boolean {
  return new Set(verdicts.filter(isOutcome).map(score)).size > 1;
}

/** 1 for a resolved task, 0 for any other outcome. */
export function score(outcome: Outcome): 0 | 1 {
  return outcome === 'resolved' ? 1 : 0;
}
