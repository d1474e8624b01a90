import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDeployment } from './app.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
const PEM = String(privateKey.export({ type: 'pkcs1', format: 'pem' })).trim();
const good = {
  APP_ID: '7',
  PRIVATE_KEY: PEM.replaceAll('\n', '\\n'),
  WEBHOOK_SECRET: '0f3b9c1d7e5a2846b0c3d9e8f7a61524',
  HUXLEY_HOME: '/var/lib/huxley',
};

function complaintOf(env: Record<string, string | undefined>): string {
  try {
    readDeployment(env);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

test('the least environment is enough', () => {
  expect(readDeployment(good)).toEqual({
    apiURL: 'https://api.github.com',
    appId: 7,
    databaseURL: null,
    host: '0.0.0.0',
    logLevel: 'info',
    port: 3000,
    privateKey: PEM,
    signIn: null,
    sqlitePath: '/var/lib/huxley/journal.sqlite',
    sweepSeconds: 60,
    webhookSecret: '0f3b9c1d7e5a2846b0c3d9e8f7a61524',
  });
});

test("the private key is read in every form Probot documents: PEM, escaped line ends, quotes, base64, a file's", () => {
  const folder = mkdtempSync('/tmp/huxley-key-');
  const path = join(folder, 'app.pem');
  writeFileSync(path, `${PEM}\n`);
  const pkcs8 = String(privateKey.export({ type: 'pkcs8', format: 'pem' })).trim();
  for (const [form, key] of [
    [PEM, PEM],
    [pkcs8, pkcs8],
    [`\n${PEM.replaceAll('\n', '\r\n')}\r\n`, PEM],
    [PEM.replaceAll('\n', '\\n'), PEM],
    [PEM.replaceAll('\n', '\\r\\n'), PEM],
    [`"${PEM.replaceAll('\n', '\\n')}"`, PEM],
    [`'${PEM}'`, PEM],
    [Buffer.from(PEM).toString('base64'), PEM],
    [Buffer.from(`${PEM}\n`).toString('base64').replace(/.{76}/g, '$&\n'), PEM],
  ])
    expect(readDeployment({ ...good, PRIVATE_KEY: form }).privateKey).toBe(key);
  const { PRIVATE_KEY: _, ...without } = good;
  expect(readDeployment({ ...without, PRIVATE_KEY_PATH: path }).privateKey).toBe(PEM);
  expect(complaintOf({ ...without, PRIVATE_KEY_PATH: join(folder, 'none.pem') })).toBe(
    'The environment is not complete: PRIVATE_KEY_PATH cannot be read: ENOENT: no such file or directory.',
  );
  writeFileSync(path, 'not a key');
  expect(complaintOf({ ...without, PRIVATE_KEY_PATH: path })).toContain(
    'PRIVATE_KEY_PATH is neither a PEM private key',
  );
  rmSync(folder, { recursive: true });
});

test('a key that is none says why, and not a word of itself', () => {
  const encrypted = String(privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' }));
  const ec = String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  for (const [key, why] of [
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----', /is an SSH key/],
    [encrypted, /passphrase/],
    [ec, /is not an RSA key/],
    [PEM.slice(0, 300), /damaged or cut short/],
    ['-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----', /isn’t a private key/],
    ['key.pem', /is neither a PEM private key nor one in base64/],
  ] as const) {
    const complaint = complaintOf({ ...good, PRIVATE_KEY: key });
    expect(complaint).toMatch(why);
    if (key.length > 60) expect(complaint).not.toContain(key.slice(30, 60));
  }
});

test('everything missing is named at once', () => {
  expect(complaintOf({ HUXLEY_HOME: good.HUXLEY_HOME })).toMatchInlineSnapshot(
    `"The environment is not complete: APP_ID is not set; PRIVATE_KEY is not set; WEBHOOK_SECRET is not set."`,
  );
});

test('a guessable webhook secret is refused, and no value is quoted', () => {
  for (const secret of ['development', 'a'.repeat(40), 'short-Secret-123']) {
    const complaint = complaintOf({ ...good, WEBHOOK_SECRET: secret });
    expect(complaint).toContain('WEBHOOK_SECRET is weak');
    expect(complaint).not.toContain(secret);
  }
});

test('other bad values are named', () => {
  expect(
    complaintOf({ ...good, PORT: 'http', DATABASE_URL: 'mysql://x', PRIVATE_KEY: 'key.pem' }),
  ).toMatchInlineSnapshot(
    `"The environment is not complete: PRIVATE_KEY is neither a PEM private key nor one in base64; PORT is not valid (Invalid input: expected number, received NaN); DATABASE_URL is not valid (Invalid URL)."`,
  );
});

test('people sign in with all of three variables, and not over a line that others read', () => {
  const three = {
    HUXLEY_URL: 'https://huxley.example.com/',
    GITHUB_CLIENT_ID: 'Iv23abc',
    GITHUB_CLIENT_SECRET: '0123456789abcdef',
  };
  expect(readDeployment({ ...good, ...three }).signIn).toEqual({
    url: 'https://huxley.example.com',
    clientId: 'Iv23abc',
    clientSecret: '0123456789abcdef',
  });
  for (const name of Object.keys(three)) {
    const said = complaintOf({ ...good, ...three, [name]: undefined });
    expect(said).toContain(`${name} is not set, and others that people sign in with are`);
    expect(said).not.toContain('0123456789abcdef');
  }
  expect(complaintOf({ ...good, ...three, HUXLEY_URL: 'http://huxley.example.com' })).toContain(
    'HUXLEY_URL must begin',
  );
  expect(readDeployment({ ...good, ...three, HUXLEY_URL: 'http://localhost:3000' }).signIn).not.toBeNull();
});
