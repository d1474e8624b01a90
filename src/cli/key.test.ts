import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readPublicKeys } from '../config/configuration.ts';
import { projectPath } from '../environment/project.ts';
import { orderSigner, secretSigner } from '../order/signer.ts';

const KEY = readFileSync(projectPath('test/fixtures/app-key.pem'), 'utf8');
const key = (privateKey: string, ...args: string[]) =>
  spawnSync(process.execPath, [projectPath('src/main.ts'), 'key', ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PRIVATE_KEY: privateKey },
  });

test('prints the line of a configuration, which names the key that orders are signed with', () => {
  const { publicKey } = orderSigner(KEY);
  for (const written of [KEY, KEY.replaceAll('\n', '\\n')]) {
    const { stdout, status } = key(written);
    expect(status).toBe(0);
    expect(readPublicKeys(stdout)).toEqual([publicKey]);
  }
  expect(JSON.parse(key(KEY, '--json').stdout)).toEqual({ publicKey });
});

test('never prints a private key it cannot read', () => {
  for (const odd of ['', 'sk-planted-secret']) {
    const { stderr, stdout, status } = key(odd);
    expect(status).not.toBe(0);
    expect(stderr).toContain('PRIVATE_KEY');
    expect(stderr + stdout).not.toContain('planted');
  }
});

test('makes a new HUXLEY_KEY with its line, another each time', () => {
  const made = [1, 2].map(() => key('', '--new').stdout);
  for (const text of made) {
    const [, secret = ''] = /^HUXLEY_KEY=(\S+)$/m.exec(text) ?? [];
    expect(readPublicKeys(text.replace(/^HUXLEY_KEY.*\n/, ''))).toEqual([secretSigner(secret).publicKey]);
  }
  expect(made[0]).not.toBe(made[1]);
  const { secret, publicKey } = JSON.parse(key('', '--new', '--json').stdout);
  expect(secretSigner(secret).publicKey).toBe(publicKey);
});
