import { expect, test } from 'vitest';
import { parseRemote, userToken } from './user.ts';

const NOTHING = { PATH: '' };

test.each([
  ['https://github.com/a/b.git', 'a/b', 'https://api.github.com'],
  ['git@github.com:a/b.git', 'a/b', 'https://api.github.com'],
  ['ssh://git@ssh.github.com:443/a/b.git', 'a/b', 'https://api.github.com'],
  ['https://www.github.com/a/b', 'a/b', 'https://api.github.com'],
  ['https://ghe.example.com/a/b.c', 'a/b.c', 'https://ghe.example.com/api/v3'],
])('%s', (remote, repository, apiURL) => {
  expect(parseRemote(remote)).toMatchObject({ repository, apiURL });
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
