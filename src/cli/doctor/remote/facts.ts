import type { Origin } from '../../github/user.ts';

/** What GitHub answered, or why it did not. */
export type Answer<T> = { readonly known: true; readonly value: T } | Unknown;

export interface Unknown {
  readonly known: false;
  /** HTTP status; null where no answer came. */
  readonly status: number | null;
  readonly why: string;
  /** The permission that a token needs to be told. */
  readonly needs: string;
}

export interface RepositoryFacts {
  readonly id: number;
  /** `owner/name` as it is now. */
  readonly name: string;
  readonly defaultBranch: string;
  readonly private: boolean;
  readonly archived: boolean;
  readonly disabled: boolean;
  readonly issues: boolean;
  /** Ways of merging that are allowed; undefined where the token is not told. */
  readonly merges: { readonly merge?: boolean | undefined; readonly squash?: boolean | undefined };
}

/** Which actions workflows may use. */
export interface ActionsPolicy {
  readonly enabled: boolean;
  readonly allowed: 'all' | 'local_only' | 'selected';
  readonly pinned: boolean;
  /** What is selected; null unless `allowed` says so. */
  readonly selected: Answer<{
    readonly githubOwned: boolean;
    readonly verified: boolean;
    readonly patterns: readonly string[];
  }> | null;
}

/** A rule of a ruleset that is in force on a branch. */
export interface BranchRule {
  /** As GitHub calls it, e.g. `creation`. */
  readonly type: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly ruleset: number | null;
  /** `Repository` or `Organization`, and its name. */
  readonly sourceType: string;
  readonly source: string;
  /** Whether the App may pass by the ruleset; null where nobody tells. */
  readonly bypass: 'always' | 'pull_requests_only' | 'never' | null;
}

/** An old-style protected branch. */
export interface Protection {
  readonly approvals: number;
  readonly locked: boolean;
  readonly linear: boolean;
  /** Slugs of Apps that may push, where that is restricted; else null. */
  readonly pushers: readonly string[] | null;
}

export interface EnvironmentFacts {
  readonly id: number;
  readonly reviewers: boolean;
  readonly waitMinutes: number;
  /** Protection rules of other kinds, by type. */
  readonly otherRules: readonly string[];
  /** Which branches may use it. Patterns are in `fnmatch` form. */
  readonly branches: 'any' | 'protected' | Answer<readonly string[]>;
}

export interface Runner {
  readonly name: string;
  readonly online: boolean;
  readonly labels: readonly string[];
}

export interface Installation {
  readonly id: number;
  readonly url: string;
  readonly suspended: boolean;
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
}

/** One attempt at a delivery, as GitHub keeps them for some days. */
export interface Delivery {
  readonly guid: string;
  readonly event: string;
  /** ISO 8601. */
  readonly at: string;
  /** Of the answer; 0 where none came. */
  readonly statusCode: number;
  /** GitHub's words, e.g. `OK` or `Invalid HTTP Response: 502`. */
  readonly status: string;
}

export interface AppFacts {
  readonly slug: string;
  readonly login: string;
  /** The App's public page. */
  readonly url: string;
  readonly owner: { readonly login: string; readonly organization: boolean } | null;
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
  /** Null where it is not installed on the repository. */
  readonly installation: Answer<Installation | null>;
  /** Null where none is set. */
  readonly hook: Answer<string | null>;
  /** Newest first; those that concern this repository. */
  readonly deliveries: Answer<readonly Delivery[]>;
}

/** Names of secrets in each place that a workflow may read them from. */
export interface SecretFacts {
  readonly environment: Answer<readonly string[]>;
  readonly repository: Answer<readonly string[]>;
  readonly organization: Answer<readonly string[]>;
}

/** Everything that was asked of GitHub about a repository that can be read. */
export interface RemoteFacts {
  readonly origin: Origin;
  readonly repository: RepositoryFacts;
  /** By how much this machine's clock is ahead of GitHub's; null where it did not tell. */
  readonly skewSeconds: number | null;
  readonly policy: Answer<ActionsPolicy>;
  /** Whether workflows may open pull requests. */
  readonly opensPulls: Answer<boolean>;
  /** Rules in force for pushes to branches of Huxley's, and for merges into the default branch. */
  readonly rules: { readonly push: Answer<readonly BranchRule[]>; readonly merge: Answer<readonly BranchRule[]> };
  /** Null where the default branch has none. */
  readonly protection: Answer<Protection | null>;
  /** States of workflows by path, as GitHub has them; null for one that it does not know. */
  readonly workflows: Readonly<Record<string, Answer<string | null>>>;
  /** Of the name that the workflow gives; null where there is none. */
  readonly environment: Answer<EnvironmentFacts | null>;
  readonly secrets: SecretFacts;
  readonly runners: Answer<readonly Runner[]>;
  /** Null where its credentials are not here. */
  readonly app: Answer<AppFacts> | null;
}

/** Texts of files on the default branch by path. */
export type Files = Readonly<Record<string, string>>;
