import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'probot';
import { expect, test } from 'vitest';
import app from '../../src/app.ts';
import { World } from '../support/world.ts';

test("the default export loads under Probot's own run", async () => {
  await using world = await World.start();
  const home = mkdtempSync(join(tmpdir(), 'huxley-home-'));
  const { appId, privateKey, webhookSecret, apiURL } = world.credentials;
  const before = process.env.HUXLEY_HOME;
  process.env.HUXLEY_HOME = home;
  try {
    const server = await run(app, {
      env: {
        APP_ID: String(appId),
        PRIVATE_KEY: privateKey,
        WEBHOOK_SECRET: webhookSecret,
        PORT: '0',
        HOST: '127.0.0.1',
        LOG_LEVEL: 'fatal',
        NODE_ENV: 'production',
        GHE_HOST: new URL(apiURL).host,
        GHE_PROTOCOL: 'http',
      },
    } as never);
    // The app function has run when its journal is there.
    expect(existsSync(join(home, 'journal.sqlite'))).toBe(true);
    await server.stop();
  } finally {
    if (before === undefined) delete process.env.HUXLEY_HOME;
    else process.env.HUXLEY_HOME = before;
    rmSync(home, { recursive: true, force: true });
  }
});
