import type { Logger } from 'pino';
import { accountOf } from '../model/ids.ts';
import type { Forge } from './forge.ts';
import { octokitForge } from './octokit/forge.ts';
import type { Octokit } from './octokit/octokit.ts';
import type { WritePace } from './pace.ts';
import { asRefusal } from './refusal.ts';
import { orIfMissing, statusOf } from './retry.ts';

/** A repository by number and by the name it has now. */
export interface RepositoryName {
  readonly id: number;
  readonly name: string;
}

/** How often one delivery is asked for again before it is left to the sweeps. */
const MOST_REDELIVERED = 3;

export type Pace = Pick<WritePace, 'wait' | 'giveWay' | 'frugal'>;

export interface InstallationOptions {
  /** An Octokit signed in as the App, or as one of its installations. */
  readonly auth: (installation?: number) => Promise<Octokit>;
  /** The pace of an account's writes. */
  readonly pace: (account: string) => Pace;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly log: Logger;
}

interface Opened {
  readonly forge: Promise<Forge>;
  /** Known once the forge is about to be opened. */
  readonly installation?: number;
}

/** Whether GitHub no longer takes a token, or gives none. */
function isSignInRefused(error: unknown): boolean {
  const url = (error as { request?: { url?: unknown } } | null)?.request?.url;
  const status = statusOf(error);
  return status === 401 || ((status === 403 || status === 404) && /\/access_tokens$/.test(String(url)));
}

/** The repositories the App is installed in, each as a forge. Rate limits are per installation, so each has a pace of its own. */
export class Installations {
  readonly #options: InstallationOptions;
  readonly #paces = new Map<string, Pace>();
  readonly #forges = new Map<string, Opened>();
  /** Failed attempts there were when a delivery was asked for again. */
  readonly #redelivered = new Map<string, number>();
  #own: Promise<{ readonly appId: number; readonly bot: string }> | undefined;

  constructor(options: InstallationOptions) {
    this.#options = options;
  }

  async repositories(): Promise<readonly RepositoryName[]> {
    const app = await this.#options.auth();
    const found: RepositoryName[] = [];
    for (const { id, suspended_at } of await app.paginate(app.rest.apps.listInstallations, { per_page: 100 })) {
      if (suspended_at) continue;
      try {
        const octokit = await this.#options.auth(id);
        const list = await octokit.paginate(octokit.rest.apps.listReposAccessibleToInstallation, { per_page: 100 });
        found.push(...list.map(({ id, full_name }) => ({ id, name: full_name })));
        for (const { full_name } of list) this.#dropOthers(full_name, id);
      } catch (error) {
        // Suspended meanwhile, blocked, or without a token: the others go on.
        this.#options.log.error({ installation: id, err: error }, 'an installation cannot be read');
      }
    }
    return found;
  }

  /**
   * Has GitHub send again what it could not deliver of these events since a time, and no more than a few times. It tries nothing
   * twice by itself (docs.github.com, "Handling failed webhook deliveries"). Gives how many.
   */
  async redeliver(events: ReadonlySet<string>, since: Date): Promise<number> {
    const app = await this.#options.auth();
    const found = await app.paginate(
      app.rest.apps.listWebhookDeliveries,
      { per_page: 100, status: 'failure' },
      ({ data }, done) => {
        const late = data.filter(({ delivered_at }) => Date.parse(delivered_at) >= since.getTime());
        if (late.length < data.length) done();
        return late.filter(({ event, status_code }) => events.has(event) && (status_code < 200 || status_code > 299));
      },
    );
    let count = 0;
    const failed = Map.groupBy(found, ({ guid }) => guid);
    for (const [guid, tries] of failed) {
      // Asked for already, and not tried since.
      if (tries.length <= (this.#redelivered.get(guid) ?? 0) || tries.length > MOST_REDELIVERED) continue;
      await app.rest.apps.redeliverWebhookDelivery({ delivery_id: tries[0]!.id });
      this.#redelivered.set(guid, tries.length);
      count++;
    }
    for (const guid of this.#redelivered.keys()) if (!failed.has(guid)) this.#redelivered.delete(guid);
    return count;
  }

  /** Whether the App is installed in a repository, and not suspended there. */
  async isInstalled(repository: string): Promise<boolean> {
    const [owner, repo] = repository.split('/') as [string, string];
    const app = await this.#options.auth();
    const found = await orIfMissing(app.rest.apps.getRepoInstallation({ owner, repo }), null);
    return found !== null && !found.data.suspended_at;
  }

  /** A repository's forge, until its installation can no longer be signed in to: then it is opened again. */
  forge(repository: string): Promise<Forge> {
    const known = this.#forges.get(repository);
    if (known) return known.forge;
    const drop = () => {
      if (this.#forges.get(repository) === opened) this.#forges.delete(repository);
    };
    const opened: Opened = { forge: this.#open(repository, (id) => Object.assign(opened, { installation: id }), drop) };
    this.#forges.set(repository, opened);
    opened.forge.catch(drop);
    return opened.forge;
  }

  /** The App was taken off and installed again: another installation has the repository now. */
  #dropOthers(repository: string, installation: number): void {
    const known = this.#forges.get(repository)?.installation;
    if (known !== undefined && known !== installation) this.#forges.delete(repository);
  }

  /** What waits for GitHub's limits to be written to a repository is put off, answers excepted. */
  giveWay(repository: string): void {
    this.#paces.get(accountOf(repository))?.giveWay(repository);
  }

  async #open(repository: string, opened: (installation: number) => void, refused: () => void): Promise<Forge> {
    const [owner, repo] = repository.split('/') as [string, string];
    const app = await this.#options.auth();
    const { data } = await app.rest.apps.getRepoInstallation({ owner, repo }).catch((error) => {
      throw asRefusal(error, { method: 'GET', url: `/repos/${repository}/installation` });
    });
    const account = accountOf(repository);
    const pace = this.#paces.get(account) ?? this.#options.pace(account);
    this.#paces.set(account, pace);
    opened(data.id);
    const octokit = await this.#options.auth(data.id);
    octokit.hook.error('request', (error) => {
      if (isSignInRefused(error)) refused();
      throw error;
    });
    return octokitForge(octokit, repository, {
      ...(await this.#self()),
      shared: false,
      pace: (kind) => pace.wait(kind, repository),
      frugal: () => pace.frugal,
      sleep: this.#options.sleep,
    });
  }

  #self(): Promise<{ readonly appId: number; readonly bot: string }> {
    this.#own ??= this.#options
      .auth()
      .then((app) => app.rest.apps.getAuthenticated())
      .then(({ data }) => ({ appId: data!.id, bot: `${data!.slug}[bot]` }));
    return this.#own;
  }
}
