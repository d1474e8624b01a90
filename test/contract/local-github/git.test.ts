import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { installationToken, refusal, type World, world } from './world.ts';

const run = promisify(execFile);

/** A working copy made with the git on this machine, over HTTP with a token. */
async function clone(hub: World, token: string) {
  const dir = await mkdtemp(join(tmpdir(), 'huxley-clone-'));
  const address = `${hub.url.replace('://', `://x-access-token:${token}@`)}/ada/agent.git`;
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const git = async (...args: string[]) =>
    (
      await run('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-C', dir, ...args], { env })
    ).stdout.trim();
  await run('git', ['clone', '--quiet', address, dir], { env });
  return {
    git,
    dir,
    change: async (path: string, text: string, message = `Change ${path}`) => {
      await git('rev-parse', '--is-inside-work-tree');
      await writeFile(join(dir, path), text);
      await git('add', '-A');
      await git('commit', '--quiet', '-m', message);
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

test('git clones, pushes and fetches with a token', async () => {
  await using hub = await world();
  await using copy = await clone(hub, await installationToken(hub.probot, hub.installation.id));
  await copy.change('agent.ts', 'pushed\n');
  await copy.git('push', '--quiet', 'origin', 'HEAD:refs/heads/v1');
  const branch = await hub.owner.rest.repos.getBranch({ ...hub.here, branch: 'v1' });
  expect(branch.data.commit.sha).toBe(await copy.git('rev-parse', 'HEAD'));
  await hub.owner.rest.git.createRef({ ...hub.here, ref: 'refs/heads/v2', sha: branch.data.commit.sha });
  await copy.git('fetch', '--quiet');
  expect(await copy.git('rev-parse', 'origin/v2')).toBe(branch.data.commit.sha);
});

test('a push moves its open pull request', async () => {
  await using hub = await world();
  await using copy = await clone(hub, hub.ownerToken);
  await copy.change('agent.ts', 'one\n');
  await copy.git('push', '--quiet', 'origin', 'HEAD:refs/heads/v1');
  await hub.bot.rest.pulls.create({ ...hub.here, title: 'v1', head: 'v1', base: 'main' });
  await copy.change('agent.ts', 'two\n');
  await copy.git('push', '--quiet', 'origin', 'HEAD:refs/heads/v1');
  const pull = await hub.bot.rest.pulls.get({ ...hub.here, pull_number: 1 });
  expect(pull.data).toMatchObject({ head: { sha: await copy.git('rev-parse', 'HEAD') }, commits: 2 });
  expect(await copy.git('ls-remote', 'origin', 'refs/pull/1/head')).toContain(pull.data.head.sha);
});

test('a push without a token, with a wrong one, or by a stranger is refused', async () => {
  await using hub = await world();
  await using copy = await clone(hub, hub.strangerToken);
  await copy.change('agent.ts', 'mine\n');
  const push = (address: string) => copy.git('push', address, 'HEAD:refs/heads/mine');
  const at = (credential: string) => `${hub.url.replace('://', `://${credential}`)}/ada/agent.git`;
  await expect(push('origin')).rejects.toThrow(/403/);
  await expect(push(at('x:wrong@'))).rejects.toThrow(/Authentication failed|401/);
  await expect(push(at(''))).rejects.toThrow(/could not read Username|Authentication failed/);
  expect((await refusal(hub.owner.rest.repos.getBranch({ ...hub.here, branch: 'mine' }))).status).toBe(404);
});

test('a private repository is not found by those who may not see it', async () => {
  await using hub = await world();
  await hub.owner.rest.repos.update({ ...hub.here, private: true });
  await expect(clone(hub, hub.strangerToken)).rejects.toThrow(/not found/i);
  await using copy = await clone(hub, hub.ownerToken);
  expect(await copy.git('rev-list', '--count', 'HEAD')).toBe('1');
});

test('a workflow edit without permission is refused on push, and nothing of it is kept', async () => {
  await using hub = await world();
  await using copy = await clone(hub, await installationToken(hub.probot, hub.installation.id));
  await copy.change('.github/workflows/ci.yml', 'on: [push, pull_request]\n');
  await expect(copy.git('push', 'origin', 'HEAD:refs/heads/v1')).rejects.toThrow(
    /refusing to allow a GitHub App to create or update workflow `.github\/workflows\/ci.yml` without `workflows` permission/,
  );
  const sha = await copy.git('rev-parse', 'HEAD');
  expect((await refusal(hub.owner.rest.git.getCommit({ ...hub.here, commit_sha: sha }))).status).toBe(404);
  await copy.git(
    'push',
    '--quiet',
    `${hub.url.replace('://', `://x:${hub.ownerToken}@`)}/ada/agent.git`,
    'HEAD:refs/heads/v1',
  );
});

test('a protected branch and the default branch are safe from pushes', async () => {
  await using hub = await world();
  await using copy = await clone(hub, hub.ownerToken);
  await expect(copy.git('push', 'origin', ':refs/heads/main')).rejects.toThrow(/refusing to delete the current branch/);
  await hub.owner.rest.repos.updateBranchProtection({
    ...hub.here,
    branch: 'main',
    required_status_checks: { strict: false, contexts: ['ci'] },
    enforce_admins: true,
    required_pull_request_reviews: null,
    restrictions: null,
  });
  await copy.change('agent.ts', 'one\n');
  await expect(copy.git('push', 'origin', 'HEAD:refs/heads/main')).rejects.toThrow(/GH006/);
});
