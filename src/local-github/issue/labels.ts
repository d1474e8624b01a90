import type { Actor } from '../auth/actor.ts';
import { emit } from '../emit.ts';
import { issueOf } from '../present/issue.ts';
import { labelOf } from '../present/label.ts';
import { emitPull } from '../pull/payload.ts';
import { type ServerContext, timestamp } from '../server-context.ts';
import type { Issue, Repository } from '../store/rows.ts';

/** The ids of labels by name. A label that does not exist yet is made, as GitHub does when one is added. */
export function labelIds(hub: ServerContext, repo: Repository, names: readonly string[]): number[] {
  const { labels } = hub.store;
  const make = (name: string) => labels.insert({ repo: repo.id, name, color: 'ededed', description: null });
  return [...new Set(names.map((name) => (labels.find({ repo: repo.id, name }) ?? make(name)).id))];
}

/** Gives an issue or pull request these labels and tells of each that came or went. */
export async function setLabels(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  issue: Issue,
  labels: readonly number[],
): Promise<Issue> {
  const changed = hub.store.issues.update(issue.id, { labels, updatedAt: timestamp(hub) });
  const tell = async (action: string, id: number) => {
    const extra = { label: labelOf(hub, repo, hub.store.labels.get(id)!) };
    if (issue.isPull) await emitPull(hub, repo, actor, action, hub.store.pulls.find({ issue: issue.id })!, extra);
    else emit(hub, repo, actor, ['issues', action], { issue: issueOf(hub, repo, changed), ...extra });
  };
  for (const id of labels) if (!issue.labels.includes(id)) await tell('labeled', id);
  for (const id of issue.labels) if (!labels.includes(id)) await tell('unlabeled', id);
  return changed;
}
