import { installationOf } from '../present/app.ts';
import { repositoryOf } from '../present/repository.ts';
import { nodeId } from '../present/schema.ts';
import { userOf } from '../present/user.ts';
import type { ServerContext } from '../server-context.ts';
import type { App, Installation } from '../store/rows.ts';
import { Deliverer } from './deliver.ts';
import type { EventSink, GitHubEvent, Listener } from './event.ts';
import { recipients } from './recipients.ts';

/** Tells listeners inside the process, then delivers webhooks to every App that is subscribed. */
export class Events implements EventSink {
  readonly deliverer: Deliverer;
  readonly #hub: () => ServerContext;
  readonly #listeners: Listener[] = [];

  constructor(hub: () => ServerContext) {
    this.#hub = hub;
    this.deliverer = new Deliverer(hub);
  }

  on(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** Tells an App of its new installation. */
  installed(app: App, installation: Installation): void {
    if (app.webhookUrl === null) return;
    const hub = this.#hub();
    const account = hub.store.users.get(installation.account)!;
    const repositories = hub.store.repositories
      .list({ owner: account.id })
      .filter(({ id }) => installation.repositories?.includes(id) ?? true)
      .map((repo) => ({
        id: repo.id,
        node_id: nodeId('R', repo.id),
        name: repo.name,
        full_name: `${account.login}/${repo.name}`,
        private: repo.private,
      }));
    const sender = userOf(hub, account);
    const body = {
      action: 'created',
      installation: installationOf(hub, installation),
      repositories,
      requester: null,
      sender,
    };
    this.deliverer.send(app, 'installation', 'created', body, { installation: installation.id, repo: null });
  }

  emit(event: GitHubEvent): void {
    const hub = this.#hub();
    const payload = {
      ...(event.action === null ? {} : { action: event.action }),
      ...event.payload,
      repository: repositoryOf(hub, event.repo),
      sender: userOf(hub, event.sender),
    };
    for (const listener of this.#listeners) listener(event, payload);
    for (const { app, installation } of recipients(hub.store, event)) {
      const body = {
        ...payload,
        installation: { id: installation.id, node_id: nodeId('MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u', installation.id) },
      };
      this.deliverer.send(app, event.event, event.action, body, { installation: installation.id, repo: event.repo.id });
    }
  }
}
