import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { openSuite } from '../../src/benchmark/kinds.ts';
import type { OpenedSuite } from '../../src/benchmark/suite.ts';
import { projectPath } from '../../src/environment/project.ts';
import type { NetworkHosts } from '../../src/model/network/hosts.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';

/** How tasks differ from how they lie in their folder. */
interface Laid {
  /** Where `packages.test` is served. */
  readonly port?: number | undefined;
  /** Whether tasks that name hosts, or want none, ask for all there are instead. */
  readonly open?: boolean;
}

/** Lays tasks in Harbor's format into a folder, their images built on this machine's sandbox image, since no registry may be in reach. */
export function layTasks(folder: string, fixtures: string, { port = 80, open = false }: Laid = {}): void {
  const from = projectPath('test/fixtures', fixtures);
  cpSync(from, folder, { recursive: true });
  for (const path of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, path);
    if (!statSync(file).isFile()) continue;
    const text = readFileSync(file, 'utf8');
    const laid = text
      .replace('FROM huxley/sandbox', `FROM ${inject('sandboxImage')}`)
      .replaceAll('packages.test:80', `packages.test:${port}`)
      .replace(/"no-network"|"allowlist"\nallowed_hosts.*/, (hosts) => (open ? '"public"' : hosts));
    if (laid !== text) writeFileSync(file, laid);
  }
}

/** The tasks of such a folder as a suite. */
export async function harborSuite(
  fixtures = 'harbor',
  { network, ...laid }: Laid & { readonly network?: NetworkHosts } = {},
): Promise<OpenedSuite & Disposable> {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-harbor-'));
  layTasks(folder, fixtures, laid);
  const sandbox = dockerSandbox({ socket: inject('engineSocket') });
  const suite = await openSuite(`harbor:${folder}`, {
    image: async (name) => name,
    sandbox: async () => sandbox,
    network,
  });
  return { ...suite, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

/** What `packages.test` is: a server of this test's, which has a greeting. */
export async function serveGreeting(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((request, response) =>
    request.url === '/greeting.txt' ? response.end('Good morning\n') : response.writeHead(404).end(),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { server, port: (server.address() as AddressInfo).port };
}
