import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { HuxleyError, messageOf } from '../model/error.ts';
import type { Actions } from './actions/actions.ts';
import { installActions } from './actions/install.ts';
import type { ActionsOptions } from './actions/options.ts';
import { Faults } from './fault/faults.ts';
import { Injector } from './fault/inject.ts';
import { gitHttp } from './git/http.ts';
import { GitRepository } from './git/repository.ts';
import { Signing } from './git/signing.ts';
import type { Exchange } from './http/exchange.ts';
import { type LimitOptions, Limits } from './http/limits.ts';
import type { RawHandler } from './http/raw.ts';
import { Router } from './http/router.ts';
import { serve } from './http/serve.ts';
import { Locks } from './lock.ts';
import type { Log } from './log.ts';
import { installAppPages } from './pages/install-app.ts';
import { registerAppPages } from './pages/register-app.ts';
import { servePages } from './pages/serve.ts';
import { signInPages } from './pages/sign-in.ts';
import { OPERATIONS } from './rest/operations.ts';
import type { ServerContext } from './server-context.ts';
import { Setup } from './setup/setup.ts';
import type { Repository } from './store/rows.ts';
import { openStore } from './store/store.ts';
import { Events } from './webhook/events.ts';

export interface LocalGitHubOptions {
  /** Where state is kept; made when missing, read again when there. */
  readonly dir: string;
  /** 0 takes a free port. */
  readonly port?: number;
  /** Interface to listen on (default: loopback only). */
  readonly host?: string;
  readonly log?: Log;
  readonly now?: () => Date;
  readonly limits?: LimitOptions;
  readonly observe?: (exchange: Exchange) => void;
  /** How workflows run. */
  readonly actions?: ActionsOptions;
}

export interface LocalGitHub {
  readonly url: string;
  readonly apiUrl: string;
  readonly hub: ServerContext;
  readonly setup: Setup;
  readonly faults: Faults;
  readonly actions: Actions;
  /** Every operation of the REST API. */
  readonly router: Router;
  /** Resolves once no webhook is under way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one local GitHub over the state in `dir`. */
export async function startLocalGitHub(options: LocalGitHubOptions): Promise<LocalGitHub> {
  const { dir, port = 0, host = '127.0.0.1', now = () => new Date(), log = () => undefined, observe } = options;
  const folder = join(dir, 'repositories');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const server = createServer((request, response) => void serve(hub, router, raw, request, response));
  await new Promise<void>((resolve, reject) => {
    server.on('error', (error) =>
      reject(
        new HuxleyError(
          'local-github.listen',
          `the local GitHub can not listen on ${host}:${port}: ${'code' in error && error.code === 'EADDRINUSE' ? 'another program does' : error.message}`,
          'Choose another port, or 0 for a free one.',
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  const store = openStore(join(dir, 'state.db'));
  const repositories = new Map<number, GitRepository>();
  const git = ({ id }: Repository) => {
    const found = repositories.get(id) ?? new GitRepository(join(folder, `${id}.git`));
    repositories.set(id, found);
    return found;
  };
  const events = new Events(() => hub);
  const faults = new Faults();
  const router = new Router();
  const raw: RawHandler[] = [];
  const pending = new Set<Promise<unknown>>();
  const background = (task: Promise<unknown>) => {
    const settled: Promise<unknown> = task
      .catch((error) => log('error', 'background work failed', { error: messageOf(error) }))
      .finally(() => pending.delete(settled));
    pending.add(settled);
  };
  const idle = async () => {
    while (pending.size > 0) await Promise.all(pending);
    await events.deliverer.idle();
  };
  const hub: ServerContext = {
    store,
    events,
    faults,
    injector: new Injector(),
    limits: new Limits({ now }, options.limits),
    signing: new Signing(store.signingKeys),
    raw,
    locks: new Locks(),
    log,
    observe,
    url,
    apiUrl: `${url}/api/v3`,
    now,
    git,
    background,
  };
  router.add(...OPERATIONS);
  raw.push((request, response, address) => gitHttp(hub, request, response, address));
  const actions = installActions(hub, router, join(dir, 'actions'), options.actions);
  raw.push(signInPages(hub), registerAppPages(hub), installAppPages(hub));
  raw.push((request, response, address) => servePages(actions, request, response, address));
  return {
    url,
    apiUrl: hub.apiUrl,
    hub,
    router,
    setup: new Setup(hub),
    faults,
    actions,
    idle,
    async close() {
      await actions.scheduler.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await events.deliverer.close();
      await idle();
      for (const repository of repositories.values()) repository.close();
      store.close();
    },
  };
}
