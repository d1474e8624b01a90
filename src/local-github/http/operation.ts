import type { z } from 'zod';
import { type Access, authorize, parseAccess } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { GitRepository } from '../git/repository.ts';
import type { ServerContext } from '../server-context.ts';
import type { Repository, Role, User } from '../store/rows.ts';
import { Failure, notFound } from './failure.ts';
import type { Reply } from './reply.ts';
import type { Route } from './route.ts';

/** One request as an operation sees it: routed, authenticated, authorized, its body checked. */
export class Context<B = unknown> {
  readonly hub: ServerContext;
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  /** The request's path below the API's address. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: B;
  readonly #repo: Repository | undefined;

  constructor(init: {
    hub: ServerContext;
    actor: Actor;
    params: Readonly<Record<string, string>>;
    path: string;
    query: URLSearchParams;
    headers: Readonly<Record<string, string | undefined>>;
    body: B;
    repo: Repository | undefined;
  }) {
    this.hub = init.hub;
    this.actor = init.actor;
    this.params = init.params;
    this.path = init.path;
    this.query = init.query;
    this.headers = init.headers;
    this.body = init.body;
    this.#repo = init.repo;
  }

  get store() {
    return this.hub.store;
  }

  /** The repository that `{owner}/{repo}` names. */
  get repo(): Repository {
    if (this.#repo === undefined) throw notFound();
    return this.#repo;
  }

  get git(): GitRepository {
    return this.hub.git(this.repo);
  }

  /** The account changes are attributed to. */
  get user(): User {
    if (this.actor.type === 'anonymous') throw new Failure(401, 'Requires authentication');
    return this.actor.user;
  }

  /** Refuses the request unless the actor also holds another permission, or a person the role. */
  require(access: string, role: Role): void {
    authorize(this.store, this.actor, parseAccess(access, role), this.repo);
  }

  /** A numeric path parameter; 404 where it is no number. */
  number(name: string): number {
    const value = this.params[name] ?? '';
    if (!/^\d{1,15}$/.test(value)) throw notFound();
    return Number(value);
  }

  get accepts(): string {
    return this.headers.accept ?? '';
  }
}

export interface Operation {
  readonly route: Route;
  readonly access: Access;
  readonly body: z.ZodType | undefined;
  handle(context: Context): Reply | Promise<Reply>;
}

interface Options<S extends z.ZodType> {
  /** `anyone`, `signed-in`, `app` (a JWT) or permissions like `issues:write|pull_requests:write`. */
  readonly access: string;
  /** The role a person needs, where it differs from the permission's level. */
  readonly role?: Role;
  readonly body?: S;
}

/** Declares one REST operation under its OpenAPI path. */
export function operation<S extends z.ZodType = z.ZodUndefined>(
  route: Route,
  { access, role, body }: Options<S>,
  handle: (context: Context<z.output<S>>) => Reply | Promise<Reply>,
): Operation {
  return { route, access: parseAccess(access, role), body, handle: handle as Operation['handle'] };
}
