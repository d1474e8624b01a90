import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves on a free port of loopback until it is disposed of. */
export async function onLoopback(server: Server): Promise<AsyncDisposable & { readonly url: string }> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
