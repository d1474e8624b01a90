import type { Probot } from 'probot';
import { withAppFile } from '../../../../environment/app-file.ts';
import { privateKeyIn } from '../../../../environment/private-key.ts';
import { HuxleyError, sentence } from '../../../../model/error.ts';
import type { Check } from '../../../../sandbox/setup/examine.ts';
import { type Origin, openUser } from '../../../github/user.ts';
import { appLinks } from '../links.ts';
import { missing } from '../rules/check.ts';
import type { Client } from './reader.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** An App whose credentials are here. */
export interface AppAccess {
  readonly privateKey: string;
  readonly probot: Probot;
  /** GitHub as the App. */
  readonly client: Client;
  /** GitHub as its installation on the repository; null where it is not installed, or GitHub gives it no token. */
  readonly installation: Client | null;
}

export interface Access {
  /** GitHub as the person at this terminal; null without a token. */
  readonly user: Client | null;
  /** Null where there are no credentials of an App. */
  readonly app: AppAccess | null;
  /** Why the credentials that are here are of no use; null where nothing is wrong with them. */
  readonly trouble: Check | null;
}

/** Everybody that GitHub can be asked as. */
export async function openAccess(origin: Origin, env: Environment): Promise<Access> {
  const user = (await openUser(origin, env as NodeJS.ProcessEnv)) as Client | null;
  try {
    return { user, app: await openApp(origin, env), trouble: null };
  } catch (error) {
    if (!(error instanceof HuxleyError)) throw error;
    const trouble = missing('App', error.message, error.remedy, appLinks(origin, null).settings);
    return { user, app: null, trouble };
  }
}

async function openApp({ apiURL, repository }: Origin, given: Environment): Promise<AppAccess | null> {
  const whole = given.APP_ID && (given.PRIVATE_KEY || given.PRIVATE_KEY_PATH);
  const env = whole ? given : withAppFile(given);
  const elsewhere = env === given ? apiURL : env.GITHUB_API_URL;
  if (elsewhere !== apiURL)
    throw new HuxleyError(
      'environment.mixed',
      `The App whose credentials are kept here is on ${elsewhere}, and the repository is on ${apiURL}.`,
      'Set HUXLEY_HOME to the folder of an App on that GitHub, or set APP_ID and PRIVATE_KEY.',
    );
  if (!env.APP_ID && !env.PRIVATE_KEY && !env.PRIVATE_KEY_PATH) return null;
  const appId = Number(env.APP_ID);
  const key = privateKeyIn(env);
  const trouble = [
    ...(Number.isInteger(appId) && appId > 0 ? [] : [`APP_ID is ${env.APP_ID ? 'not a number' : 'not set'}`]),
    ...('problem' in key ? [key.problem] : []),
  ];
  if (trouble.length > 0 || !('key' in key))
    throw new HuxleyError(
      'environment.invalid',
      sentence(`The App’s credentials are not complete: ${trouble.join('; ')}`),
      'Set both as for the App (docs/operations.md), or neither.',
    );
  const [{ pino }, { openProbot }] = await Promise.all([import('pino'), import('../../../../app/connect.ts')]);
  const log = pino({ level: 'silent' });
  // No delivery is taken here, so no secret is needed to tell them.
  const probot = await openProbot({ appId, privateKey: key.key, webhookSecret: 'none', apiURL, log });
  const client = (await probot.auth()) as unknown as Client;
  return { privateKey: key.key, probot, client, installation: await installationOf(probot, repository) };
}

async function installationOf(probot: Probot, repository: string): Promise<Client | null> {
  const [owner, repo] = repository.split('/') as [string, string];
  try {
    const app = await probot.auth();
    const { data } = await app.rest.apps.getRepoInstallation({ owner, repo });
    return (await probot.auth(data.id)) as unknown as Client;
  } catch {
    // Why is found out when the App is looked at.
    return null;
  }
}
