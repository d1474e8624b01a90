import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startLocalGitHub } from '../../../src/local-github/start.ts';
import { commit, person, world } from './world.ts';

test('everything survives a restart, tokens and hooks included', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'huxley-restart-'));
  let token: string;
  let before: unknown;
  const read = async (apiUrl: string) => {
    const owner = person({ apiUrl }, token);
    const here = { owner: 'ada', repo: 'agent' };
    const [pulls, comments, runs, branches] = await Promise.all([
      owner.rest.pulls.list(here),
      owner.rest.issues.listComments({ ...here, issue_number: 1 }),
      owner.rest.checks.listForRef({ ...here, ref: 'v1' }),
      owner.rest.repos.listBranches(here),
    ]);
    const text = JSON.stringify([pulls.data, comments.data, runs.data, branches.data]);
    return JSON.parse(text.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, '').replaceAll(/git:\/\/127\.0\.0\.1:\d+/g, ''));
  };
  {
    await using hub = await world({ dir });
    token = hub.ownerToken;
    const sha = await commit(hub, 'v1', { 'agent.ts': 'one\n' });
    await hub.bot.rest.pulls.create({ ...hub.here, title: 'v1', head: 'v1', base: 'main' });
    await hub.bot.rest.issues.createComment({ ...hub.here, issue_number: 1, body: 'hello' });
    await hub.bot.rest.checks.create({ ...hub.here, name: 'huxley', head_sha: sha });
    before = await read(hub.apiUrl);
  }
  const again = await startLocalGitHub({ dir });
  expect(await read(again.apiUrl)).toEqual(before);
  const { number } = (await person(again, token).rest.issues.create({ owner: 'ada', repo: 'agent', title: 'next' }))
    .data;
  expect(number).toBe(2);
  await again.close();
  await rm(dir, { recursive: true });
});

test('many start side by side', async () => {
  const hubs = await Promise.all(Array.from({ length: 8 }, () => world()));
  expect(new Set(hubs.map(({ url }) => url)).size).toBe(8);
  const titles = await Promise.all(
    hubs.map(async (hub, index) => {
      await hub.owner.rest.issues.create({ ...hub.here, title: `issue ${index}` });
      return (await hub.owner.rest.issues.listForRepo(hub.here)).data.map(({ title }) => title);
    }),
  );
  expect(titles).toEqual(hubs.map((_, index) => [`issue ${index}`]));
  await Promise.all(hubs.map((hub) => hub[Symbol.asyncDispose]()));
});

test('a port that is taken is named, with what to do', async () => {
  await using hub = await world();
  const port = Number(new URL(hub.url).port);
  await expect(startLocalGitHub({ dir: join(hub.dir, 'second'), port })).rejects.toMatchObject({
    code: 'local-github.listen',
    message: expect.stringContaining(`127.0.0.1:${port}`),
    remedy: 'Choose another port, or 0 for a free one.',
  });
});

test('simultaneous writes are taken one after another', async () => {
  await using hub = await world();
  const numbers = await Promise.all(
    Array.from(
      { length: 20 },
      async (_, index) => (await hub.owner.rest.issues.create({ ...hub.here, title: `${index}` })).data.number,
    ),
  );
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});
