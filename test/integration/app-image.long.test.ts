import { execFile } from 'node:child_process';
import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';
import { SECRET } from '../support/world.ts';

// docker/app as an operator uses it: built, started alone and by compose, asked, sent deliveries, stopped. Where no registry can be
// reached its bases are stand-ins made of the sandbox image.

const exec = promisify(execFile);
const socket = inject('engineSocket');
const env = { ...process.env, ...(socket === null ? {} : { DOCKER_HOST: `unix://${socket}` }) };
const run = (file: string, args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
  exec(file, args, { cwd: projectPath(), env: { ...env, ...more }, maxBuffer: 1 << 26 });
const docker = async (...args: string[]) => (await run('docker', args)).stdout.trim();

const scratch = mkdtempSync(join(tmpdir(), 'huxley-app-image-'));
const id = randomUUID().slice(0, 8);
const names = { base: `huxley-test/node:${id}`, app: `huxley-test/app:${id}`, postgres: `huxley-test/postgres:${id}` };
const settings = {
  APP_ID: '7',
  PRIVATE_KEY: generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
    .replaceAll('\n', '\\n'),
  WEBHOOK_SECRET: SECRET,
  // Nobody answers there: a delivery is kept all the same.
  GITHUB_API_URL: 'http://127.0.0.1:9',
};
let unavailable: string | null = null;

beforeAll(async () => {
  const folder = join(scratch, 'node');
  mkdirSync(folder, { recursive: true });
  cpSync('/etc/ssl/certs/ca-certificates.crt', join(folder, 'ca.crt'));
  await build(names.base, 'node.Dockerfile', folder, inject('sandboxImage'));
  unavailable = await docker('run', '--rm', names.base, 'npm', 'ping').then(
    () => null,
    () => 'containers of this engine cannot reach the npm registry',
  );
  if (unavailable === null)
    await docker(
      'build',
      '-q',
      '-f',
      'docker/app/Dockerfile',
      '--build-arg',
      `BASE=${names.base}`,
      '-t',
      names.app,
      '.',
    );
}, 600_000);

afterAll(async () => {
  await run('docker', ['rmi', '-f', ...Object.values(names)]).catch(() => {});
  rmSync(scratch, { recursive: true, force: true });
});

async function build(name: string, dockerfile: string, context: string, base: string): Promise<void> {
  const file = projectPath('test', 'support', 'app-image', dockerfile);
  await docker('build', '-q', '-f', file, '--build-arg', `BASE=${base}`, '-t', name, context);
}

describe('the image', () => {
  test('holds the App and no development package', async (context) => {
    if (unavailable !== null) return context.skip(unavailable);
    const files = await docker(
      'run',
      '--rm',
      '--entrypoint',
      'sh',
      names.app,
      '-c',
      'id -u; ls /app /app/src /app/node_modules',
    );
    expect(files).toMatch(/^1000\n/);
    expect(files).toMatch(/^probot$/m);
    expect(files).not.toMatch(/^(vitest|playwright-core|test|docs|\.git|local-github|rehearsal)$/m);
    for (const command of [
      ['demo', '--no-install'],
      ['local', 'github'],
    ])
      await expect(docker('run', '--rm', names.app, ...command)).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^huxley: This command needs the local GitHub/m),
      });
  });

  test('refuses a weak secret, and says how to make a strong one', async (context) => {
    if (unavailable !== null) return context.skip(unavailable);
    const weak = { ...settings, WEBHOOK_SECRET: 'development' };
    await expect(docker('run', '--rm', ...variables(weak), names.app)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/WEBHOOK_SECRET is weak[\s\S]*openssl rand -hex 32/),
    });
  });

  test('answers, is found healthy, and ends with 0 on SIGTERM', async (context) => {
    if (unavailable !== null) return context.skip(unavailable);
    const port = await sparePort();
    const container = await docker('run', '-d', '-p', `127.0.0.1:${port}:3000`, ...variables(settings), names.app);
    try {
      await serves(port, () => docker('logs', container));
      await until('healthy', () => docker('inspect', '-f', '{{.State.Health.Status}}', container));
      await docker('stop', '--time', '30', container);
      expect(await docker('inspect', '-f', '{{.State.ExitCode}}', container)).toBe('0');
    } finally {
      await docker('rm', '-fv', container);
    }
  });
});

