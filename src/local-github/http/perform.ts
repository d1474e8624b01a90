import { authorize } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import { repositoryNamed, type ServerContext } from '../server-context.ts';
import type { Repository } from '../store/rows.ts';
import { Failure } from './failure.ts';
import { Context, type Operation } from './operation.ts';
import type { Reply } from './reply.ts';

/** What of a request an operation sees besides its body. */
export interface Asked {
  readonly params: Readonly<Record<string, string>>;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Authorizes an operation, checks its body and does it; what changes a repository is alone with it. */
export async function perform(
  hub: ServerContext,
  actor: Actor,
  operation: Operation,
  asked: Asked,
  raw: unknown,
): Promise<Reply> {
  const find = () => repositoryOf(hub, asked.params);
  const repo = find();
  authorize(hub.store, actor, operation.access, repo);
  const writes = !operation.route.startsWith('GET ');
  if (writes && repo?.archived && operation.route !== 'PATCH /repos/{owner}/{repo}')
    throw new Failure(403, 'Repository was archived so is read-only.');
  const body = operation.body === undefined ? undefined : parseBody(operation.body, raw);
  const handle = () => operation.handle(new Context({ ...asked, hub, actor, body, repo: find() }));
  return repo === undefined || !writes ? handle() : hub.locks.run(repo.id, handle);
}

/** The repository that `{owner}/{repo}` of a path names. */
export function repositoryOf(hub: ServerContext, { owner, repo }: Asked['params']): Repository | undefined {
  return owner === undefined || repo === undefined ? undefined : repositoryNamed(hub, owner, repo);
}

function parseBody(schema: NonNullable<Operation['body']>, raw: unknown): unknown {
  const result = schema.safeParse(raw ?? {});
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `For 'properties/${issue.path.join('/')}', ${issue.message}.`);
  throw new Failure(422, `Invalid request.\n\n${lines.join('\n')}`);
}
