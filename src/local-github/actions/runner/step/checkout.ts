import { mkdirSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { HuxleyError } from '../../../../model/error.ts';

/** Runs git with these arguments in the workspace; rejects when git fails. */
export type Git = (args: readonly string[], cwd: string) => Promise<string>;

export interface CheckoutContext {
  readonly workspace: string;
  readonly serverUrl: string;
  readonly repository: string;
  readonly ref: string;
  readonly sha: string;
  readonly token: string;
}

const KNOWN = new Set([
  'repository',
  'ref',
  'token',
  'path',
  'persist-credentials',
  'fetch-depth',
  'fetch-tags',
  'clean',
]);

export interface CheckedOut {
  readonly outputs: Readonly<Record<string, string>>;
  /** Takes the credentials away again at the end of the job. */
  readonly cleanUp: () => Promise<void>;
}

/** What `actions/checkout` does, natively: fetches one commit (or all history) with the token and checks it out. */
export async function checkout(
  inputs: Readonly<Record<string, string>>,
  context: CheckoutContext,
  git: Git,
): Promise<CheckedOut> {
  for (const name of Object.keys(inputs))
    if (!KNOWN.has(name))
      throw new HuxleyError(
        'runner.checkout-input',
        `the local runner's checkout does not support the input '${name}'`,
        `It knows ${[...KNOWN].join(', ')}.`,
      );
  const directory = resolve(context.workspace, inputs.path ?? '.');
  if (directory !== context.workspace && !directory.startsWith(context.workspace + sep))
    throw new HuxleyError(
      'runner.checkout-path',
      `checkout's path '${inputs.path}' is not under the workspace`,
      'Use a path inside the workspace.',
    );
  mkdirSync(directory, { recursive: true });

  const repository = inputs.repository || context.repository;
  const own = repository.toLowerCase() === context.repository.toLowerCase();
  const wanted = inputs.ref || (own ? context.ref : 'HEAD');
  const what = inputs.ref || !own ? wanted : context.sha;
  const depth = Number(inputs['fetch-depth'] ?? '1');
  const header = `http.${context.serverUrl}/.extraheader`;
  const credentials = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${inputs.token || context.token}`).toString('base64')}`;

  await git(['init', '--quiet', '--initial-branch=main'], directory);
  await git(['remote', 'add', 'origin', `${context.serverUrl}/${repository}`], directory).catch(() =>
    git(['remote', 'set-url', 'origin', `${context.serverUrl}/${repository}`], directory),
  );
  await git(['config', '--local', header, credentials], directory);
  const history = depth > 0 ? [`--depth=${depth}`] : ['+refs/heads/*:refs/remotes/origin/*'];
  const tags = depth > 0 && inputs['fetch-tags'] !== 'true' ? '--no-tags' : '--tags';
  await git(
    ['fetch', '--quiet', tags, ...(depth > 0 ? history : []), 'origin', what, ...(depth > 0 ? [] : history)],
    directory,
  );
  const branch = /^refs\/heads\/(.+)$/.exec(wanted)?.[1];
  const commit = (await git(['rev-parse', 'FETCH_HEAD^{commit}'], directory)).trim();
  if (branch) {
    await git(['update-ref', `refs/remotes/origin/${branch}`, commit], directory);
    await git(['checkout', '--quiet', '--force', '-B', branch, `refs/remotes/origin/${branch}`], directory);
  } else await git(['checkout', '--quiet', '--force', '--detach', commit], directory);

  const cleanUp = async () => {
    await git(['config', '--local', '--unset-all', header], directory);
  };
  if (inputs['persist-credentials'] !== 'false') return { outputs: { ref: wanted, commit }, cleanUp };
  await cleanUp();
  return { outputs: { ref: wanted, commit }, cleanUp: async () => undefined };
}
