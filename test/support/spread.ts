import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Spread extends AsyncDisposable {
  readonly url: string;
  /** Deliveries each address has answered with success. */
  readonly taken: ReadonlyMap<string, number>;
}

/** A load balancer without health checks: requests go to one address after the other; what meets a dead one is lost. */
export async function spreadOver(addresses: readonly string[]): Promise<Spread> {
  const taken = new Map<string, number>();
  let next = 0;
  const server = createServer(async (request, response) => {
    const address = addresses[next++ % addresses.length]!;
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(
        ([name]) => !/^(host|connection|content-length|transfer-encoding)$/.test(name),
      ),
    ) as Record<string, string>;
    try {
      const answer = await fetch(`${address}${request.url}`, { method: 'POST', headers, body: await buffer(request) });
      if (answer.ok) taken.set(address, (taken.get(address) ?? 0) + 1);
      response.writeHead(answer.status).end(await answer.text());
    } catch {
      response.writeHead(502).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
