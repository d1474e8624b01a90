import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Listening {
  /** Holds the socket and nothing else. */
  readonly socketFolder: string;
  readonly socketPath: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Each costs memory, whether it asks for anything or not. The job's own calls come by loopback, where no agent is. */
const MOST_CONNECTIONS = 2_000;

/** Serves on a Unix socket in a folder of its own, which any user may connect to, and on a free loopback port. */
export async function listen(listener: RequestListener): Promise<Listening> {
  // Idle connections stay: an agent blocked by a long command would send its next call into one that was closed meanwhile.
  // A request may wait for its turn before its body is read, so how long a body may take is counted where it is read.
  const options = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 60_000 };
  const servers = [createServer(options, listener), createServer(options, listener)] as const;
  for (const server of servers) server.maxConnections = MOST_CONNECTIONS;
  const socketFolder = mkdtempSync(join(tmpdir(), 'huxley-gateway-'));
  const socketPath = join(socketFolder, 'gateway.sock');
  await Promise.all([listening(servers[0], socketPath), listening(servers[1], 0)]);
  chmodSync(socketFolder, 0o755);
  chmodSync(socketPath, 0o666);
  return {
    socketFolder,
    socketPath,
    port: (servers[1].address() as AddressInfo).port,
    async close() {
      await Promise.all(servers.map(ended));
      rmSync(socketFolder, { recursive: true, force: true });
    },
  };
}

function listening(server: Server, where: string | number): Promise<void> {
  return new Promise((done, failed) => {
    // Kept: an error that nobody listens to would end the process, such as one descriptor too many.
    server.on('error', failed);
    if (typeof where === 'string') server.listen(where, done);
    else server.listen(where, '127.0.0.1', done);
  });
}

/** Answers being written get a moment to leave. */
const GRACE_MS = 200;

async function ended(server: Server): Promise<void> {
  const done = new Promise((resolve) => server.close(resolve));
  const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await done;
  clearTimeout(timer);
}
