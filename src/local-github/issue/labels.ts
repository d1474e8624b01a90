import { type Actor, appOf } from '../auth/actor.ts';
import { emit } from '../emit.ts';
import { issueOf } from '../present/issue.ts';
import { labelOf } from '../present/label.ts';
import { emitPull } from '../pull/payload.ts';
import { type ServerContext, timestamp } from '../server-context.ts';
import type { Issue, Labelling, Repository } from '../store/rows.ts';

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
  for (const id of labels) if (!issue.labels.includes(id)) await tell(hub, repo, actor, changed, 'labeled', id);
  for (const id of issue.labels) if (!labels.includes(id)) await tell(hub, repo, actor, changed, 'unlabeled', id);
  return changed;
}

/** Tells of the labels an issue was opened with, each as if it had come then. */
export async function tellLabels(hub: ServerContext, repo: Repository, actor: Actor, issue: Issue): Promise<void> {
  for (const id of issue.labels) await tell(hub, repo, actor, issue, 'labeled', id);
}

async function tell(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  issue: Issue,
  event: Labelling['event'],
  id: number,
): Promise<void> {
  const label = hub.store.labels.get(id)!;
  const { name, color } = label;
  const [user, app] = actor.type === 'anonymous' ? [issue.user, null] : [actor.user.id, appOf(actor)?.id ?? null];
  hub.store.labellings.insert({ issue: issue.id, event, user, app, name, color, createdAt: timestamp(hub) });
  const extra = { label: labelOf(hub, repo, label) };
  if (issue.isPull) await emitPull(hub, repo, actor, event, hub.store.pulls.find({ issue: issue.id })!, extra);
  else emit(hub, repo, actor, ['issues', event], { issue: issueOf(hub, repo, issue), ...extra });
}
