import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly event: string;
  readonly action: string | null;
  readonly id: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A plain webhook receiver: keeps what arrives, in order, and answers with `status`. */
export async function receiver() {
  const received: Received[] = [];
  const state = { status: 200 };
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { headers } = request;
    const action = JSON.parse(text).action ?? null;
    received.push({
      event: String(headers['x-github-event']),
      action,
      id: String(headers['x-github-delivery']),
      headers,
      text,
    });
    response.writeHead(state.status).end('heard');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    received,
    state,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    names: () => received.map(({ event, action }) => (action === null ? event : `${event}.${action}`)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
