import type { Operation } from '../http/operation.ts';
import { APPS } from './apps.ts';
import { COLLABORATORS } from './collaborators.ts';
import { COMMENTS } from './discussion/comments.ts';
import { ISSUES } from './discussion/issues.ts';
import { LABELS } from './discussion/labels.ts';
import { PULLS } from './discussion/pulls.ts';
import { REACTIONS } from './discussion/reactions.ts';
import { REVIEWS } from './discussion/reviews.ts';
import { GRAPHQL } from './graphql.ts';
import { HOOKS } from './hooks.ts';
import { META } from './meta.ts';
import { BRANCHES } from './repository/branches.ts';
import { CHECKS } from './repository/checks.ts';
import { COMMITS } from './repository/commits.ts';
import { CONTENTS } from './repository/contents.ts';
import { DOWNLOADS } from './repository/downloads.ts';
import { FORKS } from './repository/forks.ts';
import { GIT_DATA } from './repository/git-data.ts';
import { REFS } from './repository/refs.ts';
import { REPOSITORIES } from './repository/repositories.ts';
import { RULES } from './repository/rules.ts';
import { STATUSES } from './repository/statuses.ts';
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
  ...RULES,
  ...STATUSES,
  ...USERS,
];
