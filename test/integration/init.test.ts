import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Octokit } from '@octokit/rest';
import { expect, onTestFinished, test } from 'vitest';
import { SILENT } from '../../src/cli/github/user.ts';
import { readConfiguration, readPublicKeys } from '../../src/config/configuration.ts';
import { PROJECT, projectPath } from '../../src/environment/project.ts';
import { setSetting, settingsOf } from '../../src/local-github/actions/run/settings.ts';
import { orderSigner, secretSigner } from '../../src/order/signer.ts';
import { startCheckedGitHub } from '../support/checked-github.ts';

// From a plain agent's repository to a set-up that is merged: the real command, real git over HTTP, and a local GitHub.

const exec = promisify(execFile);

const AGENT = {
  'package.json': JSON.stringify({
    name: 'acme',
    bin: { acme: './cli.js' },
    scripts: { test: 'node --test' },
    dependencies: { openai: '^6.0.0' },
  }),
  'package-lock.json': '{"lockfileVersion":3,"packages":{}}',
  'cli.js': 'console.log("solved")\n',
};
const KEY = readFileSync(projectPath('test/fixtures/app-key.pem'), 'utf8');

async function world({ published = true, branchRule = false } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'huxley-init-'));
  const github = await startCheckedGitHub({ dir: join(dir, 'github'), actions: { slots: 0 } });
  onTestFinished(async () => {
    await github.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const { token } = github.setup.createUser('ada');
  await github.setup.createRepository({ owner: 'ada', name: 'agent', files: AGENT });
  const octokit = new Octokit({ baseUrl: github.apiUrl, auth: token, log: SILENT });
  if (published) await publish(github, octokit);
  if (branchRule) await octokit.rest.repos.createOrUpdateEnvironment({ ...AT, environment_name: 'huxley' });
  const checkout = join(dir, 'agent');
  const git = async (...args: string[]) => (await exec('git', args, { cwd: checkout })).stdout.trim();
  await exec('git', ['clone', '--quiet', `${github.url}/ada/agent.git`, checkout]);
  await git('config', 'user.name', 'Ada');
  await git('config', 'user.email', 'ada@example.com');
  const home = join(dir, 'home');
  const env = {
    PATH: process.env.PATH,
    HOME: dir,
    HUXLEY_HOME: home,
    OPENAI_API_KEY: 'sk-secret-of-the-test',
    GH_TOKEN: token,
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const secrets = () => {
    const repo = github.setup.repository('ada', 'agent');
    const environment = github.actions.tables.environments.find({ repo: repo.id, name: 'huxley' }) ?? null;
    return settingsOf(github.actions, 'secret', repo, environment);
  };
  return { github, octokit, checkout, git, home, env, secrets };
}

const AT = { owner: 'ada', repo: 'agent' } as const;

/** The project as it is once a release is out: with its branch `action`. */
async function publish(github: Awaited<ReturnType<typeof startCheckedGitHub>>, octokit: Octokit) {
  const [owner, repo] = PROJECT.split('/') as [string, string];
  const { token } = github.setup.createUser(owner, 'Organization');
  await github.setup.createRepository({ owner, name: repo, files: { 'README.md': 'Huxley\n' } });
  const { data } = await octokit.rest.git.getRef({ owner, repo, ref: 'heads/main' });
  const theirs = new Octokit({ baseUrl: github.apiUrl, auth: token });
  await theirs.rest.git.createRef({ owner, repo, ref: 'refs/heads/action', sha: data.object.sha });
}

type Environment = Readonly<Record<string, string | undefined>>;

async function init(checkout: string, env: Environment, ...args: string[]) {
  return run(process.execPath, [projectPath('src', 'huxley.mjs'), 'init', checkout, ...args], env);
}

/** On a terminal, answering each question as it comes. */
async function initAsking(checkout: string, env: Environment, answers: readonly string[]) {
  const command = `${process.execPath} ${projectPath('src', 'huxley.mjs')} init ${checkout}`;
  const args = ['--quiet', '--flush', '--return', '--command', command, '/dev/null'];
  return run('script', args, { ...env, TERM: 'dumb' }, answers);
}

async function run(program: string, args: readonly string[], env: Environment, answers: readonly string[] = []) {
  const child = spawn(program, args, { env: env as NodeJS.ProcessEnv, cwd: tmpdir() });
  onTestFinished(() => void child.kill('SIGKILL'));
  const waiting = [...answers];
  let output = '';
  let asked = 0;
  const add = (chunk: Buffer) => {
    output += chunk;
    if (waiting.length === 0 || !/\] $/.test(output.slice(asked))) return;
    asked = output.length;
    child.stdin.write(waiting.shift());
  };
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  if (answers.length === 0) child.stdin.end();
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, output };
}

