import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDeployment, readPrivateKey } from './app.ts';
import { type AppFile, appFilePath, readAppFile, writeAppFile } from './app-file.ts';
import { projectPath } from './project.ts';

const file: AppFile = {
  appId: 7,
  privateKey: readFileSync(projectPath('test/fixtures/app-key.pem'), 'utf8').trim(),
  webhookSecret: '0f3b9c1d7e5a2846b0c3d9e8f7a61524',
  slug: 'huxley-octo',
  apiURL: 'https://github.example.com/api/v3',
  clientId: 'Iv23abc',
  clientSecret: '0123456789abcdef',
};
const home = () => ({ HUXLEY_HOME: join(mkdtempSync(join(tmpdir(), 'huxley-app-file-')), 'home') });
const complaintOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return (error as Error & { inFull: string }).inFull;
  }
  return '';
};

test('credentials are kept for their owner alone, and never over others', () => {
  const env = home();
  expect(readAppFile(env)).toBeNull();
  writeAppFile(env, file);
  expect(statSync(appFilePath(env)).mode & 0o777).toBe(0o600);
  expect(statSync(env.HUXLEY_HOME).mode & 0o777).toBe(0o700);
  expect(readAppFile(env)).toEqual(file);
  expect(complaintOf(() => writeAppFile(env, { ...file, appId: 8 }))).toContain('already holds');
  expect(readAppFile(env)).toEqual(file);
  expect(readdirSync(env.HUXLEY_HOME)).toEqual(['app.json']);
});

test('a file that others may read is refused with what to type', () => {
  const env = home();
  writeAppFile(env, file);
  for (const mode of [0o640, 0o604, 0o620]) {
    chmodSync(appFilePath(env), mode);
    const said = complaintOf(() => readAppFile(env));
    expect(said).toContain(`its mode is ${mode.toString(8)}`);
    expect(said).toContain(`chmod 600 '${appFilePath(env)}'`);
  }
});

test('a damaged file names what is damaged, and not a word of it', () => {
  const env = home();
  mkdirSync(env.HUXLEY_HOME);
  for (const [text, named] of [
    ['{"privateKey": "sk-planted', 'all of it'],
    [JSON.stringify({ ...file, clientSecret: 7, webhookSecret: '' }), 'webhookSecret, clientSecret'],
  ] as const) {
    writeFileSync(appFilePath(env), text, { mode: 0o600 });
    const said = complaintOf(() => readDeployment(env));
    expect(said).toContain(`: ${named} cannot be read`);
    expect(said).not.toContain('planted');
  }
});

test('a deployment takes from the file what the environment does not set, and people sign in once they have an address', () => {
  const env = home();
  writeAppFile(env, file);
  expect(readDeployment(env)).toMatchObject({
    appId: 7,
    privateKey: file.privateKey,
    webhookSecret: file.webhookSecret,
    apiURL: file.apiURL,
    signIn: null,
  });
  expect(readPrivateKey(env)).toBe(file.privateKey);
  const { clientId, clientSecret } = file;
  const url = 'https://huxley.example.com';
  expect(readDeployment({ ...env, HUXLEY_URL: url }).signIn).toEqual({ url, clientId, clientSecret });
  const renewed = { HUXLEY_URL: url, GITHUB_CLIENT_ID: clientId, GITHUB_CLIENT_SECRET: 'renewed' };
  expect(readDeployment({ ...env, ...renewed }).signIn).toMatchObject({ clientId, clientSecret: 'renewed' });
  expect(complaintOf(() => readDeployment({ ...env, ...renewed, GITHUB_CLIENT_ID: 'Iv' }))).toContain(
    'to a different App',
  );
});

test('the environment goes before the file, whole: half and half is refused', () => {
  const env = home();
  writeAppFile(env, file);
  const all = {
    ...env,
    APP_ID: '8',
    PRIVATE_KEY: file.privateKey,
    WEBHOOK_SECRET: [...file.webhookSecret].reverse().join(''),
  };
  expect(readDeployment(all)).toMatchObject({ appId: 8, apiURL: 'https://api.github.com', signIn: null });
  // A new key is printed before it is the App's.
  expect(readPrivateKey({ ...env, PRIVATE_KEY: file.privateKey })).toBe(file.privateKey);
  for (const name of ['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET'] as const) {
    const said = complaintOf(() => readDeployment({ ...env, [name]: all[name] }));
    expect(said).toContain(`${name} is set, and the rest of an App's credentials is in`);
    expect(said).not.toContain(all.WEBHOOK_SECRET);
  }
  expect(complaintOf(() => readDeployment({ ...env, PRIVATE_KEY_PATH: '/key.pem' }))).toContain('PRIVATE_KEY is set');
  expect(complaintOf(() => readDeployment({ ...env, GITHUB_CLIENT_ID: 'Iv' }))).toContain('Set both, or neither');
  expect(complaintOf(() => readDeployment({ ...env, GITHUB_API_URL: 'https://api.github.com' }))).toContain(
    'is on https://github.example.com/api/v3',
  );
  expect(readDeployment({ ...env, GITHUB_API_URL: `${file.apiURL}/` }).apiURL).toBe(file.apiURL);
});
