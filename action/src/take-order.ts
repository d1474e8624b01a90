import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONFIGURATION_PATH, formatIssues, readConfiguration, readPublicKeys } from '../../src/config/configuration.ts';
import type { Configuration } from '../../src/config/schema.ts';
import type { Order, PreflightOrder } from '../../src/contract/contract.ts';
import { runGit } from '../../src/job/tree/run-git.ts';
import { HuxleyError } from '../../src/model/error.ts';
import { misplaced } from '../../src/order/binding.ts';
import { openOrder } from '../../src/order/seal.ts';
import { settle } from '../../src/order/settle.ts';
import { fetchCommits } from './fetch-commits.ts';
import type { RunnerEnvironment } from './runner-environment.ts';

/**
 * The order in the workflow's input, once it is certain that the App signed it for this very workflow run. Whoever may dispatch
 * the workflow can write any input, so nothing of it counts before that; what it costs and whom it calls stands in the
 * repository's configuration alone, at the commit that is given with it.
 * @throws HuxleyError `order.*`
 */
export async function takeOrder(
  input: string,
  { workspace, place, remote, temp }: RunnerEnvironment,
  token: string,
  signal: AbortSignal,
): Promise<{ readonly order: Order | PreflightOrder; readonly configuration: string }> {
  const checkedOut = await readFile(join(workspace, CONFIGURATION_PATH), 'utf8').catch(() => '');
  const { order, digest } = openOrder(input, readPublicKeys(checkedOut));
  const why = misplaced(order, place);
  if (why !== null)
    throw new HuxleyError(
      'order.misplaced',
      `The order is not for this workflow run: ${why}`,
      'The App orders it again.',
    );
  const { configuration: sha } = order;
  const text =
    (await configurationIn(workspace, sha)) ??
    (await configurationIn(await fetchCommits(remote, token, temp, [sha], signal), sha));
  return { order: settle(order, digest, readOrThrow(text, sha)), configuration: sha };
}

/** The configuration's text at a commit; null where the repository does not hold it. */
async function configurationIn(repository: string, sha: string): Promise<string | null> {
  const env = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: repository };
  const blob = await runGit(repository, ['cat-file', 'blob', `${sha}:${CONFIGURATION_PATH}`], { env }).catch(
    () => null,
  );
  return blob === null ? null : blob.toString('utf8');
}

function readOrThrow(text: string | null, sha: string): Configuration {
  const at = `${CONFIGURATION_PATH} of commit ${sha.slice(0, 12)}`;
  const remedy = 'Start a new run: a run keeps the configuration that it was started with.';
  if (text === null) throw new HuxleyError('order.configuration', `${at} is missing`, remedy);
  const reading = readConfiguration(text);
  if (reading.ok) return reading.configuration;
  throw new HuxleyError('order.configuration', `${at} cannot be used: ${formatIssues(reading.issues)}`, remedy);
}
