import type { Faults } from './fault/faults.ts';
import type { Injector } from './fault/inject.ts';
import type { GitRepository } from './git/repository.ts';
import type { Signing } from './git/signing.ts';
import type { Exchange } from './http/exchange.ts';
import type { Limits } from './http/limits.ts';
import type { RawHandler } from './http/raw.ts';
import type { Locks } from './lock.ts';
import type { Log } from './log.ts';
import type { Repository } from './store/rows.ts';
import type { Store } from './store/store.ts';
import type { EventSink } from './webhook/event.ts';

/** Everything an operation of the local GitHub works with. */
export interface ServerContext {
  readonly store: Store;
  readonly events: EventSink;
  readonly faults: Faults;
  readonly injector: Injector;
  readonly limits: Limits;
  /** Signs what the server itself commits. */
  readonly signing: Signing;
  /** Requests that change a repository run one at a time under its id. */
  readonly locks: Locks;
  /** Handlers of requests outside the REST API, asked in order. */
  readonly raw: RawHandler[];
  readonly log: Log;
  /** Sees every REST request with its answer. */
  readonly observe?: ((exchange: Exchange) => void) | undefined;
  /** Address of pages and of git, without a trailing slash. */
  readonly url: string;
  /** Address of the REST API, without a trailing slash. */
  readonly apiUrl: string;
  /** Keeps work that goes on after its request was answered; a failure is logged. */
  background(task: Promise<unknown>): void;
  now(): Date;
  git(repo: Repository): GitRepository;
}

/** GitHub writes times to the second. */
export const timestamp = (hub: ServerContext): string =>
  hub
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');

/** The repository of a name, if there is one. */
export function repositoryNamed({ store }: ServerContext, login: string, name: string): Repository | undefined {
  const owner = store.users.find({ login });
  return owner && store.repositories.find({ owner: owner.id, name });
}

/** `owner/name`. */
export function fullName(hub: ServerContext, repo: Repository): string {
  return `${hub.store.users.get(repo.owner)!.login}/${repo.name}`;
}
