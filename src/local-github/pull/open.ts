import { type Actor, appOf, isJob } from '../auth/actor.ts';
import { forbidden, invalid, invalidCustom, unprocessable } from '../http/failure.ts';
import { newIssue } from '../issue/new.ts';
import type { ServerContext } from '../server-context.ts';
import type { Pull, Repository, User } from '../store/rows.ts';
import { bring, headNamed, pullsFrom } from './head.ts';
import { emitPull } from './payload.ts';

export interface NewPull {
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly head: string;
  readonly base: string;
  readonly draft?: boolean | undefined;
}

const field = (name: string) => invalid({ resource: 'PullRequest', field: name, code: 'invalid' });

/** Opens a pull request from a branch of the repository, or of a fork of it, to a branch of the repository. */
export async function openPull(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  user: User,
  input: NewPull,
): Promise<Pull> {
  if (isJob(actor) && !repo.actionsMayOpenPulls)
    throw forbidden('GitHub Actions is not permitted to create or approve pull requests.');
  const git = hub.git(repo);
  const named = headNamed(hub, repo, input.head);
  if (named === undefined) throw field('head');
  const { from, branch: head } = named;
  const owner = hub.store.users.get(from.owner)!.login;
  const headSha = await hub.git(from).refSha(`refs/heads/${head}`);
  if (headSha === undefined) throw field('head');
  const baseSha = await git.refSha(`refs/heads/${input.base}`);
  if (baseSha === undefined) throw field('base');
  if (input.draft === true && !repo.drafts)
    throw unprocessable('Draft pull requests are not supported in this repository.');
  if (pullsFrom(hub, from, head).some((pull) => pull.repo === repo.id && pull.baseRef === input.base))
    throw invalidCustom('PullRequest', `A pull request already exists for ${owner}:${head}.`);
  await bring(hub, from, repo, headSha);
  const merge = await git.mergeBase(baseSha, headSha);
  if (merge === undefined)
    throw invalidCustom('PullRequest', `The ${head} branch has no history in common with ${owner}:${input.base}`);
  if (merge === headSha) throw invalidCustom('PullRequest', `No commits between ${input.base} and ${head}`);
  const issue = newIssue(hub, repo, {
    title: input.title,
    body: input.body ?? null,
    user: user.id,
    app: appOf(actor)?.id ?? null,
    isPull: true,
    labels: [],
    assignees: [],
  });
  const pull = hub.store.pulls.insert({
    issue: issue.id,
    repo: repo.id,
    number: issue.number,
    ...(from.id === repo.id ? {} : { headRepo: from.id }),
    headRef: head,
    headSha,
    baseRef: input.base,
    baseSha,
    open: true,
    draft: input.draft ?? false,
    merged: false,
    mergedAt: null,
    mergedBy: null,
    mergeCommit: null,
    mergeable: null,
    mergeableOf: null,
    stats: null,
  });
  await git.setRef(`refs/pull/${pull.number}/head`, headSha);
  await emitPull(hub, repo, actor, 'opened', pull);
  return pull;
}
