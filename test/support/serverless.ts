import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '../../src/environment/project.ts';
import { environmentNamed, setSetting } from '../../src/local-github/actions/run/settings.ts';
import { usesOf } from '../../src/local-github/world/actions.ts';
import { secretSigner } from '../../src/order/signer.ts';
import { World, type WorldSpec } from './world.ts';

export const APP_WORKFLOW = '.github/workflows/huxley-app.yml';
export const APP_WORKFLOW_TEXT = readFileSync(projectPath('examples/serverless/huxley-app.yml'), 'utf8');

/**
 * A world without a server: its repository has the workflow of examples/serverless, and HUXLEY_KEY in its Environment. With `app`
 * the credentials of its App are there, too.
 */
export async function serverlessWorld(
  spec: WorldSpec & { readonly app?: boolean } = {},
): Promise<{ readonly world: World; readonly key: string }> {
  const key = randomBytes(32).toString('base64url');
  const { configuration = 'benchmark: { suite: tasks, holdout: 0.5 }\n', app = false } = spec;
  const world = await World.start({
    ...spec,
    // Without a line of its own it names the App's key.
    configuration: app ? configuration : `${configuration}app: { publicKeys: [${secretSigner(key).publicKey}] }\n`,
    files: { [APP_WORKFLOW]: APP_WORKFLOW_TEXT, ...spec.files },
    actions: {
      followTokenRuns: true,
      ...spec.actions,
      actions: {
        'huxley/stand-in': join(import.meta.dirname, 'stand-in-worker'),
        [usesOf('controller')]: join(import.meta.dirname, 'quick-controller'),
        ...spec.actions?.actions,
      },
    },
  });
  const { actions, setup } = world.github;
  const repository = setup.repository('octo', 'agent');
  const guarded = environmentNamed(actions, repository, 'huxley');
  actions.tables.environments.update(guarded.id, { branches: [{ id: 1, name: 'main' }] });
  setSetting(actions, 'secret', repository, 'HUXLEY_KEY', key, 'huxley');
  if (app) {
    setSetting(actions, 'variable', repository, 'HUXLEY_APP_ID', String(world.app.id));
    setSetting(actions, 'secret', repository, 'HUXLEY_APP_PRIVATE_KEY', world.credentials.privateKey, 'huxley');
  }
  return { world, key };
}
