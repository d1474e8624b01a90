import type { Row } from './table.ts';

export type Level = 'read' | 'write' | 'admin';
/** Permissions of an App, an installation or a token, e.g. `{ contents: 'write' }`. */
export type Permissions = Readonly<Record<string, Level>>;
export type Role = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export interface User extends Row {
  readonly login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
  readonly name: string | null;
  readonly email: string | null;
  readonly createdAt: string;
}

export interface Token extends Row {
  /** SHA-256 of the token, hexadecimal: the database never holds a usable secret. */
  readonly digest: string;
  readonly user: number | null;
  readonly installation: number | null;
  /** Of a person who signed in through an App: it reaches only what both do. Absent for others. */
  readonly app?: number;
  readonly permissions: Permissions;
  /** Repositories the token is restricted to; `null` for every one of its installation. */
  readonly repositories: readonly number[] | null;
  /** ISO 8601, or `null` for a token that does not expire. */
  readonly expiresAt: string | null;
}

export interface App extends Row {
  readonly slug: string;
  readonly name: string;
  readonly owner: number;
  readonly bot: number;
  readonly clientId: string;
  /** SHA-256 of the OAuth client's secret, hexadecimal, and where people may be sent back to; absent where nobody signs in through it. */
  readonly clientSecret?: string;
  readonly callbackUrls?: readonly string[];
  /** What its manifest said; absent where it had none. */
  readonly url?: string;
  readonly description?: string;
  /** Whether others than its owner may install it. */
  readonly public?: boolean;
  /** Where people are sent who have installed it. */
  readonly setupUrl?: string;
  readonly publicKey: string;
  readonly webhookUrl: string | null;
  readonly webhookSecret: string | null;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly createdAt: string;
}

export interface Installation extends Row {
  readonly app: number;
  readonly account: number;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  /** Repositories selected; `null` for all of the account. */
  readonly repositories: readonly number[] | null;
  readonly suspended: boolean;
  readonly createdAt: string;
}

export interface Repository extends Row {
  readonly owner: number;
  readonly name: string;
  readonly private: boolean;
  readonly description: string | null;
  readonly defaultBranch: string;
  /** The number of the last issue or pull request. */
  readonly lastNumber: number;
  readonly deleteBranchOnMerge: boolean;
  /** Whether a job's `GITHUB_TOKEN` may open and approve pull requests; by default it may not. */
  readonly actionsMayOpenPulls?: boolean;
  /** The repository it was forked from. */
  readonly parent?: number;
  /** Whether drafts may be opened; some plans refuse them on private repositories. */
  readonly drafts: boolean;
  /** A rule for every branch: commits must have verified signatures. */
  readonly signaturesRequired: boolean;
  /** Switched off; absent while there are issues. */
  readonly noIssues?: boolean;
  /** Read-only; absent while it is not. */
  readonly archived?: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly pushedAt: string;
}

export interface FormerName extends Row {
  readonly owner: number;
  readonly name: string;
  readonly repo: number;
}

export interface Collaborator extends Row {
  readonly repo: number;
  readonly user: number;
  readonly role: Role;
}

export interface Issue extends Row {
  readonly repo: number;
  readonly number: number;
  readonly isPull: boolean;
  readonly title: string;
  readonly body: string | null;
  readonly user: number;
  /** The App that wrote it, or `null`. */
  readonly app: number | null;
  readonly state: 'open' | 'closed';
  readonly stateReason: 'completed' | 'reopened' | 'not_planned' | 'duplicate' | null;
  readonly labels: readonly number[];
  readonly assignees: readonly number[];
  readonly closedBy: number | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
}

export interface Pull extends Row {
  /** The issue that carries number, title, body and state. */
  readonly issue: number;
  readonly repo: number;
  readonly number: number;
  /** The fork its head is in; absent where that is the repository itself. */
  readonly headRepo?: number;
  readonly headRef: string;
  readonly headSha: string;
  readonly baseRef: string;
  readonly baseSha: string;
  readonly open: boolean;
  readonly draft: boolean;
  readonly merged: boolean;
  readonly mergedAt: string | null;
  readonly mergedBy: number | null;
  readonly mergeCommit: string | null;
  /** Outcome of the last test merge, and the `head..base` pair it was of. */
  readonly mergeable: boolean | null;
  readonly mergeableOf: string | null;
  /** The size of the diff from the merge base, and the `head..base` pair it is of. */
  readonly stats: {
    readonly of: string;
    readonly commits: number;
    readonly files: number;
    readonly additions: number;
    readonly deletions: number;
  } | null;
}

export interface Comment extends Row {
  readonly repo: number;
  readonly issue: number;
  readonly user: number;
  readonly app: number | null;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Review extends Row {
  readonly repo: number;
  readonly pull: number;
  readonly user: number;
  readonly body: string;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  readonly commit: string;
  readonly submittedAt: string;
}

export const REACTIONS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;

export interface Reaction extends Row {
  /** `issue` (also for pull requests) or `comment`, with the subject's id. */
  readonly kind: 'issue' | 'comment';
  readonly subject: number;
  readonly user: number;
  readonly content: (typeof REACTIONS)[number];
  readonly createdAt: string;
}

export interface Label extends Row {
  readonly repo: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

/** A label that came or went, as an issue's events tell it. */
export interface Labelling extends Row {
  readonly issue: number;
  readonly event: 'labeled' | 'unlabeled';
  readonly user: number;
  /** The App that did it, or `null`. */
  readonly app: number | null;
  readonly name: string;
  readonly color: string;
  readonly createdAt: string;
}

export interface CheckSuite extends Row {
  readonly repo: number;
  readonly app: number;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly before: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const CONCLUSIONS = [
  'success',
  'failure',
  'neutral',
  'cancelled',
  'skipped',
  'timed_out',
  'action_required',
] as const;

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number | undefined;
  readonly end_column?: number | undefined;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string | undefined;
  readonly raw_details?: string | undefined;
}

export interface CheckRun extends Row {
  readonly repo: number;
  readonly suite: number;
  readonly app: number;
  readonly headSha: string;
  readonly name: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion: (typeof CONCLUSIONS)[number] | null;
  readonly externalId: string;
  readonly detailsUrl: string | null;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly title: string | null;
  readonly summary: string | null;
  readonly text: string | null;
  readonly annotations: readonly Annotation[];
}

export interface Delivery extends Row {
  /** `X-GitHub-Delivery`; a redelivery keeps it. */
  readonly guid: string;
  readonly app: number;
  readonly event: string;
  readonly action: string | null;
  readonly installation: number | null;
  readonly repo: number | null;
  readonly redelivery: boolean;
  readonly payload: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly deliveredAt: string;
  /** Seconds. */
  readonly duration: number;
  readonly status: string;
  /** HTTP status of the answer; 0 where none came. */
  readonly statusCode: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string;
}

export interface Protection extends Row {
  readonly repo: number;
  readonly branch: string;
  /** Contexts or check names that must have succeeded on the head, or `null` for none. */
  readonly checks: readonly { readonly context: string; readonly app: number | null }[] | null;
  /** Approving reviews needed, or `null` where no review rule stands. */
  readonly approvals: number | null;
  readonly strict: boolean;
  readonly enforceAdmins: boolean;
}
