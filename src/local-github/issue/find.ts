import { notFound } from '../http/failure.ts';
import type { Context } from '../http/operation.ts';
import type { Issue, Pull } from '../store/rows.ts';

type At = Pick<Context, 'store' | 'repo' | 'number'>;

/** The issue or pull request a path names by number. */
export function issueAt(context: At): Issue {
  const issue = context.store.issues.find({ repo: context.repo.id, number: context.number('issue_number') });
  if (issue === undefined) throw notFound();
  return issue;
}

/** The pull request a path names by number. */
export function pullAt(context: At): Pull {
  const pull = context.store.pulls.find({ repo: context.repo.id, number: context.number('pull_number') });
  if (pull === undefined) throw notFound();
  return pull;
}
