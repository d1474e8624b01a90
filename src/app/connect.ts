import type { Logger } from 'pino';
import { Probot, ProbotOctokit } from 'probot';
import { Installations, type Pace } from '../github/installations.ts';
import type { Octokit } from '../github/octokit/octokit.ts';
import { GITHUB_WRITE_LIMITS, type TakeWrite, takeInMemory, type WriteLimits, WritePace } from '../github/pace.ts';
import { statusOf } from '../github/retry.ts';
import { TokenCache } from '../github/tokens.ts';
import type { Observer } from '../model/watch/observer.ts';
import { systemClock } from '../run/state/clock.ts';
import { GitHubClock } from './github-clock.ts';
import { watchRequests } from './observe.ts';

export interface AppCredentials extends Server {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
}

interface Server {
  /** Where GitHub's REST API is. */
  readonly apiURL: string;
  readonly log: Logger;
  /** Whether Octokit spaces its requests as GitHub asks; a local GitHub does not. */
  readonly throttle?: boolean;
  /** Seconds a request waits at most where a limit of GitHub's is used up, rather than failing; by default as long as it takes. */
  readonly limitSeconds?: number;
}

/** A Probot that is ready, signed in as the App. */
export async function openProbot(credentials: AppCredentials): Promise<Probot> {
  const { appId, privateKey, webhookSecret, apiURL, log } = credentials;
  const probot = new Probot({
    appId,
    privateKey,
    secret: webhookSecret,
    baseUrl: apiURL,
    log,
    Octokit: octokitOf(credentials),
  });
  await probot.ready();
  return probot;
}

/** An Octokit as Probot makes it, signed in with a token, such as a workflow's own. */
export async function openOctokit({ token, ...server }: Server & { readonly token: string }): Promise<Octokit> {
  const { apiURL, log } = server;
  const probot = new Probot({ githubToken: token, baseUrl: apiURL, log, Octokit: octokitOf(server) });
  await probot.ready();
  return probot.auth();
}

/** Answers that trying again at once does not change; limits are the throttle's. */
const REFUSALS = [400, 401, 403, 404, 405, 409, 410, 413, 422, 423, 429, 451];

/**
 * Probot's Octokit, which waits out a secondary limit a few times instead of giving up at once, and fetches tokens again when
 * they are old by a clock nobody sets, or when GitHub no longer takes them.
 */
function octokitOf({ throttle = true, limitSeconds = Number.POSITIVE_INFINITY }: Server): typeof ProbotOctokit {
  const tokens = new TokenCache(systemClock.monotonic);
  const onSecondaryRateLimit = (after: number, _options: object, _octokit: object, retries: number) =>
    after <= limitSeconds && retries < 3;
  // Otherwise Probot's own, which waits.
  const limited = Number.isFinite(limitSeconds) ? { onRateLimit: (after: number) => after <= limitSeconds } : {};
  const renewing = (octokit: Pick<Octokit, 'hook'>) => {
    octokit.hook.wrap('request', async (request, options) => {
      try {
        return await request(options);
      } catch (error) {
        if (statusOf(error) !== 401 || !tokens.clear()) throw error;
        return request(options);
      }
    });
  };
  return ProbotOctokit.plugin(renewing).defaults((given: { readonly throttle?: object; readonly auth?: object }) => ({
    ...given,
    auth: { ...given.auth, cache: tokens },
    throttle: { ...given.throttle, enabled: throttle, onSecondaryRateLimit, ...limited },
    retry: { doNotRetry: REFUSALS },
  })) as typeof ProbotOctokit;
}

export interface Pacing {
  /** Content writes allowed; null for no limit, which only a local GitHub bears. */
  readonly limits?: WriteLimits | null;
  readonly clock?: GitHubClock;
  /** Keeps account of one account's writes; by default for this process alone. */
  readonly take?: (account: string) => TakeWrite;
  /** Called with each Octokit before it is used, more than once perhaps. */
  readonly prepare?: (octokit: Octokit) => void;
  /** Once aborted, nothing waits for the limits any more: it is refused. */
  readonly signal?: AbortSignal;
  /** What watches the requests; nobody by default. */
  readonly observer?: Observer;
}

/** The pace of each account's writes. */
export function paces({
  limits = GITHUB_WRITE_LIMITS,
  clock = new GitHubClock(systemClock),
  take,
  signal,
}: Pacing): (account: string) => Pace {
  return (account) => {
    if (limits === null) return { wait: async () => {}, giveWay: () => {}, frugal: false };
    const pace = new WritePace(limits, take?.(account) ?? takeInMemory(clock), clock);
    signal?.addEventListener('abort', () => pace.close());
    return pace;
  };
}

/** The repositories a Probot's App is installed in. */
export function installationsOf(probot: Probot, pacing: Pacing = {}): Installations {
  const { clock = new GitHubClock(systemClock), prepare, observer } = pacing;
  return new Installations({
    auth: async (installation) => {
      const octokit = clock.listen(await probot.auth(installation));
      prepare?.(octokit);
      return observer ? watchRequests(octokit, installation, observer) : octokit;
    },
    pace: paces({ ...pacing, clock }),
    sleep: clock.sleep,
    log: probot.log,
  });
}

/** The repositories the App is installed in. */
export async function connect(credentials: AppCredentials): Promise<Installations> {
  return installationsOf(await openProbot(credentials));
}
