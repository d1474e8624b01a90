import type { Forge } from '../forge.ts';
import { asRefusal, outOfReach } from '../refusal.ts';
import { statusOf } from '../retry.ts';
import { actions } from './actions.ts';
import { checks } from './checks.ts';
import { comments } from './comments.ts';
import type { Connection } from './connection.ts';
import { contents } from './contents.ts';
import { gitData } from './git-data.ts';
import { issues } from './issues.ts';
import { Mutations } from './mutations.ts';
import type { Octokit } from './octokit.ts';
import { pulls } from './pulls.ts';
import { verdicts } from './verdicts.ts';

/** Octokit as a forge, for one repository of one installation. */
export function octokitForge(
  octokit: Octokit,
  repository: string,
  options: Pick<Connection, 'appId' | 'bot' | 'shared' | 'pace' | 'frugal' | 'sleep'>,
): Forge {
  const [owner, repo] = repository.split('/') as [string, string];
  const at = { owner, repo };
  const below = `/repos/${repository}/`.toLowerCase();
  let id: number | undefined;
  /** GitHub answers 404 for everything in a repository that is hidden from the App, or that another has taken the name of. */
  const mustBeInReach = async () => {
    const { data } = await octokit.rest.repos.get(at).catch((error) => {
      throw statusOf(error) === 404 ? outOfReach(repository, error) : error;
    });
    id ??= data.id;
    if (data.id !== id) throw outOfReach(repository);
  };
  // Registered last, so that it sees what is left once throttling and retries have had their turn.
  octokit.hook.error('request', async (error, request) => {
    // Of a page only the address is known, and from the second on that has the repository's number.
    const url = octokit.request.endpoint.parse(request).url.toLowerCase();
    const inside = url.includes(below) || /\/repositories\/\d+\/./.test(url);
    if (inside && statusOf(error) === 404) await mustBeInReach();
    throw asRefusal(error, request);
  });
  const mutations = new Mutations(octokit, at, options.pace);
  const connection: Connection = { ...options, octokit, repository, at, mutations };
  const repositoryItself = contents(connection);
  return {
    repository,
    appId: options.appId,
    appLogin: options.bot,
    shared: options.shared,
    get frugal() {
      return options.frugal();
    },
    ...repositoryItself,
    async facts() {
      const facts = await repositoryItself.facts();
      id ??= facts.id;
      return facts;
    },
    ...gitData(connection),
    ...pulls(connection),
    ...issues(connection),
    ...comments(connection),
    ...checks(connection),
    ...verdicts(connection),
    ...actions(connection),
  };
}