test('nothing is given away or overwritten: commits that nobody has pushed, and a key that a set-up elsewhere has stored', async () => {
  const { github, octokit, checkout, git, env, secrets } = await world();
  writeFileSync(join(checkout, 'wip.txt'), 'mine\n');
  await git('add', 'wip.txt');
  await git('commit', '--quiet', '--message', 'wip');
  const ahead = await init(checkout, env, '--yes', '--serverless');
  expect(ahead).toMatchObject({ code: 1, output: expect.stringContaining('has commits that GitHub does not have') });
  await git('reset', '--quiet', '--hard', 'origin/main');

  setSetting(github.actions, 'secret', github.setup.repository('ada', 'agent'), 'HUXLEY_KEY', 'theirs', 'huxley');
  const stale = await init(checkout, env, '--yes', '--serverless');
  expect(stale).toMatchObject({ code: 1, output: expect.stringContaining('already holds a secret HUXLEY_KEY') });
  expect(secrets().HUXLEY_KEY).toBe('theirs');
  expect((await octokit.rest.pulls.list({ ...AT, state: 'all' })).data).toEqual([]);
  const endpoint = { ...env, OPENAI_BASE_URL: 'https://me:sk-planted@proxy.example/v1' };
  const leaky = await init(checkout, endpoint, '--yes', '--server');
  expect(leaky).toMatchObject({ code: 1, output: expect.not.stringContaining('sk-planted') });
  expect(await git('status', '--porcelain')).toBe('');
});

