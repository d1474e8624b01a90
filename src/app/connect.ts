import type { Logger } from 'pino';
import { Probot, ProbotOctokit } from 'probot';
import { Installations } from '../github/installations.ts';
import { GITHUB_WRITE_LIMITS, type WriteLimits, writePace } from '../github/pace.ts';
import { type Clock, systemClock } from '../run/clock.ts';

export interface AppCredentials {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** Where GitHub's REST API is. */
  readonly apiURL: string;
  readonly log: Logger;
  /** Whether Octokit spaces its requests as GitHub asks; a local GitHub does not. */
  readonly throttle?: boolean;
}

/** A Probot that is ready, signed in as the App. */
export async function openProbot({
  appId,
  privateKey,
  webhookSecret,
  apiURL,
  log,
  throttle = true,
}: AppCredentials): Promise<Probot> {
  const probot = new Probot({
    appId,
    privateKey,
    secret: webhookSecret,
    baseUrl: apiURL,
    log,
    Octokit: throttled(throttle),
  });
  await probot.ready();
  return probot;
}

/** Answers that trying again at once does not change; limits are the throttle's. */
const REFUSALS = [400, 401, 403, 404, 405, 409, 410, 413, 422, 423, 429, 451];

/** Probot's Octokit, which waits out a secondary limit a few times instead of giving up at once. */
function throttled(enabled: boolean): typeof ProbotOctokit {
  const onSecondaryRateLimit = (_after: number, _options: object, _octokit: object, retries: number) => retries < 3;
  return ProbotOctokit.defaults((given: { readonly throttle?: object }) => ({
    ...given,
    throttle: { ...given.throttle, enabled, onSecondaryRateLimit },
    retry: { doNotRetry: REFUSALS },
  })) as typeof ProbotOctokit;
}

/** The repositories a Probot's App is installed in. `limits` null holds no write back, which only a local GitHub bears. */
export function installationsOf(
  probot: Probot,
  limits: WriteLimits | null = GITHUB_WRITE_LIMITS,
  clock: Clock = systemClock,
): Installations {
  const paced = { now: () => clock.now().getTime(), sleep: clock.sleep };
  return new Installations({
    auth: (installation) => probot.auth(installation),
    pace: () => (limits === null ? async () => {} : writePace(limits, paced)),
    sleep: clock.sleep,
    log: probot.log,
  });
}

/** The repositories the App is installed in. */
export async function connect(credentials: AppCredentials): Promise<Installations> {
  return installationsOf(await openProbot(credentials));
}
