import { authorize, parseAccess } from '../auth/access.ts';
import { badCredentials, Failure } from '../http/failure.ts';
import type { Context } from '../http/operation.ts';
import { json, type Reply } from '../http/reply.ts';
import { nodeId, parseNodeId } from '../present/schema.ts';
import { setDraft } from '../pull/draft.ts';
import { readMergeability } from '../pull/mergeability.ts';
import type { Pull, Repository } from '../store/rows.ts';
import { type Document, parse, type Selection, type Value } from './parse.ts';

type Resolver = (args: Readonly<Record<string, Value>>) => unknown;
type Fields = Readonly<Record<string, unknown>>;

/** A GraphQL error: answered with status 200, as GitHub does. */
class QueryError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

const missing = (id: unknown) =>
  new QueryError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);

/** Runs a GraphQL request: reading a pull request, and the changes that REST does not offer. */
export async function answerGraphql(
  context: Context<{ query: string; variables?: Record<string, Value> | null | undefined }>,
): Promise<Reply> {
  if (context.actor.type === 'anonymous') throw badCredentials('This endpoint requires you to be authenticated.');
  let document: Document;
  try {
    document = parse(context.body.query, context.body.variables ?? {});
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return json({ errors: [{ message: error.message }] });
  }
  const root = document.kind === 'mutation' ? mutations(context) : queries(context);
  const data: Record<string, unknown> = {};
  const errors: object[] = [];
  for (const field of document.fields) {
    try {
      data[field.alias] = await pick(root, field, document.kind === 'mutation' ? 'Mutation' : 'Query');
    } catch (error) {
      if (error instanceof QueryError) errors.push({ type: error.type, path: [field.alias], message: error.message });
      else if (error instanceof Failure)
        errors.push({
          type: error.status === 404 ? 'NOT_FOUND' : 'FORBIDDEN',
          path: [field.alias],
          message: error.message,
        });
      else throw error;
      data[field.alias] = null;
    }
  }
  return json(errors.length === 0 ? { data } : { data, errors });
}

/** The value of one field, followed down its selections. */
async function pick(source: Fields, { name, args, fields }: Selection, type: string): Promise<unknown> {
  if (!(name in source)) throw new QueryError('undefinedField', `Field '${name}' doesn't exist on type '${type}'`);
  const raw = source[name];
  const value = typeof raw === 'function' ? await (raw as Resolver)(args) : raw;
  if (fields.length === 0 || value === null) return value;
  const picked: Record<string, unknown> = {};
  for (const field of fields) picked[field.alias] = await pick(value as Fields, field, name);
  return picked;
}

function queries(context: Context<unknown>): Fields {
  const { store, actor } = context;
  return {
    viewer: () => ({ login: context.user.login, id: nodeId('U', context.user.id) }),
    node: ({ id }: Record<string, Value>) => {
      const { repo, pull } = pullByNode(context, id);
      return pullFields(context, repo, pull);
    },
    repository: ({ owner, name }: Record<string, Value>) => {
      const account = store.users.find({ login: String(owner) });
      const repo = account && store.repositories.find({ owner: account.id, name: String(name) });
      if (repo === undefined)
        throw new QueryError('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
      authorize(store, actor, parseAccess('metadata:read'), repo);
      return {
        id: nodeId('R', repo.id),
        name: repo.name,
        pullRequest: ({ number }: Record<string, Value>) => {
          const pull = store.pulls.find({ repo: repo.id, number: Number(number) });
          if (pull === undefined)
            throw new QueryError('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${number}.`);
          authorize(store, actor, parseAccess('pull_requests:read'), repo);
          return pullFields(context, repo, pull);
        },
      };
    },
  };
}

function mutations(context: Context<unknown>): Fields {
  const { hub, store, actor } = context;
  const draft = (value: boolean) => (args: Record<string, Value>) => {
    const input = args.input as Record<string, Value>;
    const { repo, pull } = pullByNode(context, input.pullRequestId);
    authorize(store, actor, parseAccess('pull_requests:write'), repo);
    return hub.locks.run(repo.id, async () => {
      if (!pull.open) throw new QueryError('UNPROCESSABLE', 'Pull request is closed');
      const changed = await setDraft(hub, repo, actor, store.pulls.get(pull.id)!, value);
      return { clientMutationId: input.clientMutationId ?? null, pullRequest: pullFields(context, repo, changed) };
    });
  };
  return { markPullRequestReadyForReview: draft(false), convertPullRequestToDraft: draft(true) };
}

function pullByNode({ store, actor }: Context<unknown>, id: Value | undefined): { repo: Repository; pull: Pull } {
  const issue = parseNodeId('PR', String(id));
  const pull = issue === undefined ? undefined : store.pulls.find({ issue });
  if (pull === undefined) throw missing(id);
  const repo = store.repositories.get(pull.repo)!;
  authorize(store, actor, parseAccess('pull_requests:read'), repo);
  return { repo, pull };
}

function pullFields({ hub, store }: Context<unknown>, repo: Repository, pull: Pull): Fields {
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
