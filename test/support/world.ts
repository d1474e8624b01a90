import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { type Logger, pino } from 'pino';
import { installationsOf, openProbot } from '../../src/app/connect.ts';
import { openStore } from '../../src/app/open-store.ts';
import { type HuxleyServer, type ServerSpec, startServer, WEBHOOK_PATH } from '../../src/app/server.ts';
import type { Archive } from '../../src/archive/archive.ts';
import { replay } from '../../src/archive/reduce.ts';
import { CONTROLLER_WORKFLOW_PATH } from '../../src/github/controller-workflow.ts';
import type { Forge } from '../../src/github/forge.ts';
import type { WriteLimits } from '../../src/github/pace.ts';
import type { ActionsOptions } from '../../src/local-github/actions/options.ts';
import { fireSchedules } from '../../src/local-github/actions/run/schedule.ts';
import type { Exchange } from '../../src/local-github/http/exchange.ts';
import type { LimitOptions } from '../../src/local-github/http/limits.ts';
import { huxleyApp } from '../../src/local-github/setup/huxley-app.ts';
import type { LocalGitHub } from '../../src/local-github/start.ts';
import type { App } from '../../src/local-github/store/rows.ts';
import { usesOf } from '../../src/local-github/world/actions.ts';
import type { JournalEntry } from '../../src/model/event.ts';
import { type OrderSigner, orderSigner, secretSigner } from '../../src/order/signer.ts';
import type { ControllerOptions } from '../../src/run/state/options.ts';
import { openSqliteForReading } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { startCheckedGitHub } from './checked-github.ts';
import { QUICK } from './quick.ts';
import { ActionsController, controllerAction, KEY } from './serverless/controller.ts';
import { controllerFile, wakeJob } from './serverless/workflow.ts';

export const SECRET = '0f3b9c1d7e5a2846b0c3d9e8f7a61524';

/** The App of every world signs with one key, so that the same files give the same commits. */
const APP_KEY = join(import.meta.dirname, '../fixtures/app-key.pem');

export const WORKFLOW = `name: Huxley
run-name: huxley \${{ fromJSON(fromJSON(inputs.order).order).jobId }} \${{ fromJSON(inputs.order).digest }}
on:
  workflow_dispatch:
    inputs:
      order: { required: true, type: string }
permissions: { contents: read }
jobs:
  work:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@v5
        with: { ref: "\${{ fromJSON(fromJSON(inputs.order).order).sha }}", persist-credentials: false }
      - uses: huxley/stand-in@v1
        with: { order: "\${{ inputs.order }}" }
`;

/** A server with an App; or a workflow, with an App's credentials or with its own token alone. */
export type Way = 'server' | 'app' | 'token';

export interface WorldSpec {
  readonly skill?: number;
  /** How much children tend upward, from 0 (never) to 1 (always). */
  readonly luck?: number;
  /** How long a job takes. */
  readonly seconds?: number;
  /** How often infrastructure fails a task or a job, from 0 (never) to 1 (always). */
  readonly trouble?: number;
  /** What variants do with tasks they fail; see the stand-in worker. */
  readonly cheat?: 'void' | 'crash' | 'tamper' | 'title';
  /** What a task costs on average in US dollars, and how a child differs from its parent; see the stand-in worker. */
  readonly cost?: number;
  readonly child?: { readonly cost: number; readonly loses?: number };
  /** How often an attempt at a task comes to its other outcome, from 0 (never) to 1 (always). */
  readonly noise?: number;
  /** Whether every child passes its check. */
  readonly sound?: boolean;
  /** Tasks whose files are graded one way first and the other way then. */
  readonly wavers?: readonly string[];
  /** Gives failed tasks a score. */
  readonly graded?: true;
  /** Which tasks are resolved depends on the skill alone. */
  readonly alike?: true;
  /** Lines of `.github/huxley.yml` besides version and agent. */
  readonly configuration?: string;
  readonly tasks?: number;
  readonly files?: Readonly<Record<string, string>>;
  readonly options?: Partial<ControllerOptions>;
  /** Content writes the App allows itself for each account; no limit by default. */
  readonly writeLimits?: WriteLimits;
  readonly observe?: (exchange: Exchange) => void;
  readonly actions?: ActionsOptions;
  readonly now?: () => Date;
  /** GitHub's own limits. */
  readonly limits?: LimitOptions;
  /** Repositories to make; `agent` alone by default. */
  readonly repositories?: readonly string[];
  /** Where the App logs to; HUXLEY_TEST_LOG says how much by default. */
  readonly log?: Logger;
  /** How the controller runs; a server by default. */
  readonly way?: Way;
  /** Milliseconds without a tick that stand for the half hour after which one comes by itself. */
  readonly halfHourMs?: number;
  /** A PostgreSQL connection string; a SQLite file by default. */
  readonly database?: string;
}

