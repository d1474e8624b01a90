import type { ProbotOctokit } from 'probot';

export type Octokit = InstanceType<typeof ProbotOctokit>;

/** Writes that GitHub would do twice when asked twice are never retried here: the controller looks before it asks again. */
export const ONCE = { retries: 0 };
