import type { FileChange } from '../model/file.ts';
import type { Sha } from '../model/ids.ts';

/** What a person may do in a repository, as the permission API says it. */
export type Permission = 'admin' | 'write' | 'read' | 'none';

export interface RepositoryFacts {
  /** GitHub's number for it, which stays when it is renamed. */
  readonly id: number;
  /** `owner/name` as it is now. */
  readonly name: string;
  readonly defaultBranch: string;
}

export interface CommitFacts {
  readonly sha: Sha;
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly message: string;
}

export interface TreeFile {
  readonly path: string;
  readonly mode: string;
  readonly sha: Sha;
}

export interface PullRequest {
  readonly number: number;
  /** Opened by this App from a branch of this repository: anybody else’s says nothing about a variant. */
  readonly own: boolean;
  /** Who opened it, and its title: untrusted text. `ghost` stands for an account that is gone. */
  readonly author: string;
  readonly title: string;
  /** Its head is in another repository, into which people without write access here may push. */
  readonly fork: boolean;
  /** Branch and commit that would be merged. */
  readonly head: string;
  readonly headSha: Sha;
  readonly base: string;
  readonly open: boolean;
  readonly merged: boolean;
  readonly draft: boolean;
  /** Merge commit, once merged. */
  readonly mergeSha: Sha | null;
}

export interface PullRequestDraft {
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
}

/**
 * How an attempt to merge ended.
 *
 * - `merged`: `sha` is the merge commit, also when an earlier attempt had made it.
 * - `moved`: the head is no longer the commit that was to be merged.
 * - `stale`: the base is no longer the commit it was to be merged into.
 * - `conflict`: it cannot be merged without a person.
 * - `blocked`: required checks or approvals are missing, or it is a draft: may be tried again later.
 */
export type MergeOutcome =
  | { readonly kind: 'merged'; readonly sha: Sha }
  | { readonly kind: 'moved' | 'stale' | 'conflict' | 'blocked'; readonly reason: string };

export interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly body: string;
  readonly author: string;
  readonly byBot: boolean;
  /** The App that wrote it, if one did. */
  readonly appId: number | null;
  readonly createdAt: string;
  readonly edited: boolean;
}

/** An issue this App opened. */
export interface OwnIssue {
  readonly number: number;
  readonly body: string;
  readonly open: boolean;
}

/** A label's coming, as an issue's events have it. */
export interface Labelling {
  readonly id: number;
  /** Who set it: untrusted text. */
  readonly by: string;
  readonly byBot: boolean;
  /** ISO 8601. */
  readonly at: string;
}

export interface Check {
  readonly name: string;
  /** What of Huxley's it stands for; one check run for each. */
  readonly externalId: string;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly conclusion: 'neutral' | 'success' | 'failure';
  readonly annotations?: readonly { readonly path: string; readonly line: number; readonly message: string }[];
}

/** What others than this App say of a commit, by name: their check runs, workflow runs and commit statuses, the latest of each. */
export interface CiState {
  readonly pending: readonly string[];
  readonly failed: readonly string[];
  readonly passed: number;
}

/** A person's review. */
export interface Review {
  readonly login: string;
  /** As GitHub has it: `APPROVED`, `CHANGES_REQUESTED`, `DISMISSED`, ... */
  readonly state: string;
  /** The commit it is of. */
  readonly sha: Sha;
}

/** A check run this App wrote. */
export interface WrittenCheck {
  readonly id: number;
  readonly name: string;
  readonly externalId: string;
  readonly summary: string;
  readonly text: string;
}

export interface WorkflowRun {
  readonly id: number;
  /** The run's name, which holds the job and the digest of its order. */
  readonly title: string;
  /** E.g. `workflow_dispatch`. */
  readonly event: string;
  /** Of the workflow file, e.g. `.github/workflows/huxley.yml`. */
  readonly path: string;
  readonly branch: string | null;
  /** The commit whose workflow file ran. */
  readonly headSha: Sha;
  /** From 1; more when somebody ran it again. */
  readonly attempt: number;
  /** Login of who started it, and of who started this attempt; null where the server does not tell. */
  readonly actor: string | null;
  readonly triggeringActor: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
  /** No runner has taken any of its jobs yet. */
  readonly queued: boolean;
  readonly completed: boolean;
  /** E.g. `success`, `failure`, `cancelled`, `timed_out`; null until completed. */
  readonly conclusion: string | null;
  /** Where people read its log. */
  readonly url: string;
}

/** Of a workflow. */
export type Inputs = Readonly<Record<string, string>>;

export interface ArtifactFacts {
  readonly name: string;
  /** `sha256:` of its zip, or null where the server does not tell. */
  readonly digest: string | null;
  readonly expired: boolean;
}

/**
 * One repository on a forge: everything the controller asks of it, and nothing else. Where something is said to be gone, the
 * repository itself was there: @throws GitHubRefusal `github.out-of-reach` for anything in one that is not shown.
 */
export interface Forge {
  /** `owner/name`. */
  readonly repository: string;
  /** The App's own number: what it wrote carries it. */
  readonly appId: number;
  /** The login of the App's account, e.g. `huxley[bot]`: who dispatches its workflows. */
  readonly appLogin: string;
  /** Whether every workflow of the repository may write under the same name: who wrote something then proves nothing. */
  readonly shared: boolean;
  /** Whether the account has so few writes left this hour that they are to be saved: several at once then go in one request. */
  readonly frugal: boolean;

  facts(): Promise<RepositoryFacts>;
  permission(login: string): Promise<Permission>;

