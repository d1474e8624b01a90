/** One task of SWE-bench, from a row of either published format. */
export interface Instance {
  readonly id: string;
  readonly repo: string;
  readonly version: string;
  readonly baseCommit: string;
  readonly statement: string;
  /** The reference fix and the tests that grade it, as patches. */
  readonly gold: string;
  readonly testPatch: string;
  /** Tests that fail before the fix and pass after it, and tests that pass before and after. */
  readonly failToPass: readonly string[];
  readonly passToPass: readonly string[];
  readonly image: string;
  /** The published script: prepares the tests, marks their output, runs them. */
  readonly evalScript: string;
  readonly logParser: string;
  /**
   * `fail_only`: the runner's log names failures only, so a test that is not mentioned passed. `live`: as SWE-bench-Live grades,
   * where an old test may be missing, and one that is expected to fail does not pass.
   */
  readonly evalType: 'pass_and_fail' | 'fail_only' | 'live';
}
