import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Octokit } from '@octokit/rest';
import { expect, onTestFinished, test } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';
import { huxleyApp } from '../../src/local-github/setup/huxley-app.ts';
import { startLocalGitHub } from '../../src/local-github/start.ts';
import { endsWithTest } from '../support/ends-with-test.ts';

/** `huxley local github` over a state, as the demo says it: until it is ready. */
async function browse(dir: string) {
  const args = [projectPath('src', 'huxley.mjs'), 'local', 'github', '--dir', dir, '--port', '0', '--json'];
  const child = endsWithTest(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
  const [line] = await once(createInterface(child.stdout), 'line');
  return { child, ...(JSON.parse(line) as { apiUrl: string; token: string; environment: string | null }) };
}

function temporary(): string {
  const dir = mkdtempSync(join(tmpdir(), 'huxley-browse-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test('what a demo left is opened as it is: its repository, no second one, and a token that speaks for its owner', async () => {
  const dir = temporary();
  const before = await startLocalGitHub({ dir });
  before.setup.createUser('ada');
  await before.setup.createRepository({ owner: 'ada', name: 'agent', files: { 'a.txt': 'a\n' } });
  before.setup.install(
    before.setup.createApp({ slug: 'huxley', owner: 'ada', webhookSecret: 's'.repeat(32), ...huxleyApp() }).app,
    'ada',
  );
  await before.close();

  const { child, apiUrl, token, environment } = await browse(dir);
  const user = new Octokit({ baseUrl: apiUrl, auth: readFileSync(token, 'utf8').trim() });
  await user.rest.issues.create({ owner: 'ada', repo: 'agent', title: 'A question' });
  await expect(user.rest.repos.get({ owner: 'you', repo: 'agent' })).rejects.toMatchObject({ status: 404 });
  // The demo kept the App's key to itself.
  expect(environment).toBeNull();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('an empty folder gets an account, a repository and the App’s settings', async () => {
  const { apiUrl, token, environment } = await browse(temporary());
  const user = new Octokit({ baseUrl: apiUrl, auth: readFileSync(token, 'utf8').trim() });
  expect((await user.rest.repos.get({ owner: 'you', repo: 'agent' })).data.full_name).toBe('you/agent');
  expect(readFileSync(environment!, 'utf8')).toContain('PRIVATE_KEY=');
});
