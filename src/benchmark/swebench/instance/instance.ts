/** A program of a dataset's own that reads logs, in Python. */
export interface LogProgram {
  /** How it is called: with a log (`live`), with the files of both streams (`pro`), or as one of a module's functions (`rebench`). */
  readonly kind: 'live' | 'pro' | 'rebench';
  readonly source: string;
  /** Of a module, the function. */
  readonly name?: string;
}

/** One task of SWE-bench or its family, from a row as it is published. */
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
  /** One of ours; of no use where there is a `program`. */
  readonly logParser: string;
  /**
   * `fail_only`: the runner's log names failures only, so a test that is not mentioned passed. `live`: as SWE-bench-Live grades,
   * where an old test may be missing, and one that is expected to fail does not pass. `exact`: as SWE-bench Pro, SWE-rebench V2
   * and Multi-SWE-bench do, every test has passed. `smith`: as SWE-smith does, none has failed.
   */
  readonly evalType: 'pass_and_fail' | 'fail_only' | 'live' | 'exact' | 'smith';
  /** What reads the log where no parser of ours does. */
  readonly program?: LogProgram;
  /** Where the repository lies in the image; `/testbed` where absent. */
  readonly workdir?: string;
  /** Of the tests; where absent, the parser's. */
  readonly language?: string;
  /** The log is what goes to standard output, and after it what goes to standard error. */
  readonly apart?: boolean;
  /** Whether times in the names of tests are left out. */
  readonly untimed?: boolean;
  /** Of SWE-smith: the patch that makes the bug in what the image holds, and the test files that an agent does not see. */
  readonly bug?: string;
  readonly hidden?: readonly string[];
  /** What the image holds of the answer: agents find `folder` empty, and tests, which need the rest of it, the file `fix`. */
  readonly published?: { readonly folder: string; readonly fix: string };
}

/** Where the repository lies in the images of SWE-bench. */
const TESTBED = '/testbed';

export function workdirOf({ workdir }: Pick<Instance, 'workdir'>): string {
  return workdir ?? TESTBED;
}
