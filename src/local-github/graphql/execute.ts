import { authorize, parseAccess } from '../auth/access.ts';
import { badCredentials, Failure, type FieldError } from '../http/failure.ts';
import type { Context } from '../http/operation.ts';
import { json, type Reply } from '../http/reply.ts';
import { nodeId } from '../present/schema.ts';
import { repositoryNamed } from '../server-context.ts';
import { mutations } from './mutations.ts';
import { type Document, parse, type Selection, type Value } from './parse.ts';
import { type Fields, pullByNode, pullFields, QueryError } from './pull.ts';

type Resolver = (args: Readonly<Record<string, Value>>) => unknown;

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
        errors.push({ ...typeOf(error), path: [field.alias], message: reasonOf(error) });
      else throw error;
      data[field.alias] = null;
    }
  }
  return json(errors.length === 0 ? { data } : { data, errors });
}

/** What GitHub itself failed at has no type. */
const typeOf = ({ status }: Failure): { readonly type?: string } =>
  status >= 500 ? {} : { type: status === 404 ? 'NOT_FOUND' : status === 403 ? 'FORBIDDEN' : 'UNPROCESSABLE' };

/** GraphQL says in its message what REST says in `errors`. */
function reasonOf({ message, body }: Failure): string {
  const details = ((body.errors ?? []) as readonly FieldError[]).map(
    ({ field, code, message }) => message ?? `${field} ${code}`,
  );
  return details.length === 0 ? message : details.join(' ');
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
      const repo = repositoryNamed(context.hub, String(owner), String(name));
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
