import { authorize, parseAccess } from '../auth/access.ts';
import type { Context } from '../http/operation.ts';
import { nodeId, parseNodeId } from '../present/schema.ts';
import { readMergeability } from '../pull/mergeability.ts';
import type { Pull, Repository } from '../store/rows.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** A GraphQL error: answered with status 200, as GitHub does. */
export class QueryError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

export const missing = (id: unknown) =>
  new QueryError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);

export function pullByNode({ store, actor }: Context<unknown>, id: unknown): { repo: Repository; pull: Pull } {
  const issue = parseNodeId('PR', String(id));
  const pull = issue === undefined ? undefined : store.pulls.find({ issue });
  if (pull === undefined) throw missing(id);
  const repo = store.repositories.get(pull.repo)!;
  authorize(store, actor, parseAccess('pull_requests:read'), repo);
  return { repo, pull };
}

export function pullFields({ hub, store }: Context<unknown>, repo: Repository, pull: Pull): Fields {
  const issue = store.issues.get(pull.issue)!;
  return {
    id: nodeId('PR', pull.issue),
    number: pull.number,
    title: issue.title,
    body: issue.body ?? '',
    isDraft: pull.draft,
    state: pull.merged ? 'MERGED' : pull.open ? 'OPEN' : 'CLOSED',
    merged: pull.merged,
    headRefName: pull.headRef,
    headRefOid: pull.headSha,
    baseRefName: pull.baseRef,
    baseRefOid: pull.baseSha,
    mergeable: async () => {
      const { mergeable } = await readMergeability(hub, repo, pull);
      return mergeable === null ? 'UNKNOWN' : mergeable ? 'MERGEABLE' : 'CONFLICTING';
    },
  };
}
