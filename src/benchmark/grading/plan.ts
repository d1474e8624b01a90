import type { FileEntry } from '../../model/file.ts';
import type { ExecResult } from '../../sandbox/port.ts';

export type TestOutcome = 'passed' | 'failed' | 'skipped';

/** What a runner made of one run of the tests. */
export interface TestReport {
  readonly tests: ReadonlyMap<string, TestOutcome>;
  /**
   * Whether the runner said that it began to load the code under test, which it does before any of it can run. A run
   * without is nobody's failure: nothing was tested.
   */
  readonly began: boolean;
  /** Whether the runner said that it was done; what is missing then was never there. */
  readonly complete: boolean;
  /** Set when something other than the runner wrote where only the runner reports: what was seen. */
  readonly intrusion: string | null;
  /** In [0, 1], of tests that come to one number. */
  readonly score?: number;
}

/** What is left of a test run for its runner to read. */
export interface RunOutput extends ExecResult {
  /** Random for each run, known to the runner alone unless it wants a report; empty-handed code cannot write a believable line. */
  readonly nonce: string;
  /** What lies in `/report` after the run, for a runner that wants it. */
  readonly files: readonly FileEntry[];
}

/** How tests are run and their results read, pinned from outside of the tree. */
export interface Runner {
  readonly name: string;
  /**
   * Whether the tests may add files to the tree, as a build does. Files of the tree are never theirs to change, rename or
   * remove; by default they can add none either.
   */
  readonly writable?: boolean;
  /**
   * Whether a folder `/report` is there to be written, and read after the run. `HUXLEY_REPORT` names a folder in it, by the nonce, that
   * the runner makes.
   */
  readonly report?: boolean;
  /**
   * Whether the tests run as another user than the code under test, in a process of their own: there is nothing to forge then.
   * The tests lie in the folder `tests`, where that code cannot look.
   */
  readonly apart?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Command line, run in the tree with the nonce and a newline on standard input. Descriptor 1 comes back as `stdout`. */
  command(tests: readonly string[]): readonly string[];
  /** Which of the hidden test files are run, rather than used by those that are. */
  runs(path: string): boolean;
  read(output: RunOutput): TestReport;
}

/** Everything a verdict on one attempt rests on. Paths are relative to the tree. */
export interface GradingPlan {
  /** An image the engine has. */
  readonly image: string;
  /** Where the tree lies in the container. */
  readonly workdir: string;
  readonly pristine: readonly FileEntry[];
  /** What the agent made; only files named by `solutionPaths` count, `null` standing for all of them. */
  readonly solution: readonly FileEntry[];
  readonly solutionPaths: readonly string[] | null;
  /** Copied in last, over everything. */
  readonly tests: readonly FileEntry[];
  /**
   * Copied in instead of the tests that run: a copy of all of them, under the same names, each with an expectation that no right
   * solution meets. `null` where there is none.
   */
  readonly canary: readonly FileEntry[] | null;
  /** Draws another canary, for one that comes to no result with the reference solution either. */
  readonly drawCanary?: () => readonly FileEntry[];
  /** Ids of the canary that must fail, where not all of them do; the others are not looked at. */
  readonly mustFail?: readonly string[];
  /** The reference solution: what it passes of a canary proves nothing against anybody. */
  readonly reference?: readonly FileEntry[];
  readonly runner: Runner;
  /** Ids that must run and pass: exactly these are looked for. */
  readonly expected: readonly string[];
  /** Seconds for one run of the tests on an idle machine; one that is busy before the first attempt gives more. */
  readonly seconds: number;
  readonly limits?: {
    readonly memoryMB?: number;
    readonly cpus?: number;
    readonly pids?: number;
    readonly treeMB?: number;
    readonly tmpMB?: number;
  };
}
