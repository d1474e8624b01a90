import type { Operation } from '../http/operation.ts';
import { APPS } from './apps.ts';
import { BRANCHES } from './branches.ts';
import { CHECKS } from './checks.ts';
import { COLLABORATORS } from './collaborators.ts';
import { COMMENTS } from './comments.ts';
import { COMMITS } from './commits.ts';
import { CONTENTS } from './contents.ts';
import { DOWNLOADS } from './downloads.ts';
import { FORKS } from './forks.ts';
import { GIT_DATA } from './git-data.ts';
import { GRAPHQL } from './graphql.ts';
import { HOOKS } from './hooks.ts';
import { ISSUES } from './issues.ts';
import { LABELS } from './labels.ts';
import { META } from './meta.ts';
import { PULLS } from './pulls.ts';
import { REACTIONS } from './reactions.ts';
import { REFS } from './refs.ts';
import { REPOSITORIES } from './repositories.ts';
import { REVIEWS } from './reviews.ts';
import { STATUSES } from './statuses.ts';
import { USERS } from './users.ts';

/** Every REST operation served, by OpenAPI path. */
export const OPERATIONS: readonly Operation[] = [
  ...APPS,
  ...BRANCHES,
  ...CHECKS,
  ...COLLABORATORS,
  ...COMMENTS,
  ...COMMITS,
  ...CONTENTS,
  ...DOWNLOADS,
  ...FORKS,
  ...GIT_DATA,
  ...GRAPHQL,
  ...HOOKS,
  ...ISSUES,
  ...LABELS,
  ...META,
  ...PULLS,
  ...REACTIONS,
  ...REFS,
  ...REPOSITORIES,
  ...REVIEWS,
  ...STATUSES,
  ...USERS,
];
