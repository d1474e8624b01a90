import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { chosenEngine } from './context.ts';

const folder = mkdtempSync('/tmp/huxley-context-');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function context(name: string, Host: string): void {
  const at = join(folder, 'contexts', 'meta', createHash('sha256').update(name).digest('hex'));
  mkdirSync(at, { recursive: true });
  writeFileSync(
    join(at, 'meta.json'),
    JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: { Host, SkipTLSVerify: false } } }),
  );
}
const use = (currentContext: string | undefined) =>
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: {}, currentContext }));
const chosen = (env: Record<string, string> = {}) => chosenEngine({ DOCKER_CONFIG: folder, ...env });

test('an engine is the one docker itself would use: DOCKER_HOST, DOCKER_CONTEXT, docker context use, nothing', () => {
  expect(chosen()).toBeNull();
  context('rootless', 'unix:///run/user/1000/docker.sock');
  context('colima', 'unix:///home/me/.colima/docker.sock');
  use('rootless');
  expect(chosen()).toEqual({ socket: '/run/user/1000/docker.sock' });
  expect(chosen({ DOCKER_CONTEXT: 'colima' })).toEqual({ socket: '/home/me/.colima/docker.sock' });
  expect(chosen({ DOCKER_CONTEXT: 'default' })).toBeNull();
  expect(chosen({ DOCKER_HOST: 'tcp://127.0.0.1:2375', DOCKER_CONTEXT: 'colima' })).toEqual({ socket: null });
  use('default');
  expect(chosen()).toBeNull();
  use(undefined);
  expect(chosen()).toBeNull();
});

test('what cannot be followed is refused by its name', () => {
  context('far', 'ssh://me@far');
  context('tls', 'tcp://far:2376');
  const refused = (env: Record<string, string>) => {
    try {
      chosen(env);
      return 'not refused';
    } catch (error) {
      const { message, remedy } = error as { message: string; remedy: string };
      return `${message} ${remedy}`;
    }
  };
  expect(refused({ DOCKER_CONTEXT: 'far' })).toMatch(
    /^Docker context 'far' \(ssh:\/\/me@far\) cannot be used.*ssh -nNT -L/,
  );
  expect(refused({ DOCKER_CONTEXT: 'tls' })).toMatch(/^Docker context 'tls' .*DOCKER_CERT_PATH/);
  expect(refused({ DOCKER_CONTEXT: 'gone' })).toMatch(/^There is no Docker context 'gone'\./);
  expect(refused({ DOCKER_HOST: 'ssh://me@far' })).toMatch(/^DOCKER_HOST=ssh:\/\/me@far cannot be used/);
  expect(refused({ DOCKER_HOST: 'npipe:////./pipe/docker_engine' })).toMatch(/^DOCKER_HOST=npipe/);
  writeFileSync(join(folder, 'config.json'), '{');
  expect(refused({})).toMatch(/config\.json cannot be read/);
});
