import sodium from 'libsodium-wrappers';
import { expect, test } from 'vitest';
import { settingsOf } from '../../../src/local-github/actions/run/settings.ts';
import { refusal, world } from './world.ts';

test('a secret is stored if it is sealed for the server’s key, by whoever may write, and never shown', async () => {
  await using w = await world();
  const at = { ...w.here, environment_name: 'huxley' };
  await w.owner.rest.repos.createOrUpdateEnvironment(at);
  const { data } = await w.owner.rest.actions.getEnvironmentPublicKey(at);
  await sodium.ready;
  const seal = (secret: string, key: Uint8Array) => Buffer.from(sodium.crypto_box_seal(secret, key)).toString('base64');
  const key = Buffer.from(data.key, 'base64');
  const put = (octokit: typeof w.owner, encrypted_value: string, key_id = data.key_id) =>
    octokit.rest.actions.createOrUpdateEnvironmentSecret({ ...at, secret_name: 'KEY', encrypted_value, key_id });

  const stranger = await refusal(put(w.stranger, seal('x', key)));
  const plain = await refusal(put(w.owner, Buffer.from('x').toString('base64')));
  const other = await refusal(put(w.owner, seal('x', sodium.crypto_box_keypair().publicKey)));
  const outdated = await refusal(put(w.owner, seal('x', key), '1'));
  expect([stranger, plain, other, outdated].map(({ status }) => status)).toEqual([403, 422, 422, 422]);

  expect((await put(w.owner, seal('first', key))).status).toBe(201);
  expect((await put(w.owner, seal('sécond', key))).status).toBe(204);
  const repo = w.setup.repository('ada', 'agent');
  const environment = w.actions.tables.environments.find({ repo: repo.id, name: 'huxley' })!;
  expect(settingsOf(w.actions, 'secret', repo, environment)).toEqual({ KEY: 'sécond' });
  const { data: listed } = await w.owner.rest.actions.listEnvironmentSecrets(at);
  expect(listed.secrets.map((secret) => Object.keys(secret).sort())).toEqual([['created_at', 'name', 'updated_at']]);
});
