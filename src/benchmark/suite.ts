import type { HuxleyError } from '../model/error.ts';
import type { Split } from '../model/event.ts';
import type { FileEntry } from '../model/file.ts';
import type { TaskId } from '../model/ids.ts';
import type { AllowedHost } from '../model/network/hosts.ts';
import type { SystemChange, SystemChanges } from '../model/system/change.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Sandbox } from '../sandbox/port.ts';

/** What is public about a task. Holds no trace of its tests or its answer. */
export interface SuiteTask {
  readonly id: TaskId;
  /** E.g. `typescript`, `python`, `shell`. */
  readonly language: string;
  /** The image the agent works and the grader grades in; `null` for the run's own sandbox image. */
  readonly image: string | null;
  /** Where the task's workspace lies in the container, e.g. `/work` or `/testbed`. */
  readonly workdir: string;
  /** A folder of the image that holds the fix or the tests: the agent finds it empty, but for a workspace in it. */
  readonly covered?: string | undefined;
  /** The problem statement, as the agent reads it. */
  readonly statement: string;
  /** Files a solution consists of, relative to the workspace; nothing else of the agent's work is graded. `null`: the validated diff. */
  readonly solutionPaths: readonly string[] | null;
  /** Seconds the tests may take. */
  readonly testSeconds: number;
}

/** The result of grading, with what a person needs to see why. */
export interface Grade {
  readonly verdict: Verdict;
  /** Expected tests: how many passed, and the ids of those that failed or did not run (at most 20). */
  readonly passed: number;
  readonly expected: number;
  readonly failed: readonly string[];
  /**
   * Of an `unresolved` attempt, in [0, 1): the share of required tests that passed, where there are two or more and all that the
   * verdict rests on says so, or the number that the tests came to. Absent otherwise: then a resolved task stands for 1 and any other for 0.
   */
  readonly score?: number;
  /** Why, in one or two sentences; never quotes hidden tests. */
  readonly evidence: string;
  /** What the must-fail canary said: `failed` is good. */
  readonly canary: 'failed' | 'passed' | 'not run' | 'none';
  /** Seconds spent grading. */
  readonly seconds: number;
  /** SWE-bench: the official rules' verdict on the same log. */
  readonly official?: boolean;
}

/**
 * What is handed in: the files that changed; a patch in git's format, which can also delete, rename and set modes; or what a
 * container's file system became.
 */
export type Submission = readonly FileEntry[] | string | SystemChanges;

/** The four solutions every task has or can derive, for the gates. */
export type Reference = 'oracle' | 'nop' | 'cheat' | 'draft';

/** What the containers of a task need whose answer is what a file system became. */
export interface SystemNeeds {
  /** Ready on the engine. */
  readonly image: string;
  /** Where the agent's commands work, e.g. `/app`. */
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Of memory; null for what attempts have otherwise. */
  readonly memoryMB: number | null;
  /** That may be written. */
  readonly diskMB: number;
  /** What is done one after the other, at least one thing; each goes on from the file system the one before left. */
  readonly steps: readonly SystemStep[];
}

/** One of the things that a task asks for in turn. */
export interface SystemStep {
  /** Empty where the task has but one. */
  readonly name: string;
  readonly statement: string;
  /** Who its commands run as, e.g. `root`. */
  readonly user: string;
  /** That it may take by the task; null where it does not say. */
  readonly seconds: number | null;
  /** Laid before anything is done. */
  readonly files: readonly SystemChange[];
  /** Run before anything is done, by the user; null for nothing. */
  readonly setup: readonly string[] | null;
  /** What may be reached meanwhile; without any there is no network. */
  readonly hosts: readonly AllowedHost[];
}

/** How a suite deals with answers that are file systems. */
export interface SystemAnswers {
  /** Makes a task's image ready. Throws HuxleyError where it cannot be. */
  open(task: TaskId): Promise<SystemNeeds>;
  /** Grades each step in a fresh container of the same image; never throws for what the file system holds. */
  grade(task: TaskId, changes: SystemChanges, sandbox: Sandbox, signal?: AbortSignal): Promise<Grade>;
  /** Whether the task lets an attempt go on to the next step after these; grades the last of them where that depends on it. */
  goesOn(task: TaskId, done: SystemChanges, sandbox: Sandbox, signal?: AbortSignal): Promise<boolean>;
}

export interface Suite {
  readonly name: string;
  /** `sha256:` over everything that can change a verdict. */
  readonly digest: string;
  list(): readonly SuiteTask[];
  /** The pristine workspace as the agent gets it. */
  workspace(task: TaskId): Promise<readonly FileEntry[]>;
  /** Grades files in a fresh container; never throws for what the files contain. */
  grade(task: TaskId, files: readonly FileEntry[], sandbox: Sandbox, signal?: AbortSignal): Promise<Grade>;
  /** Grades a patch to the workspace by the suite's own rules for applying one, where it has any. */
  gradePatch?(task: TaskId, patch: string, sandbox: Sandbox, signal?: AbortSignal): Promise<Grade>;
  /** Where a task's answer is what its container's file system became: there is neither a workspace nor a way to grade files. */
  readonly systems?: SystemAnswers;
  /** What a person should know where a task's own solution does not resolve it; empty for nothing. */
  remark?(task: TaskId): string;
  /** The text of a reference solution that comes as a patch, or as a script. */
  answer?(task: TaskId): string;
  /**
   * A reference solution; `null` where the suite has none of that kind, a patch only where it has `gradePatch`, a file system only where it has `systems`.
   * @throws HuxleyError `suite.reference` for one that cannot be applied whole.
   */
  reference(task: TaskId, kind: Reference): Promise<Submission | null>;
}

/** A suite as it was opened, with what could not be used of it. */
export interface OpenedSuite extends Suite {
  /** One for each task that was left out, naming file and field. */
  readonly problems: readonly HuxleyError[];
}

/** A suite whose reference solutions are files. */
export interface FilesSuite extends OpenedSuite {
  reference(task: TaskId, kind: Reference): Promise<readonly FileEntry[] | null>;
}

/** Which tasks steer a run and which are sealed, keyed by the suite's digest and the repository's salt, never by a run's seed. */
export type SuiteSplit = Readonly<Record<Split, readonly TaskId[]>>;
