import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { originOf, parseRemote, userToken } from './user.ts';

const NOTHING = { PATH: '' };

test.each([
  ['https://github.com/a/b.git', 'a/b', 'https://api.github.com'],
  ['git@github.com:a/b.git', 'a/b', 'https://api.github.com'],
  ['ssh://git@ssh.github.com:443/a/b.git', 'a/b', 'https://api.github.com'],
  ['org-12345@github.com:a/b.git', 'a/b', 'https://api.github.com'],
  ['github.com:/a/b', 'a/b', 'https://api.github.com'],
  ['ssh://ada@ghe.example.com:22/a/b', 'a/b', 'https://ghe.example.com/api/v3'],
  ['https://www.github.com/a/b', 'a/b', 'https://api.github.com'],
  ['https://ghe.example.com/a/b.c', 'a/b.c', 'https://ghe.example.com/api/v3'],
])('%s', (remote, repository, apiURL) => {
  expect(parseRemote(remote)).toMatchObject({ repository, apiURL });
});

test.each([
  ['git@github.com-work:a/b.git', 'hostname ssh.github.com', 'https://github.com'],
  ['git@work:a/b.git', 'hostname ghe.example.com', 'https://ghe.example.com'],
  ['git@ghe.example.com:a/b.git', 'hostname 10.0.0.7', 'https://ghe.example.com'],
  ['git@ghe.example.com:a/b.git', 'hostname localhost', 'https://ghe.example.com'],
  ['git@ghe.example.com:a/b.git', null, 'https://ghe.example.com'],
])('%s where ssh says %s', async (remote, said, webURL) => {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-ssh-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync('git', ['init', '--quiet', folder]);
  execFileSync('git', ['-C', folder, 'remote', 'add', 'origin', remote]);
  // OpenSSH reads the configuration of the account, whatever HOME says.
  const script = `#!/bin/sh\n[ "$1" = -G ] && echo 'user git' && echo '${said}' && echo 'port 22'\n`;
  if (said !== null) writeFileSync(join(folder, 'ssh'), script, { mode: 0o755 });
  expect(await originOf(folder, { PATH: folder })).toMatchObject({ repository: 'a/b', webURL });
});

test('a token goes to its own host alone, and never in the clear over a network', async () => {
  const of = (webURL: string, env: NodeJS.ProcessEnv) => userToken({ webURL }, { ...NOTHING, ...env });
  const GH_TOKEN = 'ghp_x';
  for (const host of ['https://github.com', 'https://acme.ghe.com', 'http://127.0.0.1:3080'])
    expect(await of(host, { GH_TOKEN })).toBe(GH_TOKEN);
  for (const host of [
    'https://gitlab.example',
    'https://github.com.example',
    'https://ghe.example.com',
    'http://github.com',
  ])
    expect(await of(host, { GH_TOKEN })).toBeNull();
  const ghe = 'https://ghe.example.com';
  expect(await of(ghe, { GH_TOKEN, GH_HOST: 'ghe.example.com' })).toBe(GH_TOKEN);
  expect(await of(ghe, { GH_TOKEN, GITHUB_API_URL: `${ghe}/api/v3` })).toBe(GH_TOKEN);
  expect(await of(ghe, { GH_TOKEN, GH_ENTERPRISE_TOKEN: 'ghe_x' })).toBe('ghe_x');
});
