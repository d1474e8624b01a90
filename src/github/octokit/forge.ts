import type { Forge } from '../forge.ts';
import { asRefusal } from '../refusal.ts';
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
  // Registered last, so that it sees what is left once throttling and retries have had their turn.
  octokit.hook.error('request', (error, request) => {
    throw asRefusal(error, request);
  });
  const at = { owner, repo };
  const mutations = new Mutations(octokit, at, options.pace);
  const connection: Connection = { ...options, octokit, repository, at, mutations };
  return {
    repository,
    appId: options.appId,
    appLogin: options.bot,
    shared: options.shared,
    get frugal() {
      return options.frugal();
    },
    ...contents(connection),
    ...gitData(connection),
    ...pulls(connection),
    ...issues(connection),
    ...comments(connection),
    ...checks(connection),
    ...verdicts(connection),
    ...actions(connection),
  };
}