/** A local GitHub with an agent's repository `octo/agent`, people, the App installed, and a stand-in for the workers. */
export class World {
  readonly github: LocalGitHub;
  readonly folder: string;
  readonly people: Readonly<Record<'owner' | 'stranger', Octokit>>;
  readonly app: App;
  /** The line of a configuration that names the App's key. */
  readonly keyLine: string;
  /** The controller's workflow, unless a server does its work. */
  readonly controller: ActionsController | undefined;
  readonly #privateKey: string;
  readonly #spec: WorldSpec;
  #store: Store | undefined;
  server: HuxleyServer | undefined;

  private constructor(
    github: LocalGitHub,
    folder: string,
    spec: WorldSpec,
    parts: Pick<World, 'people' | 'app' | 'keyLine'> & { privateKey: string },
  ) {
    this.github = github;
    this.folder = folder;
    this.people = parts.people;
    this.app = parts.app;
    this.keyLine = parts.keyLine;
    this.#privateKey = parts.privateKey;
    this.#spec = spec;
    if (this.way !== 'server') this.controller = new ActionsController(github, join(folder, 'states'));
  }

  get way(): Way {
    return this.#spec.way ?? 'server';
  }

  /** The App whose name stands on what the controller writes. */
  get botId(): number {
    return this.way === 'token' ? this.github.actions.app.id : this.app.id;
  }

  get botLogin(): string {
    return `${this.way === 'token' ? 'github-actions' : 'huxley'}[bot]`;
  }

  /** Whether the controller wrote a check run; jobs have check runs, too. */
  wrote(check: { readonly name: string; readonly app: { readonly id?: number } | null }): boolean {
    return check.app?.id === this.botId && (this.way !== 'token' || check.name.startsWith('Huxley '));
  }