describe('compose.yml', () => {
  test('starts the App on PostgreSQL, where a delivery outlives both', async (context) => {
    if (unavailable !== null) return context.skip(unavailable);
    const compose = await composeCommand();
    if (compose === null) return context.skip('neither `docker compose` nor `docker-compose` is installed');
    const folder = join(scratch, 'postgres');
    cpSync(projectPath('test', 'support', 'app-image'), folder, { recursive: true });
    await build(names.postgres, 'postgres.Dockerfile', folder, inject('sandboxImage'));
    const port = await sparePort();
    const more = {
      ...settings,
      NODE_IMAGE: names.base,
      POSTGRES_IMAGE: names.postgres,
      POSTGRES_PASSWORD: 'secret',
      PORT: String(port),
    };
    const [file, ...given] = compose;
    const services = async (...args: string[]) =>
      (await run(file!, [...given, '-p', `huxley-${id}`, '-f', 'docker/app/compose.yml', ...args], more)).stdout;
    const kept = async () => {
      const psql = ['env', 'PGPASSWORD=secret', 'psql', '-h', '127.0.0.1', '-U', 'huxley', '-At'];
      return (await services('exec', '-T', 'postgres', ...psql, '-c', 'SELECT count(*) FROM deliveries')).trim();
    };
    try {
      await services('up', '-d', '--build');
      await serves(port, () => services('logs', 'app'));
      const first = randomUUID();
      expect(await deliver(port, first, 'not the secret at all, but as long')).toBe(400);
      expect(await deliver(port, first)).toBe(200);
      await services('stop', 'app');
      expect(await docker('inspect', '-f', '{{.State.ExitCode}}', (await services('ps', '-q', 'app')).trim())).toBe(
        '0',
      );
      await services('restart', 'postgres');
      await services('start', 'app');
      await serves(port, () => services('logs', 'app'));
      expect(await deliver(port, first)).toBe(200);
      expect(await deliver(port, randomUUID())).toBe(200);
      expect(await kept()).toBe('2');
    } finally {
      await services('down', '-v', '--rmi', 'local', '-t', '5');
    }
  }, 600_000);
});

function variables(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
}

async function composeCommand(): Promise<readonly string[] | null> {
  for (const command of [['docker', 'compose'], ['docker-compose']])
    if (
      await run(command[0]!, [...command.slice(1), 'version']).then(
        () => true,
        () => false,
      )
    )
      return command;
  return null;
}

/** Waits until health and readiness are what they should be. */
async function serves(port: number, log: () => Promise<string>): Promise<void> {
  const get = (path: string) =>
    fetch(`http://127.0.0.1:${port}${path}`).then(
      async (response) => `${response.status} ${(await response.text()).trim()}`,
      String,
    );
  await until('200 ready', () => get('/ready')).catch(async (error) => {
    throw new Error(`${error.message}\n${await log()}`);
  });
  expect(await get('/health')).toBe('200 ok');
  // What bundles the page is in the image, and people are told how to let others sign in.
  expect(await get('/runs/page.js')).toMatch(/^200 /);
  expect(await get('/runs')).toMatch(/^503 .*HUXLEY_URL/s);
}

async function until(wanted: string, look: () => Promise<string>): Promise<void> {
  let seen = '';
  for (let tries = 0; tries < 240; tries++) {
    seen = await look();
    if (seen === wanted) return;
    await sleep(500);
  }
  throw new Error(`wanted '${wanted}', saw '${seen}' for two minutes`);
}

async function deliver(port: number, delivery: string, secret = SECRET): Promise<number> {
  const body = JSON.stringify({
    action: 'completed',
    repository: { full_name: 'octo/agent', default_branch: 'main' },
    workflow_run: { id: 1 },
  });
  const response = await fetch(`http://127.0.0.1:${port}/api/github/webhooks`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'workflow_run',
      'x-github-delivery': delivery,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  });
  return response.status;
}

function sparePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
