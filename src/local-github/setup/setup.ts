import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { HuxleyError } from '../../model/error.ts';
import { digestOf, issueToken, tokenExpiry } from '../auth/tokens.ts';
import { isReserved } from '../http/paths.ts';
import { type ServerContext, timestamp } from '../server-context.ts';
import type { App, Installation, Permissions, Repository, Role, User } from '../store/rows.ts';
import { createRepository, type NewRepository } from './repository.ts';

export interface NewApp {
  readonly slug: string;
  readonly owner: string;
  readonly webhookUrl?: string;
  readonly webhookSecret?: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  /** PEM of an RSA key; a fresh one is made where left out. */
  readonly privateKey?: string;
}

/** What is done in GitHub's settings pages rather than over its API: accounts, Apps, installations, repositories. */
export class Setup {
  readonly #hub: ServerContext;

  constructor(hub: ServerContext) {
    this.#hub = hub;
  }

  /** Makes an account and a token for it. */
  createUser(login: string, type: 'User' | 'Organization' = 'User'): { user: User; token: string } {
    const user = this.#account(login, type);
    return { user, token: this.createToken(login) };
  }

  /** A token that speaks for an account with everything its roles allow. */
  createToken(login: string): string {
    return issueToken(this.#hub.store, 'ghp', {
      user: this.user(login).id,
      installation: null,
      permissions: {},
      repositories: null,
      expiresAt: null,
    });
  }

  user(login: string): User {
    const user = this.#hub.store.users.find({ login });
    if (user === undefined)
      throw new HuxleyError(
        'local-github.no-account',
        `there is no account '${login}'`,
        'Create it with createUser first.',
      );
    return user;
  }

  repository(owner: string, name: string): Repository {
    const repo = this.#hub.store.repositories.find({ owner: this.user(owner).id, name });
    if (repo === undefined)
      throw new HuxleyError(
        'local-github.no-repository',
        `there is no repository '${owner}/${name}'`,
        'Create it with createRepository first.',
      );
    return repo;
  }

  /** Registers an App. The private key is only in the answer, as on GitHub. */
  createApp(options: NewApp): { app: App; privateKey: string } {
    const { store } = this.#hub;
    const privateKey = options.privateKey
      ? createPrivateKey(options.privateKey)
      : generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const bot = this.#account(`${options.slug}[bot]`, 'Bot');
    const app = store.apps.insert({
      slug: options.slug,
      name: options.slug,
      owner: this.user(options.owner).id,
      bot: bot.id,
      clientId: `Iv1.local${bot.id}`,
      publicKey: String(createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })),
      webhookUrl: options.webhookUrl ?? null,
      webhookSecret: options.webhookSecret ?? null,
      permissions: options.permissions,
      events: options.events,
      createdAt: timestamp(this.#hub),
    });
    return { app, privateKey: String(privateKey.export({ type: 'pkcs1', format: 'pem' })) };
  }

  /** Changes where an App's webhooks go. */
  setWebhook(app: App, webhookUrl: string | null, webhookSecret: string | null = app.webhookSecret): App {
    return this.#hub.store.apps.update(app.id, { webhookUrl, webhookSecret });
  }

  /** Lets people sign in through an App, and be sent back to these addresses; gives its OAuth client. */
  createClient(
    app: App,
    callbackUrls: readonly string[],
  ): { readonly clientId: string; readonly clientSecret: string } {
    const clientSecret = randomBytes(20).toString('hex');
    this.#hub.store.apps.update(app.id, { clientSecret: digestOf(clientSecret), callbackUrls });
    return { clientId: app.clientId, clientSecret };
  }

  /** Installs an App on an account: on all its repositories, or on those named. */
  install(app: App, account: string, repositories?: readonly string[]): Installation {
    const { store, events } = this.#hub;
    const ids = repositories?.map((name) => this.repository(account, name).id) ?? null;
    const installation = store.installations.insert({
      app: app.id,
      account: this.user(account).id,
      permissions: app.permissions,
      events: app.events,
      repositories: ids,
      suspended: false,
      createdAt: timestamp(this.#hub),
    });
    events.installed(app, installation);
    return installation;
  }

  /** Takes an App off an account, as its owner does; installed again it is another installation. */
  uninstall(installation: Installation): void {
    this.#hub.store.installations.delete(installation.id);
  }

  /** Chooses the repositories an installation reaches; null for all of the account's. */
  select(installation: Installation, repositories: readonly string[] | null): void {
    const { store } = this.#hub;
    const { login } = store.users.get(installation.account)!;
    const ids = repositories?.map((name) => this.repository(login, name).id) ?? null;
    store.installations.update(installation.id, { repositories: ids });
  }

  /** A token of an installation, with all its permissions, that lives as long as one fetched over the API. */
  installationToken(installation: Installation): string {
    const { permissions } = installation;
    return issueToken(this.#hub.store, 'ghs', {
      user: null,
      installation: installation.id,
      permissions,
      repositories: null,
      expiresAt: tokenExpiry(this.#hub),
    });
  }

  setRole(owner: string, name: string, login: string, role: Role): void {
    const { collaborators } = this.#hub.store;
    const key = { repo: this.repository(owner, name).id, user: this.user(login).id };
    const found = collaborators.find(key);
    if (found === undefined) collaborators.insert({ ...key, role });
    else collaborators.update(found.id, { role });
  }

  /** Gives a repository another name, or another owner; the old address leads to the new one. */
  moveRepository(owner: string, name: string, to: { readonly owner?: string; readonly name?: string }): Repository {
    const { repositories, formerNames } = this.#hub.store;
    const repo = this.repository(owner, name);
    const next = { owner: to.owner === undefined ? repo.owner : this.user(to.owner).id, name: to.name ?? repo.name };
    const leads = formerNames.find(next);
    if (leads !== undefined) formerNames.delete(leads.id);
    formerNames.insert({ owner: repo.owner, name: repo.name, repo: repo.id });
    return repositories.update(repo.id, next);
  }

  /** Gives a branch another name: the default branch stays the default, and open pull requests follow. */
  async renameBranch(owner: string, name: string, from: string, to: string): Promise<void> {
    const { repositories, pulls } = this.#hub.store;
    const repo = this.repository(owner, name);
    const git = this.#hub.git(repo);
    const sha = (await git.refSha(`refs/heads/${from}`))!;
    await git.updateRef(`refs/heads/${to}`, sha, null);
    if (repo.defaultBranch === from) {
      await git.run(['symbolic-ref', 'HEAD', `refs/heads/${to}`]);
      repositories.update(repo.id, { defaultBranch: to });
    }
    await git.updateRef(`refs/heads/${from}`, null, sha);
    for (const pull of pulls.list({ repo: repo.id, baseRef: from, open: true })) pulls.update(pull.id, { baseRef: to });
    for (const pull of pulls.list({ repo: repo.id, headRef: from, open: true })) pulls.update(pull.id, { headRef: to });
  }

  /** Suspends an installation, or lets it go on. */
  suspend(installation: Installation, suspended = true): void {
    this.#hub.store.installations.update(installation.id, { suspended });
  }

  async createRepository(options: NewRepository): Promise<Repository> {
    return createRepository(this.#hub, this.user(options.owner), options);
  }

  #account(login: string, type: User['type']): User {
    const valid = type === 'Bot' ? /^[\w-]+\[bot\]$/ : /^[A-Za-z\d](?:[A-Za-z\d]|-(?=[A-Za-z\d])){0,38}$/;
    if (!valid.test(login) || isReserved(login))
      throw new HuxleyError(
        'local-github.bad-login',
        `'${login}' can not be an account's name`,
        'Use letters, digits and single hyphens.',
      );
    const { users } = this.#hub.store;
    const taken = users.find({ login });
    if (taken !== undefined)
      throw new HuxleyError('local-github.login-taken', `an account '${login}' exists`, 'Choose another name.');
    const createdAt = timestamp(this.#hub);
    return users.insert({ login, type, name: null, email: null, createdAt });
  }
}