test('a commit that failed is made by the next run', async () => {
  const { checkout, git, env } = await world();
  writeFileSync(join(checkout, '.git/hooks/pre-commit'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  expect(await init(checkout, env, '--yes', '--serverless')).toMatchObject({ code: 1 });
  rmSync(join(checkout, '.git/hooks/pre-commit'));
  expect(await init(checkout, env, '--yes', '--serverless')).toMatchObject({ code: 0 });
  expect(await git('log', '-1', '--format=%s', 'origin/huxley-setup')).toBe('Set Huxley up');
  expect(await git('status', '--porcelain')).toBe('');
});

test('without a server: from a plain agent to a pull request, its Environment, keys and rights; and again', async () => {
  const { github, octokit, checkout, git, home, env, secrets } = await world();
  const first = await init(checkout, env, '--yes', '--serverless');
  expect(first).toMatchObject({ code: 0 });
  expect(first.output).toContain(`Next: merge ${github.url}/ada/agent/pull/1`);
  expect(first.output).not.toContain('sk-secret');

  const { data: pull } = await octokit.rest.pulls.get({ ...AT, pull_number: 1 });
  expect(pull).toMatchObject({ head: { ref: 'huxley-setup' }, base: { ref: 'main' }, user: { login: 'ada' } });
  const { data: changed } = await octokit.rest.pulls.listFiles({ ...AT, pull_number: 1 });
  expect(changed.map(({ filename, status }) => [filename, status])).toEqual(
    ['.github/huxley.yml', '.github/workflows/huxley-app.yml', '.github/workflows/huxley.yml'].map((path) => [
      path,
      'added',
    ]),
  );
  const { data: published } = await octokit.rest.git.getRef({
    owner: 'huxley-evolve',
    repo: 'huxley',
    ref: 'heads/action',
  });
  const read = (path: string) => readFileSync(join(checkout, path), 'utf8');
  expect(read('.github/workflows/huxley.yml')).toContain(`uses: ${PROJECT}/action@${published.object.sha}\n`);
  expect(read('.github/workflows/huxley-app.yml')).toContain(
    `uses: ${PROJECT}/action/controller@${published.object.sha}\n`,
  );
  const text = read('.github/huxley.yml');
  expect(readConfiguration(text)).toMatchObject({
    configuration: {
      agent: { solve: 'node cli.js', check: 'npm test', build: 'npm ci' },
      benchmark: { suite: 'kata' },
      limits: { costUSD: 20 },
    },
  });

  // Sealed on the way, and stored as they are; the key is kept nowhere else.
  const stored = secrets();
  expect(stored.OPENAI_API_KEY).toBe('sk-secret-of-the-test');
  expect(readPublicKeys(text)).toEqual([secretSigner(stored.HUXLEY_KEY!).publicKey]);
  expect(first.output).not.toContain(stored.HUXLEY_KEY);
  expect(readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())).toEqual([]);
  const { data: policies } = await octokit.rest.repos.listDeploymentBranchPolicies({
    ...AT,
    environment_name: 'huxley',
  });
  expect(policies.branch_policies.map(({ name }) => name)).toEqual(['main']);
  const { data: rights } = await octokit.rest.actions.getGithubActionsDefaultWorkflowPermissionsRepository(AT);
  expect(rights).toEqual({ default_workflow_permissions: 'read', can_approve_pull_request_reviews: true });

  // Again where the set-up waits, from the default branch: nothing is begun next to it.
  await git('switch', '--quiet', 'main');
  const waiting = await init(checkout, env, '--yes', '--serverless');
  expect(waiting).toMatchObject({ code: 1 });
  expect(waiting.output).toContain('/ada/agent/pull/1');

  await octokit.rest.pulls.merge({ ...AT, pull_number: 1 });
  await git('pull', '--quiet');
  // What somebody changed stays, and is named; what they took away comes back.
  const own = read('.github/workflows/huxley.yml').replace('ubuntu-latest', 'self-hosted');
  writeFileSync(join(checkout, '.github/workflows/huxley.yml'), own);
  await git('rm', '--quiet', '.github/workflows/huxley-app.yml');
  await git('commit', '--quiet', '--all', '--message', 'Use our runners');
  await git('push', '--quiet', `${github.url.replace('//', `//ada:${env.GH_TOKEN}@`)}/ada/agent.git`, 'HEAD:main');
  const again = await init(checkout, env, '--yes', '--serverless');
  expect(again).toMatchObject({ code: 0 });
  expect(again.output).toMatch(
    /! \.github\/workflows\/huxley\.yml exists, and differs.*\n {6}- runs-on: self-hosted\n {6}\+ runs-on: ubuntu-latest/,
  );
  expect(again.output).toMatch(
    /✓ \.github\/workflows\/huxley-app\.yml\n[\s\S]*· secret HUXLEY_KEY in the Environment exists/,
  );
  expect(again.output).toContain(`Next: merge ${github.url}/ada/agent/pull/2`);
  expect(read('.github/workflows/huxley.yml')).toBe(own);
  expect(read('.github/huxley.yml')).toBe(text);
  expect(secrets()).toEqual(stored);
});

test('with a server: the App’s key, on the default branch, with a starter suite; nothing is published yet', async () => {
  const { octokit, checkout, git, env, secrets } = await world({ published: false });
  const { code, output } = await init(
    checkout,
    { ...env, PRIVATE_KEY: KEY },
    '--yes',
    '--push',
    '--suite',
    'tasks',
    '--solve',
    'node cli.js --fast',
    '--budget-usd',
    '7',
  );
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(output).toContain('The action is not pinned: GitHub shows no branch `action` of');
  expect(output).toContain('/ada/agent/issues/new');
  const { data } = await octokit.rest.repos.getContent({
    ...AT,
    path: '.github/huxley.yml',
    mediaType: { format: 'raw' },
  });
  expect(readPublicKeys(String(data))).toEqual([orderSigner(KEY).publicKey]);
  expect(readConfiguration(String(data))).toMatchObject({
    configuration: { agent: { solve: 'node cli.js --fast' }, benchmark: { suite: 'tasks' }, limits: { costUSD: 7 } },
  });
  expect(readdirSync(join(checkout, 'tasks'))).toHaveLength(6);
  expect(existsSync(join(checkout, '.github/workflows/huxley-app.yml'))).toBe(false);
  expect(await git('status', '--porcelain')).toBe('');
  expect(Object.keys(secrets())).toEqual(['OPENAI_API_KEY']);
});

test('an Environment that everybody may use is restricted before a key goes into it', async () => {
  const { octokit, checkout, env } = await world({ branchRule: true });
  expect(await init(checkout, env, '--yes', '--serverless', '--no-commit')).toMatchObject({ code: 0 });
  const { data } = await octokit.rest.repos.listDeploymentBranchPolicies({ ...AT, environment_name: 'huxley' });
  expect(data.branch_policies.map(({ name }) => name)).toEqual(['main']);
});

test('without a token: a commit, the commands, and a key in a file of its owner’s; then with one it is completed', async () => {
  const { github, octokit, checkout, git, home, env, secrets } = await world();
  const { GH_TOKEN: _, ...poor } = env;
  const first = await init(checkout, poor, '--yes', '--serverless');
  expect(first).toMatchObject({ code: 0 });
  const host = new URL(github.url).host;
  const path = join(home, 'keys', `${host.replace(':', '_')}_ada_agent`);
  expect(first.output).toContain(`gh secret set HUXLEY_KEY --env huxley --repo ${host}/ada/agent < ${path}`);
  expect(first.output).toContain(`printenv OPENAI_API_KEY | gh secret set OPENAI_API_KEY`);
  expect(first.output).toMatch(/git push --set-upstream origin huxley-setup\n\s+gh pr create/);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const key = readFileSync(path, 'utf8').trim();
  expect(first.output).not.toContain(key);
  expect(await git('log', '--format=%s', 'main..')).toBe('Set Huxley up');
  expect(secrets()).toEqual({});

  const second = await init(checkout, env, '--yes', '--serverless');
  expect(second).toMatchObject({ code: 0 });
  expect(secrets().HUXLEY_KEY).toBe(key);
  expect(existsSync(path)).toBe(false);
  expect((await octokit.rest.pulls.list(AT)).data).toHaveLength(1);
});

test('asks with what was detected as the answer, and changes nothing on a no', async () => {
  const { octokit, checkout, git, home, env, secrets } = await world();
  // Enter, another model, Enter, a word it does not take, without a server, and no.
  const { code, output } = await initAsking(checkout, env, ['\n', 'gpt-5.4\n', '\n', 'maybe\n', 'without\n', 'n\n']);
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(output).toMatch(/Which command solves a task\?.*package\.json \(bin\).*\[node cli\.js\]/);
  expect(output).toMatch(/Answer `with` or `without`/);
  expect(output).toMatch(/Model +gpt-5\.4\r?\n/);
  expect(output).toContain('Nothing was changed.');
  expect(await git('status', '--porcelain')).toBe('');
  expect(existsSync(home)).toBe(false);
  expect(secrets()).toEqual({});
  await expect(octokit.rest.repos.getEnvironment({ ...AT, environment_name: 'huxley' })).rejects.toMatchObject({
    status: 404,
  });
});
