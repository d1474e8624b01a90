import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from './hub.ts';
import { readFolder } from './setup/folder.ts';
import { huxleyApp } from './setup/huxley-app.ts';
import { type LocalGitHub, startLocalGitHub } from './start.ts';

interface Options {
  readonly dir: string;
  readonly port: number;
  readonly account: string;
  readonly repository: string;
  readonly from?: string;
  readonly webhook: string;
  readonly seed?: number;
  readonly json: boolean;
  /** Resolves when it is to end. */
  readonly ended: Promise<void>;
}

/** Starts a local GitHub for a person, says how to use it, and runs until it is interrupted. */
export async function serveLocalGitHub(options: Options): Promise<void> {
  const { dir, port, json, seed } = options;
  const github = await startLocalGitHub({ dir, port, log: json ? jsonLog : plainLog });
  const secrets = await prepare(github, options);
  if (seed !== undefined) github.faults.seed(seed);
  if (json)
    process.stdout.write(`${JSON.stringify({ type: 'ready', url: github.url, apiUrl: github.apiUrl, ...secrets })}\n`);
  else process.stdout.write(welcome(github, options, secrets));
  await options.ended;
  await github.close();
}

interface Secrets {
  readonly token: string;
  readonly environment: string;
}

/** Makes account, repository and App on the first start, and points the App's webhooks where they are wanted. */
async function prepare({ setup, hub, apiUrl }: LocalGitHub, options: Options): Promise<Secrets> {
  const { dir, account, repository, from, webhook } = options;
  const files = { token: join(dir, `${account}.token`), environment: join(dir, 'app.env') };
  const keep = (path: string, text: string) => writeFileSync(path, text, { mode: 0o600 });
  const { store } = hub;
  const owner = store.users.find({ login: account });
  if (owner === undefined) keep(files.token, `${setup.createUser(account).token}\n`);
  const { id } = setup.user(account);
  if (store.repositories.find({ owner: id, name: repository }) === undefined) {
    const first = from === undefined ? { 'README.md': `# ${repository}\n` } : readFolder(from);
    await setup.createRepository({ owner: account, name: repository, files: first });
  }
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
    const key = privateKey.trim().replaceAll('\n', '\\n');
    keep(
      files.environment,
      `APP_ID=${app.id}\nPRIVATE_KEY="${key}"\nWEBHOOK_SECRET=${webhookSecret}\nGITHUB_API_URL=${apiUrl}\n`,
    );
  } else {
    setup.setWebhook(known, webhook);
    if (existsSync(files.environment)) {
      const text = readFileSync(files.environment, 'utf8');
      keep(files.environment, text.replace(/^GITHUB_API_URL=.*$/m, `GITHUB_API_URL=${apiUrl}`));
    }
  }
  const app = store.apps.find({ slug: 'huxley' })!;
  if (store.installations.find({ app: app.id, account: id }) === undefined) setup.install(app, account);
  return files;
}

function welcome(
  { url }: LocalGitHub,
  { account, repository, webhook, seed }: Options,
  { token, environment }: Secrets,
): string {
  const address = `${url}/${account}/${repository}`;
  return [
    'Local GitHub: a rehearsal of GitHub on this machine, reachable from this machine only.',
    `  repository   ${address}`,
    `  git          git clone ${address}.git   (any name; the token as password)`,
    `  token        ${token}   (speaks for ${account}, who may do everything here)`,
    `  App          ${environment}   (environment of \`huxley serve\`)`,
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
