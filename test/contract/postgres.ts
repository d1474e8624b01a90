import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** A PostgreSQL of one's own on a spare port, or the reason why there can be none. */
export type PostgresServer =
  | ({ readonly url: string /** As after a crash, or an upgrade. */; restart(): void } & Disposable)
  | { readonly url: null; readonly reason: string; [Symbol.dispose](): void };

/** Starts a cluster in a temporary folder, as user `postgres` when run by root, which PostgreSQL refuses to be. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPrograms();
  if (programs === null)
    return { url: null, reason: 'PostgreSQL (initdb, pg_ctl) is not installed', [Symbol.dispose]() {} };
  const folder = mkdtempSync('/tmp/huxley-postgres-');
  const asPostgres = process.getuid?.() === 0;
  const run = (program: string, ...args: string[]) => {
    const [file, argv] = asPostgres
      ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', join(programs, program), ...args]]
      : [join(programs, program), args];
    execFileSync(file as string, argv as string[], { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/tmp' });
  };
  if (asPostgres) execFileSync('chown', ['postgres:postgres', folder]);
  const data = join(folder, 'data');
  const port = await sparePort();
  run('initdb', '-D', data, '-U', 'huxley', '-A', 'trust', '--no-sync', '-E', 'UTF8');
  const start = () =>
    run(
      'pg_ctl',
      '-D',
      data,
      '-w',
      '-l',
      join(folder, 'log'),
      '-o',
      `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1`,
      'start',
    );
  start();
  return {
    url: `postgres://huxley@127.0.0.1:${port}/postgres`,
    restart() {
      run('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop');
      start();
    },
    [Symbol.dispose]() {
      run('pg_ctl', '-D', data, '-m', 'immediate', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function findPrograms(): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : [];
  return [...versions, '/usr/local/bin', '/usr/bin'].find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
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
