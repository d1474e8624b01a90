import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { IssuedOrder, Order } from '../../src/contract/contract.ts';
import { runGit } from '../../src/job/tree/run-git.ts';
import { type OrderSigner, orderSigner } from '../../src/order/signer.ts';
import type { Commit } from './job.ts';

/** An App's private key, as GitHub makes them. */
export function appKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return String(privateKey.export({ type: 'pkcs1', format: 'pem' }));
}

/** The App of the tests of the action. */
export const SIGNER: OrderSigner = orderSigner(appKey());
export const APP = 'huxley[bot]';
export const REPOSITORY_ID = 41;

/** The configuration that leaves an order's settings to the worker. */
export function configurationOf({ agent, models, limits, suite }: Order, signer: OrderSigner = SIGNER): string {
  const { protect, ...commands } = agent;
  const { taskSeconds, taskCostUSD, memoryMB, cpus, pids } = limits;
  return stringify({
    version: 1,
    app: { publicKeys: [signer.publicKey] },
    agent: commands,
    models,
    benchmark: { suite: suite.name },
    limits: { taskMinutes: taskSeconds / 60, taskCostUSD, memoryMB, cpus, pids },
    protect,
  });
}

/** What the App would sign for this work. */
export function issuedOf(
  order: Order,
  configuration: string,
  { repository = REPOSITORY_ID, app = APP }: { readonly repository?: number; readonly app?: string } = {},
): IssuedOrder {
  const { agent: _agent, models: _models, limits: _limits, suite, digest: _digest, ...rest } = order;
  return { ...rest, repository, app, configuration, suite: suite.digest } as IssuedOrder;
}

/** Commits the order's configuration on top of a repository's work tree; gives the commit. */
export async function commitConfiguration({ repository }: Pick<Commit, 'repository'>, text: string): Promise<string> {
  await mkdir(join(repository, '.github'), { recursive: true });
  await writeFile(join(repository, '.github', 'huxley.yml'), text);
  await runGit(repository, ['add', '-f', '.github/huxley.yml']);
  const person = ['-c', 'user.name=T', '-c', 'user.email=t@example.com'];
  await runGit(repository, [...person, 'commit', '-q', '--allow-empty', '-m', 'Configure']);
  return (await runGit(repository, ['rev-parse', 'HEAD'])).toString().trim();
}
