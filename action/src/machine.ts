import type { Settings } from '../../src/contract/contract.ts';
import { timed } from '../../src/environment/wall-time.ts';
import { agentImage } from '../../src/job/agent-image.ts';
import { endpointsOf } from '../../src/job/endpoints.ts';
import type { ResultFolder } from '../../src/job/result-folder.ts';
import type { JobMachine } from '../../src/job/run-job.ts';
import { readTree, treeOf } from '../../src/job/tree/git-tree.ts';
import { HuxleyError } from '../../src/model/error.ts';
import type { OpenSandbox } from '../../src/sandbox/setup/open.ts';
import { artifactClient } from './artifact-client.ts';
import { fetchCommits } from './fetch-commits.ts';
import { fetchEvidence } from './fetch-evidence.ts';
import type { Inputs } from './inputs.ts';
import { openOrderedSuite } from './open-suite.ts';
import type { RunnerEnvironment } from './runner-environment.ts';
import { secretOf } from './secrets.ts';
import { tasksAtOnce } from './tasks-at-once.ts';

const OPENAI = 'https://api.openai.com/v1';

export interface ActionTools {
  /** Opens the sandbox once; the same one ever after. */
  readonly open: () => Promise<OpenSandbox>;
  readonly results: ResultFolder;
  /** The commit whose configuration, and whose Dockerfile, count. */
  readonly configuration: string;
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
}

/** The machine the action runs on, as a job sees it. */
export function actionMachine(
  order: Settings,
  { token, apiKey, baseURL, secrets, concurrency }: Inputs,
  { workspace, owner, repository, remote, temp }: RunnerEnvironment,
  { open, results, configuration, signal, report }: ActionTools,
): JobMachine {
  const image = async (name: string) => {
    const opened = await open();
    return await timed('images', () => opened.image(name));
  };
  const registrySecret = (name: string) => secretOf(secrets, name, 'a registry');
  return {
    upstream: (models) =>
      endpointsOf(order.models, models, {
        defaultEndpoint() {
          const endpoint = baseURL || order.models.baseURL || OPENAI;
          if (apiKey === '' && endpoint === OPENAI)
            throw new HuxleyError(
              'action.key',
              'There is no key for the model: the input openai-api-key is empty',
              'Store the key as a secret of the environment the workflow names; see docs/operations.md.',
            );
          return { baseURL: endpoint, apiKey: apiKey || 'none' };
        },
        secret: (name, provider) => secretOf(secrets, name, `the provider ${provider}`),
      }),
    openSuite: async () =>
      timed('suite', () =>
        openOrderedSuite(order, workspace, temp, { image, sandbox: async () => (await open()).sandbox }, signal),
      ),
    async openSandbox(name) {
      const opened = await open();
      if (name !== order.agent.image) return { sandbox: opened.sandbox, image: await image(name) };
      const files = async () => {
        const repository = await fetchCommits(remote, token, temp, [configuration], signal);
        return readTree(repository, await treeOf(repository, configuration));
      };
      const parts = { signal, report, secretOf: registrySecret };
      const built = timed('images', () => agentImage(opened, order.agent, order.suite.name, files, parts));
      return { sandbox: opened.sandbox, image: await built };
    },
    fetchCommits: (commits) => timed('commits', () => fetchCommits(remote, token, temp, commits, signal)),
    fetchEvidence: async ({ evidence }) =>
      evidence.length === 0
        ? []
        : await fetchEvidence({ client: await artifactClient(), token, owner, repository, temp, report }, evidence),
    results,
    secretOf: registrySecret,
    secrets: [token, ...secrets.values()].filter((secret) => secret !== ''),
    concurrency: concurrency ?? tasksAtOnce(order.limits, order.suite),
    signal,
    report,
  };
}
