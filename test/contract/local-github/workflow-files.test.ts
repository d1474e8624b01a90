import { expect, test } from 'vitest';
import { commit, refusal, world } from './world.ts';

const CI = '.github/workflows/ci.yml';
const MESSAGE = `refusing to allow a GitHub App to create or update workflow \`${CI}\` without \`workflows\` permission`;

test('a workflow edit without permission is refused', async () => {
  await using hub = await world();
  expect(await refusal(commit({ owner: hub.bot, here: hub.here }, 'v1', { [CI]: 'on: pull_request\n' }))).toEqual({
    status: 403,
    message: MESSAGE,
  });
  const content = Buffer.from('on: pull_request\n').toString('base64');
  const existing = await hub.owner.rest.repos.getContent({ ...hub.here, path: CI });
  const { sha } = existing.data as { sha: string };
  const put = hub.bot.rest.repos.createOrUpdateFileContents({ ...hub.here, path: CI, message: 'x', content, sha });
  expect(await refusal(put)).toEqual({ status: 403, message: MESSAGE });
});

test('with the permission, or by a person, the edit is taken', async () => {
  await using hub = await world({}, { permissions: { contents: 'write', workflows: 'write' } });
  await commit({ owner: hub.bot, here: hub.here }, 'v1', { [CI]: 'on: pull_request\n' });
  await commit(hub, 'v2', { [CI]: 'on: workflow_dispatch\n' });
});

test('a new ref whose workflow files differ from every branch tip is refused, though the variant never touched them', async () => {
  await using hub = await world();
  const old = (await hub.owner.rest.git.getRef({ ...hub.here, ref: 'heads/main' })).data.object.sha;
  const branch = (ref: string, sha: string) =>
    hub.bot.rest.git.createRef({ ...hub.here, ref: `refs/heads/${ref}`, sha });
  await branch('v1', old);
  await hub.bot.rest.git.deleteRef({ ...hub.here, ref: 'heads/v1' });
  await commit(hub, 'main', { [CI]: 'on: pull_request\n' });
  expect(await refusal(branch('v2', old))).toEqual({ status: 403, message: MESSAGE });
  await hub.owner.rest.git.createRef({ ...hub.here, ref: 'refs/heads/kept', sha: old });
  await branch('v3', old);
});
