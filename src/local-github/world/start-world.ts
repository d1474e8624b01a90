import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../environment/project.ts';
import { orderSigner } from '../../order/signer.ts';
import { environmentNamed, setSetting } from '../actions/run/settings.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Log } from '../log.ts';
import { type LocalGitHub, startLocalGitHub } from '../start.ts';
import type { Permissions } from '../store/rows.ts';
import { actionFolder } from './action-folder.ts';

/** One owner, one repository with an agent in it, one App installed on it: what a person would have set up on github.com. */
export interface World extends AsyncDisposable {
  readonly github: LocalGitHub;
  readonly owner: string;
  readonly name: string;
  /** The owner's token, to comment, review and merge as a person would. */
  readonly token: string;
  readonly app: {
    readonly id: number;
    readonly slug: string;
    readonly privateKey: string;
    readonly webhookSecret: string;
  };
  /** Where the App's webhooks go; set once the App listens. */
  sendWebhooksTo(url: string): void;
}

export interface WorldOptions {
  /** Where the state of the local GitHub lies; read again when it is there. */
  readonly dir: string;
  readonly port?: number;
  /** Files of the repository's first commit, given the key the App signs its orders with. */
  readonly files: (publicKey: string) => Readonly<Record<string, string>>;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  /** Jobs at once. */
  readonly slots: number;
  /** The model key, kept in the Environment `huxley`, which only the default branch may use. */
  readonly apiKey: string;
  /** Variables for every step, such as where the Docker engine is. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly name?: string;
  readonly log?: Log;
  readonly observe?: (exchange: Exchange) => void;
}

const OWNER = 'ada';

/** Starts a local GitHub and sets everything up in it that a person would on github.com before the first `/huxley run`. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const {
    dir,
    port = 0,
    files,
    permissions,
    events,
    slots,
    apiKey,
    environment = {},
    name = 'agent',
    log,
    observe,
  } = options;
  mkdirSync(dir, { recursive: true });
  const github = await startLocalGitHub({
    dir,
    port,
    actions: { slots, actions: { [`${PROJECT}/action`]: await actionFolder() }, environment },
    ...(log ? { log } : {}),
    ...(observe ? { observe } : {}),
  });
  const { actions } = github;
  const { token } = github.setup.createUser(OWNER);
  const webhookSecret = randomBytes(32).toString('hex');
  const { app, privateKey } = github.setup.createApp({
    slug: 'huxley',
    owner: OWNER,
    webhookSecret,
    permissions,
    events,
  });
  const repository = await github.setup.createRepository({
    owner: OWNER,
    name,
    files: files(orderSigner(privateKey).publicKey),
    description: 'A coding agent that Huxley evolves',
  });
  const guarded = environmentNamed(actions, repository, 'huxley');
  actions.tables.environments.update(guarded.id, { branches: [{ id: 1, name: 'main' }] });
  setSetting(actions, 'secret', repository, 'OPENAI_API_KEY', apiKey, 'huxley');
  github.setup.install(app, OWNER, [name]);
  return {
    github,
    owner: OWNER,
    name,
    token,
    app: { id: app.id, slug: app.slug, privateKey, webhookSecret },
    sendWebhooksTo: (url) => void github.setup.setWebhook(app, url),
    [Symbol.asyncDispose]: () => github.close(),
  };
}

/** The files of a folder by path, as a first commit holds them. */
export function filesOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );
}
