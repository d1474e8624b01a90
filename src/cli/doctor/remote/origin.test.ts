import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryNamed } from './origin.ts';

function checkout(remote?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-doctor-'));
  execFileSync('git', ['init', '--quiet', folder]);
  if (remote) execFileSync('git', ['-C', folder, 'remote', 'add', 'origin', remote]);
  return folder;
}

test.each<[string, string | true, string, NodeJS.ProcessEnv, [string, string, string]]>([
  ['a name', 'octo/agent', '', {}, ['octo/agent', 'https://github.com', 'https://api.github.com']],
  [
    'a name on a server by its API',
    'octo/agent',
    '',
    { GITHUB_API_URL: 'https://ghe.example/api/v3' },
    ['octo/agent', 'https://ghe.example', 'https://ghe.example/api/v3'],
  ],
  [
    'a name on a server by its host',
    'octo/agent',
    '',
    { GH_HOST: 'ghe.example' },
    ['octo/agent', 'https://ghe.example', 'https://ghe.example/api/v3'],
  ],
  [
    'the name of the remote, which says where it is',
    'Octo/Agent',
    'git@ghe.example:octo/agent.git',
    {},
    ['octo/agent', 'https://ghe.example', 'https://ghe.example/api/v3'],
  ],
  [
    'a name where a variable is set to nothing',
    'octo/agent',
    '',
    { GITHUB_API_URL: '' },
    ['octo/agent', 'https://github.com', 'https://api.github.com'],
  ],
  [
    'an address',
    'https://ghe.example/octo/agent',
    '',
    {},
    ['octo/agent', 'https://ghe.example', 'https://ghe.example/api/v3'],
  ],
  [
    'the remote',
    true,
    'https://github.com/octo/agent.git',
    {},
    ['octo/agent', 'https://github.com', 'https://api.github.com'],
  ],
])('%s', async (_, given, remote, env, [repository, webURL, apiURL]) => {
  expect(await repositoryNamed(given, checkout(remote), env)).toEqual({ repository, webURL, apiURL });
});

test('what names no repository is refused with what to write', async () => {
  for (const given of [true, 'agent', 'a/b/c', '../x/y'] as const)
    await expect(repositoryNamed(given, checkout(), {})).rejects.toMatchObject({ code: 'doctor.repository' });
});
