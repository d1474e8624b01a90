import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIGURATION_PATH, readPublicKeys } from '../config/configuration.ts';
import { readPrivateKey } from '../environment/app.ts';
import { engineEnvironment } from '../environment/engine.ts';
import { commandLine } from '../model/command-line.ts';
import { orderSigner } from '../order/signer.ts';
import type { Log } from './log.ts';
import { readFolder } from './setup/folder.ts';
import { huxleyApp } from './setup/huxley-app.ts';
import type { Setup } from './setup/setup.ts';
import { type LocalGitHub, startLocalGitHub } from './start.ts';
import type { App } from './store/rows.ts';

interface Options {
  readonly dir: string;
  readonly port: number;
  /** By default the account and the repository that the state has, else `you` and `agent`. */
  readonly account?: string;
  readonly repository?: string;
  readonly from?: string;
  readonly webhook: string;
  readonly seed?: number;
  readonly json: boolean;
  /** Directories of actions, by the name workflows use them under. */
  readonly actions: Readonly<Record<string, string>>;
  /** Resolves when it is to end. */
  readonly ended: Promise<void>;
}

/** Starts a local GitHub for a person, says how to use it, and runs until it is interrupted. */
export async function serveLocalGitHub(options: Options): Promise<void> {
  const { dir, port, json, seed } = options;
  const github = await startLocalGitHub({
    dir,
    port,
    log: json ? jsonLog : plainLog,
    actions: { actions: options.actions, environment: engineEnvironment() },
  });
  const place = placeIn(github, options);
  const secrets = await prepare(github, options, place);
  if (seed !== undefined) github.faults.seed(seed);
  if (json)
    process.stdout.write(`${JSON.stringify({ type: 'ready', url: github.url, apiUrl: github.apiUrl, ...secrets })}\n`);
  else process.stdout.write(welcome(github, options, place, secrets));
  await options.ended;
  await github.close();
}

interface Secrets {
  readonly token: string;
  /** The App's settings; `null` where another program registered it and kept its key. */
  readonly environment: string | null;
}

interface Place {
  readonly account: string;
  readonly repository: string;
}

/** The repository a person means: what they name, else what is there, such as a demo's. */
function placeIn({ hub: { store } }: LocalGitHub, { account, repository }: Options): Place {
  const owned = store.repositories
    .list({})
    .map(({ owner, name }) => ({ account: store.users.get(owner)?.login, name }));
  const known = owned.find(
    (each) => each.account === (account ?? each.account) && each.name === (repository ?? each.name),
  );
  return { account: account ?? known?.account ?? 'you', repository: repository ?? known?.name ?? 'agent' };
}

/** Makes account, repository and App on the first start, and points the App's webhooks where they are wanted. */
async function prepare(
  { setup, hub, apiUrl }: LocalGitHub,
  { dir, from, webhook }: Options,
  { account, repository }: Place,
): Promise<Secrets> {
  const files = { token: join(dir, `${account}.token`), environment: join(dir, 'app.env') };
  const keep = (path: string, text: string) => writeFileSync(path, text, { mode: 0o600 });
  const { store } = hub;
  const owner = store.users.find({ login: account });
  if (owner === undefined) keep(files.token, `${setup.createUser(account).token}\n`);
  else if (!existsSync(files.token)) keep(files.token, `${setup.createToken(account)}\n`);
  const { id } = setup.user(account);
  const known = store.apps.find({ slug: 'huxley' });
  if (known === undefined) {
    const webhookSecret = randomBytes(32).toString('hex');
    const { app, privateKey } = setup.createApp({
      slug: 'huxley',
      owner: account,
      ...huxleyApp(),
      webhookUrl: webhook,
      webhookSecret,
    });
    const signIn = signInThrough(setup, app, webhook);
    const key = privateKey.trim().replaceAll('\n', '\\n');
    keep(
      files.environment,
      `APP_ID=${app.id}\nPRIVATE_KEY="${key}"\nWEBHOOK_SECRET=${webhookSecret}\nGITHUB_API_URL=${apiUrl}\n${signIn}`,
    );
  } else {
    setup.setWebhook(known, webhook);
    if (existsSync(files.environment)) {
      const text = readFileSync(files.environment, 'utf8');
      keep(files.environment, text.replace(/^GITHUB_API_URL=.*$/m, `GITHUB_API_URL=${apiUrl}`));
    }
  }
  if (store.repositories.find({ owner: id, name: repository }) === undefined) {
    const first =
      from === undefined ? { 'README.md': `# ${repository}\n` } : withKey(readFolder(from), files.environment);
    await setup.createRepository({ owner: account, name: repository, files: first });
  }
  const app = store.apps.find({ slug: 'huxley' })!;
  if (store.installations.find({ app: app.id, account: id }) === undefined) setup.install(app, account);
  return { token: files.token, environment: existsSync(files.environment) ? files.environment : null };
}

/** Lets people sign in on the server that hears of events, where that is on this machine; gives what its environment then has besides. */
function signInThrough(setup: Setup, app: App, webhook: string): string {
  const { origin, hostname } = new URL(webhook);
  if (!['127.0.0.1', 'localhost'].includes(hostname)) return '';
  const { clientId, clientSecret } = setup.createClient(app, [`${origin}/runs/auth/callback`]);
  return `HUXLEY_URL=${origin}\nGITHUB_CLIENT_ID=${clientId}\nGITHUB_CLIENT_SECRET=${clientSecret}\n`;
}

/** An agent's files, its configuration naming the App of an environment file: a new repository needs no other hand. */
function withKey(files: Readonly<Record<string, string>>, environment: string): Readonly<Record<string, string>> {
  const text = files[CONFIGURATION_PATH];
  if (text === undefined || readPublicKeys(text).length > 0 || !existsSync(environment)) return files;
  const PRIVATE_KEY = /^PRIVATE_KEY="(.*)"$/m.exec(readFileSync(environment, 'utf8'))?.[1];
  const { publicKey } = orderSigner(readPrivateKey({ PRIVATE_KEY }));
  return { ...files, [CONFIGURATION_PATH]: `${text.trimEnd()}\napp: { publicKeys: [${publicKey}] }\n` };
}

function welcome(
  { url }: LocalGitHub,
  { webhook, seed, actions }: Options,
  { account, repository }: Place,
  { token, environment }: Secrets,
): string {
  const address = `${url}/${account}/${repository}`;
  return [
    'Local GitHub: a rehearsal of GitHub on this machine, reachable from this machine only.',
    `  repository   ${address}`,
    `  git          git clone ${address}.git   (any name; the token as password)`,
    `  token        ${token}   (speaks for ${account}, who may do everything here)`,
    environment === null
      ? '  App          huxley, registered by another program, which kept its key'
      : `  App          ${environment}   (environment of ${commandLine('serve')})`,
    `  secrets      ${address}/settings   (Environments, too)`,
    ...Object.entries(actions).map(([name, folder]) => `  action       ${name} is ${folder}`),
    `  webhooks to  ${webhook}`,
    ...(seed === undefined ? [] : [`  faults       by chance, seed ${seed}`]),
    '',
    '',
  ].join('\n');
}

const jsonLog: Log = (level, message, fields) => {
  process.stdout.write(`${JSON.stringify({ type: 'log', level, message, ...fields })}\n`);
};

/** Only what went wrong, and what was told to whom. */
const plainLog: Log = (level, message, fields) => {
  if (level === 'info' && message !== 'webhook delivered') return;
  const details = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  process.stdout.write(`${level === 'info' ? '' : `${level}: `}${message} ${details.join(' ')}\n`);
};