  /** A file's text at a commit or branch; null where there is none. */
  readFile(path: string, ref: string): Promise<string | null>;
  /** Every file of a tree. */
  listFiles(tree: Sha): Promise<readonly TreeFile[]>;
  /** Where a branch points; null where there is none. */
  branch(name: string): Promise<Sha | null>;
  branches(prefix: string): Promise<ReadonlyMap<string, Sha>>;
  /** Makes a branch; one that is there already at the same commit is fine. @throws HuxleyError `forge.branch-taken` */
  createBranch(name: string, sha: Sha): Promise<void>;
  /** Moves a branch forward, never back or aside. */
  advanceBranch(name: string, sha: Sha): Promise<void>;
  deleteBranch(name: string): Promise<void>;
  /** Merges a commit into a branch; gives where the branch is then, null for a conflict. */
  mergeIntoBranch(name: string, sha: Sha, message: string): Promise<Sha | null>;
  /** The newest commit that two commits, or a branch and a commit, have in common; null for none. */
  mergeBase(one: string, other: string): Promise<Sha | null>;
  /** Whether a commit is where a branch is or behind it. */
  contains(name: string, sha: Sha): Promise<boolean>;
  commit(sha: Sha): Promise<CommitFacts>;
  /** The tree after the changes, in one request. */
  createTree(base: Sha, changes: readonly FileChange[]): Promise<Sha>;
  /**
   * A branch with one commit on top of a commit whose tree is the base's, in one request; `begun` says that the branch is
   * there already, at `base`. It goes by way of `base`, so workflows that start on a push may start on that. Not for executable files: their mode is lost.
   */
  commitOnBranch(
    name: string,
    commit: { base: Sha; begun: boolean; changes: readonly FileChange[]; message: string },
  ): Promise<{ sha: Sha; tree: Sha }>;
  /** A commit signed by the server as the App's own. Its time is the server's: asked twice, there are two. */
  createCommit(commit: { tree: Sha; parents: readonly Sha[]; message: string }): Promise<Sha>;

  /** This App's own pull request from a branch of this repository; the oldest, were there several. */
  findPull(head: string): Promise<PullRequest | null>;
  pull(number: number): Promise<PullRequest>;
  /**
   * This App's own pull requests from branches of this repository that begin with `prefix`, open and closed; where `since` is
   * given, those that have changed since then, the latest first.
   */
  pulls(prefix: string, since?: Date): Promise<readonly PullRequest[]>;
  /**
   * Opens it as a draft, or as an ordinary one with a label where the server has no drafts.
   * @throws HuxleyError `forge.pull-taken` where somebody else has one open between the same branches
   */
  openPull(draft: PullRequestDraft): Promise<PullRequest>;
  editPull(number: number, change: { title?: string; body?: string; base?: string; open?: boolean }): Promise<void>;
  /** No draft any more, and without the label that stands for one. */
  markReady(number: number): Promise<void>;
  /** Merges `sha` into its base branch while that is at `base`. */
  merge(
    number: number,
    spec: { sha: Sha; base: Sha; method: 'merge' | 'squash'; title: string; message: string },
  ): Promise<MergeOutcome>;

  /** Opens an issue with a label, which is made where it is missing; gives its number. */
  openIssue(issue: { title: string; body: string; label: string }): Promise<number>;
  /** Issues this App opened that bear a label, newest first; of the newest hundred that do. */
  ownIssues(label: string): Promise<readonly OwnIssue[]>;
  /** Numbers of the issues, pull requests left out, that bear a label and have changed since a time. */
  labelled(label: string, since: string): Promise<readonly number[]>;
  /** How a label last came to an issue; null where it is not there any more, or never was. */
  labelling(issue: number, label: string): Promise<Labelling | null>;

  /** Comments of the whole repository since a time, oldest first. */
  commentsSince(time: string): Promise<readonly Comment[]>;
  comments(issue: number): Promise<readonly Comment[]>;
  comment(issue: number, body: string): Promise<number>;
  /** False when the comment is gone. */
  editComment(id: number, body: string): Promise<boolean>;
  react(comment: number, reaction: 'eyes' | '+1' | 'confused'): Promise<void>;

  writeCheck(sha: Sha, check: Check): Promise<number>;
  /** Of the head of a pull request. */
  ci(sha: Sha, pull: number): Promise<CiState>;
  /** Reviews of a pull request, oldest first. */
  reviews(number: number): Promise<readonly Review[]>;
  /** Check runs on a commit that this App wrote, every one of them. */
  checks(sha: Sha): Promise<readonly WrittenCheck[]>;

  /**
   * Starts a workflow; gives its run, or null where the server does not tell. Inputs that must be fresh are asked for once
   * GitHub's limits on writes let it go, which may take an hour.
   */
  dispatch(workflow: string, ref: string, inputs: Inputs | (() => Promise<Inputs>)): Promise<number | null>;
  workflowRun(id: number): Promise<WorkflowRun | null>;
  /** Dispatched runs of a workflow, newest first. */
  dispatchedRuns(workflow: string, since: string): Promise<readonly WorkflowRun[]>;
  cancelRun(id: number): Promise<void>;
  /** Whether any step of a run's jobs has begun, their set-up aside; true also for a run that is gone, since nobody knows. */
  beganWork(run: number): Promise<boolean>;
  /** Where people look at a workflow run. */
  runUrl(run: number): string;
  artifacts(run: number): Promise<readonly ArtifactFacts[]>;
  /** The only file in an artifact; null where there is none. @throws HuxleyError `artifact.*` for what is no such zip. */
  readArtifact(run: number, name: string, maxBytes: number): Promise<string | null>;
  /** An artifact as the zip it is; null where there is none any more. @throws HuxleyError `artifact.large` */
  artifactZip(run: number, name: string, maxBytes: number): Promise<Buffer | null>;
  /** Unified diff from what two commits have in common to the second; null where one of them is gone. */
  diff(base: Sha, head: Sha): Promise<string | null>;
}