  static async start(spec: WorldSpec = {}): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), 'huxley-world-'));
    const github = await openGitHub(folder, spec);
    const { setup } = github;
    const people = { owner: setup.createUser('octo').token, stranger: setup.createUser('stranger').token };
    const { app, privateKey } = setup.createApp({
      slug: 'huxley',
      owner: 'octo',
      webhookSecret: SECRET,
      ...huxleyApp(),
      privateKey: readFileSync(APP_KEY, 'utf8'),
    });
    const { way = 'server' } = spec;
    const keyLine = keyLineOf(way === 'token' ? secretSigner(KEY) : orderSigner(privateKey));
    const world = new World(github, folder, spec, { people: peopleOf(github, people), app, keyLine, privateKey });
    for (const name of spec.repositories ?? ['agent']) await world.addRepository('octo', name);
    if (way !== 'token') setup.install(app, 'octo');
    await world.controller?.prepare({
      secret: { HUXLEY_KEY: KEY, ...(way === 'app' ? { HUXLEY_APP_PRIVATE_KEY: privateKey } : {}) },
      variable: way === 'app' ? { HUXLEY_APP_ID: String(app.id) } : {},
    });
    return world;
  }

  /** Makes another repository of an agent; its account is there already. */
  async addRepository(owner: string, name: string): Promise<void> {
    const files = withKey(agentFiles(this.#spec), this.keyLine);
    await this.github.setup.createRepository({ owner, name, files });
  }

  /** A world as an earlier version left it, from an archive under test/fixtures, with new keys. */
  static async restore(archive: string): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), 'huxley-world-'));
    execFileSync('tar', ['xzf', archive, '-C', folder]);
    const github = await openGitHub(folder, {});
    const { apps } = github.hub.store;
    const privateKey = readFileSync(APP_KEY, 'utf8');
    const app = apps.update(apps.find({ slug: 'huxley' })!.id, {
      publicKey: String(createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })),
    });
    const token = (login: string) => github.setup.createToken(login);
    const people = peopleOf(github, { owner: token('octo'), stranger: token('stranger') });
    return new World(github, folder, {}, { people, app, keyLine: keyLineOf(orderSigner(privateKey)), privateKey });
  }

  /** What a process of the App needs, to start it elsewhere. */
  get credentials() {
    return { appId: this.app.id, privateKey: this.#privateKey, webhookSecret: SECRET, apiURL: this.github.apiUrl };
  }

  get journalPath(): string {
    return join(this.folder, 'journal.sqlite');
  }

  /** Turns the App's webhooks to an address. */
  deliverTo(url: string): void {
    this.github.setup.setWebhook(this.app, `${url}${WEBHOOK_PATH}`);
  }

  get database(): string | null {
    return this.#spec.database ?? null;
  }

  /** Does something with the store of the App. */
  async withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
    if (this.#store) return work(this.#store);
    await using store = await this.#openStore();
    return await work(store);
  }

  #openStore(): Promise<Store> {
    return openStore({ databaseURL: this.database, sqlitePath: this.journalPath });
  }

  get #inActions(): boolean {
    return this.controller !== undefined && this.#store === undefined;
  }

  /** The store beside whatever process writes it; undefined while there is none. */
  async #openForReading(): Promise<Store | undefined> {
    if (this.controller && this.#inActions) {
      const path = await this.controller.journal();
      return path === undefined ? undefined : openSqliteForReading(path);
    }
    if (this.database !== null) return this.#openStore();
    return existsSync(this.journalPath) ? openSqliteForReading(this.journalPath) : undefined;
  }

  /** Starts the App in this process, and turns its webhooks to it. */
  async startApp(options: Partial<ControllerOptions> = {}, more: Partial<ServerSpec> = {}): Promise<HuxleyServer> {
    this.#store = await this.#openStore();
    this.server = await startServer({
      ...this.credentials,
      host: '127.0.0.1',
      port: 0,
      store: this.#store,
      log: this.#spec.log ?? pino({ level: process.env.HUXLEY_TEST_LOG ?? 'fatal' }),
      throttle: false,
      writeLimits: this.#spec.writeLimits ?? null,
      options: { ...QUICK, ...this.#spec.options, ...options },
      ...more,
    });
    this.deliverTo(this.server.url);
    return this.server;
  }

  /** Starts the controller, whichever way it runs. */
  async startController(): Promise<void> {
    if (this.controller) this.controller.start(this.#spec.halfHourMs ?? 2_000);
    else await this.startApp();
  }

  async stopController(): Promise<void> {
    await (this.controller ? this.controller.stop() : this.stopApp());
  }

  /** Has the controller look at everything once more. */
  async sweep(): Promise<void> {
    if (!this.controller) return this.server!.service.sweep();
    fireSchedules(this.github.actions);
    await this.github.actions.scheduler.idle();
  }

  async stopApp(): Promise<void> {
    await this.server?.[Symbol.asyncDispose]();
    this.server = undefined;
    await this.#store?.[Symbol.asyncDispose]();
    this.#store = undefined;
  }

  /** A run's journal, read beside whatever process writes it. */
  async entries(run: string, repository = 'octo/agent'): Promise<readonly JournalEntry[]> {
    await using store = await this.#openForReading();
    return (await store?.read({ repository, run })) ?? [];
  }

  async issue(title = 'Improve the agent', repo = 'agent'): Promise<number> {
    return (await this.people.owner.rest.issues.create({ owner: 'octo', repo, title })).data.number;
  }

  /** Starts a run by a comment on an issue of its own; gives the issue. */
  async run(options: string, repo = 'agent'): Promise<number> {
    const issue = await this.issue('Improve the agent', repo);
    await this.comment(issue, `/huxley run ${options}`, 'owner', repo);
    return issue;
  }

  async comment(issue: number, body: string, by: keyof World['people'] = 'owner', repo = 'agent'): Promise<number> {
    return (await this.people[by].rest.issues.createComment({ owner: 'octo', repo, issue_number: issue, body })).data
      .id;
  }

  async comments(issue: number, repo = 'agent'): Promise<string[]> {
    const all = await this.people.owner.paginate(this.people.owner.rest.issues.listComments, {
      owner: 'octo',
      repo,
      issue_number: issue,
      per_page: 100,
    });
    return all.map(({ body }) => body ?? '');
  }

  /** The dashboard on a run's issue; empty while there is none. */
  async dashboard(issue: number, repo = 'agent'): Promise<string> {
    return (await this.comments(issue, repo)).find((body) => body.includes('huxley:dashboard')) ?? '';
  }

  /** Puts a file on a branch as its owner, `null` removes it; gives the commit. */
  async put(path: string, text: string | null, { repo = 'agent', branch = 'main' } = {}): Promise<string> {
    const at = { owner: 'octo', repo, path };
    const { repos } = this.people.owner.rest;
    const old = await repos.getContent({ ...at, ref: branch }).catch(() => undefined);
    const sha = (old?.data as { sha?: string } | undefined)?.sha;
    const change = { ...at, branch, message: `Change ${path}` };
    if (text === null) return (await repos.deleteFile({ ...change, sha: sha! })).data.commit.sha!;
    const content = Buffer.from(text).toString('base64');
    return (await repos.createOrUpdateFileContents({ ...change, content, ...(sha ? { sha } : {}) })).data.commit.sha!;
  }

  /** What git says in the repository on the server. */
  git(args: readonly string[], repo = 'agent'): string {
    const { id } = this.github.setup.repository('octo', repo);
    const cwd = join(this.folder, 'github', 'repositories', `${id}.git`);
    return execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
  }

  /** `octo/agent` as the controller reaches it. */
  async forge(): Promise<Forge> {
    if (this.way === 'token') return this.controller!.forge();
    const probot = await openProbot({ ...this.credentials, log: pino({ level: 'silent' }), throttle: false });
    return installationsOf(probot, { limits: null }).forge('octo/agent');
  }

  /** The reply to a comment, once it is there. */
  async reply(issue: number, comment: number, repo = 'agent'): Promise<string> {
    return until(
      async () => (await this.comments(issue, repo)).find((body) => body.includes(`huxley:reply v=1 to=${comment} `)),
      'a reply',
    );
  }

  async archive(run: string, repository = 'octo/agent'): Promise<Archive | undefined> {
    const entries = await this.entries(run, repository);
    return entries.length === 0 ? undefined : replay(entries.map(({ event }) => event));
  }

  /** The archive of a run once nothing is left to be done for it. */
  async ended(run: string, repository = 'octo/agent', seconds = 240): Promise<Archive> {
    await using kept = this.#inActions ? undefined : await this.#openForReading();
    const over = async () => {
      // A controller in Actions leaves another journal with each tick.
      await using fresh = kept ? undefined : await this.#openForReading();
      const store = kept ?? fresh;
      return (await store?.readDocument({ repository, run }, 'wound-up')) === true ? true : undefined;
    };
    await until(over, `the end of ${run}`, seconds);
    return (await this.archive(run, repository))!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.controller?.stop();
    await this.stopApp();
    await this.github.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function openGitHub(folder: string, spec: WorldSpec): Promise<LocalGitHub> {
  const { way = 'server' } = spec;
  const actions = { 'huxley/stand-in': join(import.meta.dirname, 'stand-in-worker'), ...spec.actions?.actions };
  return startCheckedGitHub({
    dir: join(folder, 'github'),
    ...(spec.observe ? { observe: spec.observe } : {}),
    ...(spec.now ? { now: spec.now } : {}),
    ...(spec.limits ? { limits: spec.limits } : {}),
    actions:
      way === 'server'
        ? { ...spec.actions, actions }
        : {
            ...inActions(spec),
            ...spec.actions,
            actions: { [usesOf('controller')]: await controllerAction(), ...actions },
          },
  });
}

/** What the controller in Actions needs of the machine: a slot beside the jobs, and the tests' options. */
function inActions({ options = {} }: WorldSpec): ActionsOptions {
  return {
    slots: 4,
    lostAfterMs: 50,
    environment: {
      HUXLEY_TEST_OPTIONS: JSON.stringify(options),
      NODE_COMPILE_CACHE: join(tmpdir(), 'huxley-compile-cache'),
      ...(process.env.HUXLEY_TEST_LOG === undefined ? {} : { HUXLEY_TEST_LOG: process.env.HUXLEY_TEST_LOG }),
    },
  };
}

function peopleOf({ apiUrl }: LocalGitHub, tokens: Readonly<Record<keyof World['people'], string>>): World['people'] {
  const octokit = (auth: string) => new Octokit({ auth, baseUrl: apiUrl, log: SILENT });
  return { owner: octokit(tokens.owner), stranger: octokit(tokens.stranger) };
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** The line of a configuration that names an App's key. */
function keyLineOf({ publicKey }: OrderSigner): string {
  return `app: { publicKeys: [${publicKey}] }\n`;
}

/** A configuration that is a world's own and names no key names the App's. */
function withKey(files: Record<string, string>, keyLine: string): Record<string, string> {
  const text = files['.github/huxley.yml']!;
  return /^app:/m.test(text) ? files : { ...files, '.github/huxley.yml': `${text.trimEnd()}\n${keyLine}` };
}

function agentFiles({
  way = 'server',
  skill = 0.3,
  luck = 0.5,
  seconds = 0,
  trouble,
  cheat,
  cost,
  child,
  noise,
  wavers,
  graded,
  alike,
  sound,
  configuration = '',
  tasks = 24,
  files = {},
}: WorldSpec): Record<string, string> {
  const suite = Object.fromEntries(
    Array.from({ length: tasks }, (_, i) => [`tasks/t${String(i).padStart(2, '0')}/task.yml`, 'language: shell\n']),
  );
  return {
    'skill.json': `${JSON.stringify({ skill, luck, seconds, trouble, cheat, noise, wavers, graded, alike, sound, cost, child })}\n`,
    'README.md': 'An agent.\n',
    '.github/workflows/huxley.yml': `${WORKFLOW}${way === 'token' ? wakeJob() : ''}`,
    ...(way === 'server' ? {} : { [CONTROLLER_WORKFLOW_PATH]: controllerFile() }),
    '.github/huxley.yml': `version: 1\nagent: { solve: node agent.ts, check: node --test }\n${configuration || 'benchmark: { suite: tasks, holdout: 0.5 }\n'}`,
    ...suite,
    ...files,
  };
}

/** What `look` finds, as soon as it finds something. */
export async function until<T>(look: () => Promise<T | undefined>, what: string, seconds = 60): Promise<T> {
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; ) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited ${seconds} s for ${what}`);
}
