import { expect, test } from 'vitest';
import { readDeployment } from './environment.ts';

const good = {
  APP_ID: '7',
  PRIVATE_KEY: '-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----',
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
  expect(readDeployment(good)).toMatchInlineSnapshot(`
    {
      "apiURL": "https://api.github.com",
      "appId": 7,
      "databaseURL": null,
      "host": "0.0.0.0",
      "logLevel": "info",
      "port": 3000,
      "privateKey": "-----BEGIN PRIVATE KEY-----
    abc
    -----END PRIVATE KEY-----",
      "sqlitePath": "/var/lib/huxley/journal.sqlite",
      "sweepSeconds": 60,
      "webhookSecret": "0f3b9c1d7e5a2846b0c3d9e8f7a61524",
    }
  `);
});

test('everything missing is named at once', () => {
  expect(complaintOf({})).toMatchInlineSnapshot(
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
    `"The environment is not complete: PRIVATE_KEY is not a PEM private key; PORT is not valid (Invalid input: expected number, received NaN); DATABASE_URL is not valid (Invalid URL)."`,
  );
});
