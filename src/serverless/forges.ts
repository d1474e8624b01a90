import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { installationsOf, openOctokit, openProbot, type Pacing, paces } from '../app/connect.ts';
import type { GitHubClock } from '../app/github-clock.ts';
import type { Forge } from '../github/forge.ts';
import { octokitForge } from '../github/octokit/forge.ts';
import type { Octokit } from '../github/octokit/octokit.ts';
import { accountOf } from '../model/ids.ts';
import type { Forges } from '../run/loop/controller.ts';
import { authenticForge } from './authentic-forge.ts';
import { deriveKey } from './keys.ts';
import type { TickPlace } from './states.ts';

/** GitHub's own App, in whose name a workflow's token acts. */
const ACTIONS = 'github-actions';

/** Who the controller acts as. */
export type Identity =
  | { readonly kind: 'app'; readonly appId: number; readonly privateKey: string }
  | { readonly kind: 'token'; readonly token: string };

export interface ForgesSpec {
  readonly identity: Identity;
  readonly secret: string;
  readonly place: Pick<TickPlace, 'repository' | 'repositoryId'>;
  readonly apiURL: string;
  readonly log: Logger;
  readonly throttle?: boolean;
  readonly limitSeconds?: number;
}

export interface OneRepository {
  /** GitHub's number of the App that acts. */
  readonly appId: number;
  readonly forges: Forges;
}

/** The one repository a controller in Actions looks after; an App may be installed in others, which are none of its business. */
export async function openForges(
  { identity, secret, place, ...server }: ForgesSpec,
  pacing: Pacing & { readonly clock: GitHubClock },
): Promise<OneRepository> {
  const { repository, repositoryId } = place;
  const one = {
    repositories: async () => [{ id: repositoryId, name: repository }],
    // Events reach a workflow once: what none told, the sweep finds.
    redeliver: async () => 0,
  };
  if (identity.kind === 'app') {
    // No webhook is taken in.
    const probot = await openProbot({
      ...identity,
      webhookSecret: randomBytes(32).toString('hex'),
      ...server,
    });
    const installations = installationsOf(probot, pacing);
    return {
      appId: identity.appId,
      forges: {
        ...one,
        forge: (name) => installations.forge(name),
        giveWay: (name) => installations.giveWay(name),
      },
    };
  }
  const octokit: Octokit = pacing.clock.listen(await openOctokit({ token: identity.token, ...server }));
  pacing.prepare?.(octokit);
  const { data } = await octokit.rest.apps.getBySlug({ app_slug: ACTIONS });
  const appId = data!.id;
  const pace = paces(pacing)(accountOf(repository));
  const known = new Map<string, Forge>();
  const forgeOf = (name: string): Forge => {
    const options = {
      appId,
      bot: `${ACTIONS}[bot]`,
      shared: true,
      pace: (kind: Parameters<typeof pace.wait>[0]) => pace.wait(kind, name),
      frugal: () => pace.frugal,
      sleep: pacing.clock.sleep.bind(pacing.clock),
    };
    const forge = known.get(name) ?? authenticForge(octokitForge(octokit, name, options), deriveKey(secret, 'text'));
    known.set(name, forge);
    return forge;
  };
  return { appId, forges: { ...one, forge: async (name) => forgeOf(name), giveWay: (name) => pace.giveWay(name) } };
}
