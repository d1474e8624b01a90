import type { Actor } from '../auth/actor.ts';
import { emit } from '../emit.ts';
import { lines } from '../git/repository.ts';
import { pullOf } from '../present/pull.ts';
import type { Schema } from '../present/schema.ts';
import type { ServerContext } from '../server-context.ts';
import type { Pull, Repository } from '../store/rows.ts';
import { knownMergeability } from './mergeability.ts';

/** The pull request with its diff counted, as a single read and as webhooks have it. */
export async function fullPull(hub: ServerContext, repo: Repository, pull: Pull): Promise<Schema<'pull-request'>> {
  return pullOf(hub, repo, await withStats(hub, repo, pull), await knownMergeability(hub, repo, pull));
}

/** Counts the pull request's commits and changed lines, unless they are known for its head and base. */
export async function withStats(hub: ServerContext, repo: Repository, pull: Pull): Promise<Pull> {
  const of = `${pull.headSha}..${pull.baseSha}`;
  if (pull.stats?.of === of) return pull;
  const git = hub.git(repo);
  const [numbers, commits] = await Promise.all([
    git.run(['diff', '--numstat', `${pull.baseSha}...${pull.headSha}`]),
    git.run(['rev-list', '--count', `${pull.baseSha}..${pull.headSha}`]),
  ]);
  const files = lines(numbers).map((line) => line.split('\t', 2).map((count) => Number(count) || 0));
  const stats = {
    of,
    commits: Number(commits),
    files: files.length,
    additions: files.reduce((sum, [added = 0]) => sum + added, 0),
    deletions: files.reduce((sum, [, deleted = 0]) => sum + deleted, 0),
  };
  return hub.store.pulls.update(pull.id, { stats });
}

export async function emitPull(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  action: string,
  pull: Pull,
  extra: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const payload = { number: pull.number, pull_request: await fullPull(hub, repo, pull), ...extra };
  emit(hub, repo, actor, ['pull_request', action], payload);
}
