import type { Actor } from '../auth/actor.ts';
import { type ServerContext, timestamp } from '../server-context.ts';
import type { Pull, Repository } from '../store/rows.ts';
import { emitPull } from './payload.ts';

/** Marks a pull request as ready for review, or as a draft again. */
export async function setDraft(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  pull: Pull,
  draft: boolean,
): Promise<Pull> {
  if (pull.draft === draft) return pull;
  hub.store.issues.update(pull.issue, { updatedAt: timestamp(hub) });
  const changed = hub.store.pulls.update(pull.id, { draft });
  await emitPull(hub, repo, actor, draft ? 'converted_to_draft' : 'ready_for_review', changed);
  return changed;
}
